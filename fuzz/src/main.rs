//! Hostile input for every parser that the tools' crates have: mutated seeds, with overflow checks, a limit of memory and one of
//! time. `fuzz/run.sh` builds and runs it; CONTRIBUTING.md says more.
//!
//! Each target runs in a process of its own, so that a crash or a full memory ends one target only. The inputs follow from the
//! seed number alone; how many there are follows from the time.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

mod child;
mod mutate;
mod parent;
mod seeds;
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
    /// Names the targets
    #[arg(long)]
    list: bool,
    /// Give this file to the target of --target, once
    #[arg(long)]
    replay: Option<PathBuf>,
    /// Where seeds/ lies and found/ is written
    #[arg(long, default_value = env!("CARGO_MANIFEST_DIR"))]
    folder: PathBuf,
    #[arg(long, hide = true)]
    child: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let run = match options.child || options.replay.is_some() {
        true => child::run(&options),
        false => parent::run(&options),
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
