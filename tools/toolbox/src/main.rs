//! Runs programs of an image in an action: Debian's compilers, for the examples.
//!
//! The image is unpacked next to the output, its programs run there, and only the output is kept. This needs no root
//! rights, no namespaces and no programs of the machine: dynamically linked programs are started with the image's own
//! loader.

mod programs;
mod unpacked;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use blob::{Result, ResultExt};
use clap::Parser;

use crate::programs::{Place, Program};
use crate::unpacked::Unpacked;

/// The separator of two commands.
const THEN: &str = "--then";

/// Runs programs of an image. In their arguments, `{root}` is the directory of the unpacked image, `{work}` an empty
/// directory, and `{output}` the output.
#[derive(Debug, Parser)]
#[command(name = "toolbox")]
struct Arguments {
    /// OCI image layout with one image.
    #[arg(long, value_name = "DIRECTORY")]
    image: PathBuf,
    /// Dynamic loader of the image, for programs that need one: `lib/x86_64-linux-gnu/ld-linux-x86-64.so.2`.
    #[arg(long, value_name = "PATH", requires = "libraries")]
    loader: Option<PathBuf>,
    /// Directory of the image with libraries; may be given several times.
    #[arg(long, value_name = "PATH")]
    libraries: Vec<PathBuf>,
    /// Environment variable; may be given several times. The programs get no other variables.
    #[arg(long = "env", value_name = "NAME=VALUE")]
    environment: Vec<String>,
    /// File that the programs write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Programs, by their paths in the image, with their arguments; `--then` separates two programs.
    #[arg(last = true, required = true)]
    commands: Vec<String>,
}

fn run(arguments: &Arguments) -> Result<()> {
    let unpacked = Unpacked::open(&arguments.image, &arguments.output)?;
    let work = unpacked.directory("work")?;
    let made = work.with_file_name("output");
    let place = Place {
        root: unpacked.root(),
        work: &work,
        output: &made,
        loader: arguments.loader.as_deref(),
        libraries: &arguments.libraries,
        environment: &arguments.environment,
    };
    for words in arguments.commands.split(|word| word == THEN) {
        Program::new(words)?.run(&place)?;
    }
    std::fs::rename(&made, &arguments.output).cannot("write", arguments.output.display())
}

fn main() -> ExitCode {
    let (text, code) = match Arguments::try_parse() {
        Ok(arguments) => match run(&arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (format!("error: {error}\n"), ExitCode::FAILURE),
        },
        Err(help) if !help.use_stderr() => (help.to_string(), ExitCode::SUCCESS),
        Err(error) => (error.to_string(), ExitCode::FAILURE),
    };
    // If standard error is closed, the exit code still reports the failure.
    let _ = io::stderr().write_all(text.as_bytes());
    code
}
