//! Writes the locks of Debian packages: a lock names the packages for a manifest, from signed
//! repositories, by version and digest. It is a library for the program `distroless`.

mod apt_sources;
mod arguments;
mod changelogs;
mod commands;
mod files;
mod notes;
mod repository;
mod snapshot;
mod urls;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use commands::{lock, CleanOptions, LockOptions, ManifestSource, RepositoryOptions};
pub use urls::RepositoryUrls;

/// Resolves and locks Debian packages for images.
#[derive(Debug, Parser)]
#[command(name = "debian_lock")]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

/// Runs the program with the arguments of the process. The exit code is 0, 1 for an error or wrong options, or 10 for a lock
/// that changes (`--exit-code`).
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(arguments::arguments()) {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::from(error.use_stderr());
            print_usage(&error);
            return ExitCode::from(code);
        }
    };
    match files::enter_workspace().and_then(|()| cli.command.run()) {
        Ok(code) => code,
        Err(error) => {
            // A message may contain a URL with a password, for example if the YAML parser quotes a manifest.
            let error = message::redact_all(&error.to_string());
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints help, or an error about the command line.
fn print_usage(error: &clap::Error) {
    if error.use_stderr() {
        message::print_usage_error(error);
    } else {
        let _ = error.print();
    }
}
