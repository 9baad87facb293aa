//! The arguments of the program under `bazel run`.

use std::ffi::OsString;
use std::path::Path;

/// The variable with the files that a target names in `data`, one a line: `MODULE/PATH`, as `$(rlocationpath LABEL)`.
/// `bazel run` starts the program in the directory of the main module, next to those of other modules. All other paths
/// are relative to the workspace.
const DATA: &str = "DEBIAN_LOCK_DATA";

/// The arguments, with absolute paths for the files of `data`.
pub(crate) fn arguments() -> Vec<OsString> {
    let data = std::env::var(DATA).unwrap_or_default();
    let data: Vec<&str> = data.lines().collect();
    std::env::args_os()
        .map(|argument| absolute(&argument, &data).unwrap_or(argument))
        .collect()
}

/// The argument with an absolute path, if it is one of the files, or an option with one: `--lock=module/a.lock.json`.
/// The files next to the original are found, too, because symbolic links are resolved.
fn absolute(argument: &OsString, data: &[&str]) -> Option<OsString> {
    let argument = argument.to_str()?;
    let (option, path) = match argument.split_once('=') {
        Some((option, path)) if option.starts_with("--") => (Some(option), path),
        _ => (None, argument),
    };
    if !data.contains(&path) {
        return None;
    }
    let path = Path::new("..")
        .join(path)
        .canonicalize()
        .ok()?
        .into_os_string();
    let Some(option) = option else {
        return Some(path);
    };
    let mut joined = OsString::from(option);
    joined.push("=");
    joined.push(path);
    Some(joined)
}
