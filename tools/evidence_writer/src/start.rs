//! The start of the program: as a tool of actions, and as a command of users.

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use worker::Request;

/// The environment variable that names a parameter file with arguments, which come before those of the command line.
/// Tests and commands of rules have no arguments otherwise, so rules write this file.
const FLAGS: &str = "EVIDENCE_WRITER_FLAGS";

/// The directory in which a user calls `bazel run`, to which paths are relative.
const WORKING_DIRECTORY: &str = "BUILD_WORKING_DIRECTORY";

/// The `main` function.
pub fn main() -> ExitCode {
    let Some(file) = env::var_os(FLAGS) else {
        // Bazel sets the variable for `bazel run`, and not for actions.
        return match enter_working_directory() {
            Ok(()) => worker::main(crate::run),
            Err(message) => report(&message),
        };
    };
    let words = words(Path::new(&file));
    match words.and_then(|words| crate::run(&Request::new(words))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => report(&message),
    }
}

fn enter_working_directory() -> Result<(), String> {
    match env::var_os(WORKING_DIRECTORY) {
        Some(directory) => env::set_current_dir(&directory)
            .map_err(|error| format!("cannot enter `{}`: {error}", directory.display())),
        None => Ok(()),
    }
}

/// The arguments of the file, then those of the command line.
fn words(file: &Path) -> Result<Vec<String>, String> {
    let cannot = |cause: String| format!("cannot read `{}`: {cause}", file.display());
    let text =
        blob::read_text(file, worker::MAX_PARAMETERS).map_err(|error| cannot(error.to_string()))?;
    let mut words = worker::parameters(&text).map_err(cannot)?;
    for argument in env::args_os().skip(1) {
        let argument = argument.into_string();
        words.push(argument.map_err(|argument| {
            let argument = argument.display();
            format!("cannot read argument `{argument}`: it is not UTF-8")
        })?);
    }
    Ok(words)
}

fn report(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_of_arguments_is_refused() {
        let error = words(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error, "cannot read `/dev/zero`: it is not a regular file");
    }
}
