//! The command line.

use std::ffi::OsString;
use std::process::ExitCode;

use blob::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{build, cache, diff, init, load, lock, push, sbom, schema, test};
use crate::examples;
use crate::output;

/// The exit code for wrong options.
const USAGE: u8 = 2;

const EXAMPLES: &str = "\
Examples:
  distroless init                                     write image.yaml to start from
  distroless lock image.yaml                          write image.lock.json: the packages by version and digest
  distroless build image.yaml                         build the image into the directory image.oci
  distroless test image.yaml                          run checks, or the tests that image.yaml names
  distroless load image.yaml --name app:dev           load the image into Docker
  distroless push image.yaml registry.example/app:1   push it to a registry

Where a command takes a layout, it also takes the definition that the layout was built from. `lock`, `build`,
`test`, `load` and `sbom` use `image.yaml` if no file is named.

Exit codes: 0 success, 1 error or failed test, 2 wrong options, 10 a lock that changes (`lock --exit-code`).";

/// Builds, tests and publishes minimal container images of Debian packages.
#[derive(Debug, Parser)]
#[command(name = "distroless", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The commands, in the order in which they are used first.
#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Lock(Box<lock::Lock>),
    Build(build::Build),
    Test(Box<test::Test>),
    Load(load::Load),
    Push(Box<push::Push>),
    GenerateKey(image_push::GenerateKey),
    Sign(Box<image_push::Sign>),
    Attach(Box<image_push::Attach>),
    Verify(Box<image_push::Verify>),
    Copy(Box<image_push::Copy>),
    Diff(Box<diff::Diff>),
    Sbom(sbom::Sbom),
    Schema(schema::Schema),
    #[command(subcommand)]
    Cache(cache::Cache),
}

/// Runs the program with the words of a command line, the program included.
pub(crate) fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = command()
        .try_get_matches_from(words)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::from(error.use_stderr()) * USAGE;
            output::usage(&error);
            return ExitCode::from(code);
        }
    };
    match cli.command.run() {
        Ok(code) => code,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

/// The command line, with the list of checks of `test`, and examples. No command of this program writes lists of libraries,
/// the files of `--index`.
fn command() -> clap::Command {
    let test = |command| {
        let platform = "Test only this platform, OS/ARCHITECTURE[/VARIANT]; by default, all platforms of the image";
        image_test::with_checks(command)
            .mut_arg("index", |arg| arg.hide(true))
            .mut_arg("platform", |arg| arg.help(platform))
    };
    let mut command = Cli::command().mut_subcommand("test", test);
    for (name, lines) in examples::EXAMPLES {
        command = command.mut_subcommand(name, |command| {
            command.after_help(format!("Examples:\n  {}", lines.join("\n  ")))
        });
    }
    command
}

impl Command {
    fn run(&self) -> Result<ExitCode> {
        match self {
            Self::Lock(command) => return command.run(),
            Self::Test(command) => return command.run(),
            Self::Attach(command) => command.run(),
            Self::Build(command) => command.run(),
            Self::Cache(command) => command.run(),
            Self::Copy(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::GenerateKey(command) => command.run(),
            Self::Init(command) => command.run(),
            Self::Load(command) => command.run(),
            Self::Push(command) => command.run(),
            Self::Sbom(command) => command.run(),
            Self::Schema(command) => command.run(),
            Self::Sign(command) => command.run(),
            Self::Verify(command) => command.run(),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the programs of the Bazel rules, which users of this program do not have.
    const OTHERS: [&str; 7] = [
        "debian_lock",
        "image_push",
        "image_test",
        "evidence_writer",
        "image_verifier",
        "bazel",
        "Bazel",
    ];

    #[test]
    fn the_help_names_no_other_program() {
        let mut root = command();
        root.build();
        let mut all = vec![root];
        while let Some(mut command) = all.pop() {
            let help = command.render_long_help().to_string();
            let found: Vec<&str> = OTHERS
                .into_iter()
                .filter(|name| help.contains(name))
                .collect();
            assert!(found.is_empty(), "{}: {found:?}", command.get_name());
            all.extend(command.get_subcommands().cloned());
        }
    }

    /// The words of an example: its line without the remark and the redirection.
    fn words(line: &str) -> Vec<&str> {
        let (example, _) = line.trim_start().split_once("  ").unwrap_or((line, ""));
        let words = example.split_whitespace();
        words.take_while(|word| *word != ">").collect()
    }

    #[test]
    fn every_example_is_valid() {
        for line in examples::EXAMPLES.iter().flat_map(|(_, lines)| *lines) {
            let parsed = command().try_get_matches_from(words(line));
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
        }
        for line in EXAMPLES.lines().filter(|line| line.starts_with("  ")) {
            let parsed = command().try_get_matches_from(words(line));
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
        }
        for command in command().get_subcommands() {
            let has = examples::EXAMPLES
                .iter()
                .any(|(name, _)| *name == command.get_name());
            assert!(has, "{}", command.get_name());
        }
    }

    /// The options that a help text names, such as `--platform`.
    fn named_options(help: &str) -> Vec<&str> {
        let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        let words = help.split(|letter: char| !is_part(letter));
        let names = words.filter_map(|word| word.strip_prefix("--"));
        names.filter(|name| !name.is_empty()).collect()
    }

    /// The options of a command and its subcommands.
    fn options(command: &clap::Command) -> Vec<&str> {
        let own = command.get_arguments().filter_map(clap::Arg::get_long);
        own.chain(command.get_subcommands().flat_map(options))
            .collect()
    }

    #[test]
    fn the_help_names_only_options_that_exist() {
        let mut root = command();
        root.build();
        for command in root.clone().get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            let has = options(command);
            for name in named_options(&help) {
                assert!(has.contains(&name), "{}: --{name}", command.get_name());
            }
        }
        let has = options(&root);
        for name in named_options(&root.clone().render_long_help().to_string()) {
            assert!(has.contains(&name), "--{name}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
