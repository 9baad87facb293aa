//! Runs each target in a separate process, several at a time.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::{fs, thread};

use tempfile::TempDir;

use crate::child::HANG;
use crate::{found, targets, Options};

/// Memory that looks like a directory: each input is written down before it runs.
const SHARED_MEMORY: &str = "/dev/shm";

/// Runs the targets; the number of those with a fault.
pub(crate) fn run(options: &Options) -> Result<usize, String> {
    let unknown = |name: &&String| targets::all().iter().all(|target| target.name != **name);
    if let Some(name) = options.target.iter().find(unknown) {
        return Err(format!("there is no target `{name}`: see --list"));
    }
    let is_wanted =
        |name: &str| options.target.is_empty() || options.target.iter().any(|one| one == name);
    let names = targets::all().iter().map(|target| target.name);
    let names: VecDeque<&str> = names.filter(|name| is_wanted(name)).collect();
    if options.list {
        names.iter().for_each(|name| println!("{name}"));
        return Ok(0);
    }
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let jobs = options.jobs.unwrap_or_else(processors).max(1);
    let place = Place::new()?;
    let (names, failed) = (Mutex::new(names), Mutex::new(Ok(0)));
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| run_each(options, &place, &names, &failed));
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs what is left to be run, one after another.
fn run_each(
    options: &Options,
    place: &Place,
    names: &Mutex<VecDeque<&str>>,
    failed: &Mutex<Result<usize, String>>,
) {
    let next = || names.lock().ok()?.pop_front();
    while let Some(name) = next() {
        let ran = outcome(name, options, place);
        let Ok(mut failed) = failed.lock() else {
            return;
        };
        match (ran, &mut *failed) {
            (Ok(ran), Ok(number)) => {
                print!("{}", ran.text);
                *number += usize::from(!ran.passed);
            }
            (Err(message), result) => *result = Err(message),
            (Ok(_), Err(_)) => {}
        }
    }
}

/// Directories of a run, removed at its end.
pub(crate) struct Place {
    /// Where each process has the input that it works on.
    current: TempDir,
    /// Files that the targets write. They are not in memory, because a layer may be large.
    temporary: TempDir,
}

impl Place {
    pub(crate) fn new() -> Result<Self, String> {
        let shared = Path::new(SHARED_MEMORY);
        let cannot = |error| format!("cannot make a directory: {error}");
        let temporary = TempDir::new().map_err(cannot)?;
        let current = TempDir::new_in(shared).or_else(|_| TempDir::new());
        let current = current.map_err(cannot)?;
        Ok(Self { current, temporary })
    }
}

/// How a target ended, and what it said.
pub(crate) struct Ran {
    pub(crate) passed: bool,
    pub(crate) text: String,
}

/// Runs a target in a process.
pub(crate) fn outcome(name: &str, options: &Options, place: &Place) -> Result<Ran, String> {
    let program =
        std::env::current_exe().map_err(|error| format!("cannot find itself: {error}"))?;
    let current = place.current.path().join(name);
    let output = Command::new(program)
        .args(["--target", name, "--seed", &options.seed.to_string()])
        .args(["--seconds", &options.seconds.to_string()])
        .args(["--milliseconds", &options.milliseconds.to_string()])
        .arg("--current")
        .arg(&current)
        .arg("--directory")
        .arg(&options.directory)
        .env("TMPDIR", place.temporary.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run `{name}`: {error}"))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    let passed = match output.status.code() {
        Some(0) => true,
        Some(1) if !text.is_empty() => false,
        code => {
            // It could not say what the input was; it had written it down before.
            let kind = if code == Some(HANG) { "hang" } else { "crash" };
            let input = fs::read(&current)
                .map_err(|error| format!("`{name}` ended with {}: {error}", output.status))?;
            let file = format!("{name}-{}-{kind}", options.seed);
            let fault = format!("{kind} ({})", output.status);
            text += &found::keep(&options.directory, name, &file, &fault, &input)?;
            false
        }
    };
    Ok(Ran { passed, text })
}
