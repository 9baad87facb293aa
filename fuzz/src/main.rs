//! Hostile input for every parser that the tools have: mutated seeds, with overflow checks, a limit of memory and one of time.
//! `fuzz/run.sh` builds and runs it; README.md says more.
//!
//! Each target runs in a separate process, so that a crash or a full memory ends one target only. The inputs follow
//! from the seed number alone; how many there are follows from the time.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

mod child;
mod found;
mod mutate;
mod parent;
mod seeds;
mod self_test;
mod targets;

/// The number of allocations does not matter, only the peak of allocated memory.
#[global_allocator]
static HEAP: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// Fuzzes the parsers of the tools.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Run only this target; repeatable
    #[arg(long)]
    target: Vec<String>,
    /// Seed of the pseudo-random inputs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Duration of each target in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Number of targets that run at the same time; by default one for each processor
    #[arg(long)]
    jobs: Option<usize>,
    /// List the targets
    #[arg(long)]
    list: bool,
    /// Run the target of --target once, with this file
    #[arg(long)]
    replay: Option<PathBuf>,
    /// Run targets with one fault each; pass if every fault is found
    #[arg(long)]
    self_test: bool,
    /// Directory that has seeds/ and gets found/
    #[arg(long, default_value = env!("CARGO_MANIFEST_DIR"))]
    directory: PathBuf,
    /// Limit of processor time for one input, in milliseconds
    #[arg(long, hide = true, default_value_t = 10_000)]
    milliseconds: u64,
    /// File with the current input, given by the parent
    #[arg(long, hide = true)]
    current: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let run = if options.self_test {
        self_test::run(&options)
    } else if options.current.is_some() || options.replay.is_some() {
        child::run(&options)
    } else {
        parent::run(&options)
    };
    match run {
        Ok(0) => ExitCode::SUCCESS,
        Ok(faults) => {
            eprintln!("{faults} faults");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("fuzz: {message}");
            ExitCode::FAILURE
        }
    }
}
