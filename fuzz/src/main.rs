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

/// How often memory was asked for is of no interest, but how much was held at once is.
#[global_allocator]
static HEAP: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// Fuzzes the parsers of the tools.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Run this target only; may come many times
    #[arg(long)]
    target: Vec<String>,
    /// The number that all inputs follow from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many targets run at a time; by default one for each processor
    #[arg(long)]
    jobs: Option<usize>,
    /// Names the targets
    #[arg(long)]
    list: bool,
    /// Give this file to the target of --target, once
    #[arg(long)]
    replay: Option<PathBuf>,
    /// Runs targets with a fault each: passes when every fault is found
    #[arg(long)]
    self_test: bool,
    /// Where seeds/ is, and found/ is written
    #[arg(long, default_value = env!("CARGO_MANIFEST_DIR"))]
    folder: PathBuf,
    /// The most milliseconds of the processor for one input
    #[arg(long, hide = true, default_value_t = 10_000)]
    milliseconds: u64,
    /// Given by the parent: where the current input is kept
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
