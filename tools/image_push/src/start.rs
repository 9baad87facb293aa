//! The command line and the working directory of a program that Bazel runs. Next to the program of a rule is its plan.

use std::env;
use std::ffi::OsString;
use std::path::{absolute, Path};

use crate::content::{launched_command, with_suffix, LaunchedCommand};

/// The arguments of the process. If `PROGRAM.plan.json` exists, they begin with the command and the plan. Relative paths of
/// the user are those of the directory in which the user ran `bazel run`.
pub(crate) fn arguments() -> Vec<OsString> {
    let arguments: Vec<OsString> = env::args_os().collect();
    let program = arguments.first().cloned().unwrap_or_default();
    let program = Path::new(&program);
    let plan = with_suffix(program, ".plan.json");
    let has_plan = plan.is_file();
    let plan = absolute(&plan).unwrap_or(plan);
    if program.is_absolute() && (has_plan || is_in_runfiles()) {
        go_to_user();
    }
    if !has_plan {
        return arguments;
    }
    let command = match launched_command(&plan) {
        LaunchedCommand::Push => "push",
        LaunchedCommand::Load => "load",
    };
    let mut launched = vec![program.into(), command.into(), "--plan".into(), plan.into()];
    launched.extend(arguments.into_iter().skip(1));
    launched
}

/// Whether this is the working directory that `bazel run` gives to a program. Any other one was chosen.
fn is_in_runfiles() -> bool {
    let directory = env::current_dir().unwrap_or_default();
    let mut names = directory.iter();
    names.any(|name| name.as_encoded_bytes().ends_with(b".runfiles"))
}

/// A directory that was removed meanwhile matters only for relative paths, whose errors name them.
fn go_to_user() {
    if let Some(directory) = env::var_os("BUILD_WORKING_DIRECTORY") {
        let _ = env::set_current_dir(directory);
    }
}
