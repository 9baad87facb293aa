//! The parts of the project's own `image_test` that need external tools: a scanner's package list, and commands of
//! other architectures.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{anyhow, Result};
use clap::Args;

use crate::emulator::{self, Emulator};
use crate::platform::Platform;
use crate::process;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// The message of `image_test` if none of the requested tests can run on this machine.
const ALL_SKIPPED: &str = "all of its tests were skipped";

/// Runs image_test with a scanner, and with command tests under qemu.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The program `image_test`.
    #[arg(long)]
    image_test: PathBuf,
    /// The layout of an image.
    #[arg(long)]
    image: PathBuf,
    /// The platform of the image.
    #[arg(long)]
    platform: Platform,
    /// The name of a scanner with the arguments of syft.
    #[arg(long)]
    scanner: Option<String>,
    /// A test file of container-structure-test; may be given several times.
    #[arg(long)]
    config: Vec<PathBuf>,
    /// A file of declared exceptions; may be given several times.
    #[arg(long)]
    declared: Vec<PathBuf>,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let image = options.image.display();
    if let Some(scanner) = &options.scanner {
        let what = format!("{scanner} finds the packages of {image}");
        if let Some(program) = tools.find(report, scanner, &what)? {
            let mut command = command(options, tools);
            // By default, syft hashes every file of every package; package lists do not need that.
            command.env("SYFT_FILE_METADATA_SELECTION", "none");
            command.args(["--check=scanner", "--scanner"]);
            command.arg(program.program());
            for argument in [
                "scan",
                "--quiet",
                "oci-dir:{image}",
                "--output=cyclonedx-json",
            ] {
                command.arg(format!("--scanner-argument={argument}"));
            }
            for file in &options.declared {
                command.arg("--declared").arg(file);
            }
            run(&mut command, &what, report)?;
        }
    }
    if !options.config.is_empty() {
        let what = format!("commands of {image}, which is for {}", options.platform);
        let mut command = command(options, tools);
        for file in &options.config {
            command.arg("--config").arg(file);
        }
        if !emulator::is_native(&options.platform) {
            let Some(found) = Emulator::find(tools, report, &options.platform, &what)? else {
                return Ok(());
            };
            command.arg("--emulator").arg(found.program());
        }
        run(&mut command, &what, report)?;
    }
    Ok(())
}

fn command(options: &Options, tools: &ReferenceTools) -> Command {
    let program = options.image_test.to_string_lossy();
    let mut command = tools.system(&program);
    command.arg("--layout").arg(&options.image);
    command
}

fn run(command: &mut Command, what: &str, report: &mut Report) -> Result<()> {
    let found = process::run_within(process::LIMIT * 5, command)?;
    if found.code != 0 && found.stderr.contains(ALL_SKIPPED) {
        report.skip(what, found.text().trim());
        return Ok(());
    }
    let outcome = match found.code {
        0 => Ok(()),
        code => Err(anyhow!(
            "exit code {code}\n{}{}",
            found.text(),
            found.stderr
        )),
    };
    report.check(what, outcome);
    Ok(())
}
