//! Runs each target in a process of its own.

use std::fs;
use std::process::Command;

use crate::child::HANG;
use crate::{targets, Options};

/// Runs the targets one after another; the number of those with a fault.
pub(crate) fn run(options: &Options) -> Result<usize, String> {
    let unknown = |name: &&String| targets::all().iter().all(|target| target.name != **name);
    if let Some(name) = options.target.iter().find(unknown) {
        return Err(format!("there is no target `{name}`: see --list"));
    }
    let mut faults = 0;
    for target in targets::all() {
        if !options.target.is_empty() && !options.target.iter().any(|name| name == target.name) {
            continue;
        }
        if options.list {
            println!("{}", target.name);
        } else if !passes(target.name, options)? {
            faults += 1;
        }
    }
    Ok(faults)
}

fn passes(name: &str, options: &Options) -> Result<bool, String> {
    let program =
        std::env::current_exe().map_err(|error| format!("cannot find itself: {error}"))?;
    let mut command = Command::new(program);
    command.args(["--child", "--target", name]);
    command.args(["--seed", &options.seed.to_string()]);
    command.args(["--seconds", &options.seconds.to_string()]);
    command.arg("--folder").arg(&options.folder);
    let status = command
        .status()
        .map_err(|error| format!("cannot run `{name}`: {error}"))?;
    match status.code() {
        Some(0) => return Ok(true),
        Some(1) => return Ok(false),
        _ => {}
    }
    // It could not say what the input was; it had written it down before.
    let kind = match status.code() {
        Some(HANG) => "hang",
        _ => "crash",
    };
    let found = options.folder.join("found");
    let kept = found.join(format!("{name}-{}-{kind}", options.seed));
    fs::rename(found.join(format!("{name}.current")), &kept)
        .map_err(|error| format!("cannot keep the input of `{name}`: {error}"))?;
    println!("FAULT {name} {kind} ({status}): {}", kept.display());
    Ok(false)
}
