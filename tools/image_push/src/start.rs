//! The command line of a program that a Bazel rule made: next to such a program is its plan.

use std::env;
use std::ffi::OsString;
use std::path::{absolute, Path};

use crate::content::{launched_command, with_suffix, LaunchedCommand};

/// The arguments of the process. If `PROGRAM.plan.json` exists, they begin with the command and the plan, and relative
/// paths of the user are those of the directory in which the user ran `bazel run`.
pub(crate) fn arguments() -> Vec<OsString> {
    let arguments: Vec<OsString> = env::args_os().collect();
    let program = arguments.first().cloned().unwrap_or_default();
    let program = Path::new(&program);
    let plan = with_suffix(program, ".plan.json");
    if !plan.is_file() {
        return arguments;
    }
    let plan = absolute(&plan).unwrap_or(plan);
    let command = match launched_command(&plan) {
        LaunchedCommand::Push => "push",
        LaunchedCommand::Load => "load",
    };
    let directory = env::var_os("BUILD_WORKING_DIRECTORY").filter(|_| program.is_absolute());
    if let Some(directory) = directory {
        // A directory that was removed meanwhile matters only for relative paths, whose errors name them.
        let _ = env::set_current_dir(directory);
    }
    let mut launched = vec![program.into(), command.into(), "--plan".into(), plan.into()];
    launched.extend(arguments.into_iter().skip(1));
    launched
}
