//! Runs the steps of a plan on several threads, each as soon as its inputs exist.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use blob::{blob_of_regular, Digest, Error, Result, ResultExt};

use super::cache::{Cache, Stored};
use super::key::key;
use super::{tool, Options};
use crate::inputs::Inputs;
use crate::plan::{File, Piece, Plan, Step, StepId};

/// The results of all steps.
#[derive(Debug)]
pub(super) struct Results {
    stored: BTreeMap<usize, Stored>,
    pub(super) ran: usize,
    pub(super) cached: usize,
}

impl Results {
    /// The path of an output.
    pub(super) fn path(&self, file: &File) -> Result<PathBuf> {
        match file {
            File::Output(StepId(step), name) => {
                let stored = self.stored.get(step);
                let stored = stored.ok_or_else(|| missing(file))?;
                Ok(stored.directory.join(name))
            }
            _ => Err(missing(file)),
        }
    }
}

fn missing(file: &File) -> Error {
    Error::cannot("find", format!("{file:?}"), "no step of the plan makes it")
}

/// The run of a plan.
pub(super) struct Schedule<'a> {
    plan: &'a Plan,
    inputs: &'a dyn Inputs,
    options: &'a Options<'a>,
    cache: &'a Cache,
    state: Mutex<State>,
    changed: Condvar,
    /// The digests of files of the user: several steps may read one.
    user_files: Mutex<BTreeMap<String, Digest>>,
}

#[derive(Default)]
struct State {
    /// The steps that no thread has begun, in the order of the plan.
    waiting: Vec<usize>,
    results: BTreeMap<usize, Stored>,
    ran: usize,
    /// The error of the first step of the plan that failed.
    failed: Option<(usize, Error)>,
}

impl<'a> Schedule<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        inputs: &'a dyn Inputs,
        options: &'a Options<'a>,
        cache: &'a Cache,
    ) -> Self {
        Self {
            plan,
            inputs,
            options,
            cache,
            state: Mutex::new(State {
                waiting: (0..plan.steps.len())
                    .filter(|step| !plan.unused.contains(&StepId(*step)))
                    .collect(),
                ..State::default()
            }),
            changed: Condvar::new(),
            user_files: Mutex::default(),
        }
    }

    /// Runs all steps.
    pub(super) fn run(self) -> Result<Results> {
        std::thread::scope(|scope| {
            for _ in 0..self.options.threads.clamp(1, self.plan.steps().max(1)) {
                scope.spawn(|| self.work());
            }
        });
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, error)) = state.failed {
            return Err(error);
        }
        let total = self.plan.steps();
        if state.results.len() != total {
            return Err(Error::cannot("build", &self.plan.name, "a thread stopped"));
        }
        Ok(Results {
            stored: state.results,
            ran: state.ran,
            cached: total - state.ran,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs steps until none is left, or one has failed.
    fn work(&'a self) {
        let _alarm = Alarm(self);
        while let Some(number) = self.next() {
            let done = self.step(&self.plan.steps[number]);
            let mut state = self.state();
            match done {
                Ok((stored, ran)) => {
                    state.results.insert(number, stored);
                    state.ran += usize::from(ran);
                }
                Err(error) => {
                    let is_first = state
                        .failed
                        .as_ref()
                        .is_none_or(|(first, _)| number < *first);
                    if is_first {
                        state.failed = Some((number, error));
                    }
                }
            }
            self.changed.notify_all();
        }
    }

    /// Waits for a step whose inputs exist.
    fn next(&self) -> Option<usize> {
        let mut state = self.state();
        loop {
            if state.failed.is_some() || state.waiting.is_empty() {
                return None;
            }
            let ready = state.waiting.iter().position(|number| {
                let files = self.plan.steps[*number].files();
                files.iter().all(|file| match file {
                    File::Output(StepId(step), _) => state.results.contains_key(step),
                    _ => true,
                })
            });
            if let Some(ready) = ready {
                return Some(state.waiting.remove(ready));
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The result of a step, and whether the command ran.
    fn step(&self, step: &Step) -> Result<(Stored, bool)> {
        let files = step.files();
        let mut digests = BTreeMap::new();
        for file in &files {
            digests.insert(format!("{file:?}"), self.digest(file)?);
        }
        let digest = |file: &File| {
            let digest = digests.get(&format!("{file:?}"));
            digest.map(Digest::to_string).unwrap_or_default()
        };
        let key = key(step, self.options.version, &digest);
        if let Some(stored) = self.cache.find(key, &step.outputs) {
            return Ok((stored, false));
        }
        let mut paths = BTreeMap::new();
        for file in &files {
            paths.insert(format!("{file:?}"), self.path(file)?);
        }
        let path = |file: &File| {
            let path = paths.get(&format!("{file:?}"));
            path.cloned().unwrap_or_default()
        };
        let directory = self.cache.unfinished()?;
        let arguments = arguments(step, directory.path(), &path)?;
        tool::run(step.tool, arguments, directory.path())?;
        let stored = self.cache.store(key, directory, &step.outputs)?;
        Ok((stored, true))
    }

    fn digest(&self, file: &File) -> Result<Digest> {
        match file {
            File::Package(number) => match self.plan.packages.get(*number) {
                Some((_, package)) => Ok(package.sha256),
                None => Err(missing(file)),
            },
            File::Blob(_, digest) => Ok(*digest),
            File::Output(StepId(step), name) => {
                let state = self.state();
                let stored = state.results.get(step);
                let digest = stored.and_then(|stored| stored.outputs.get(*name));
                digest.copied().ok_or_else(|| missing(file))
            }
            File::User(name) => self.user_digest(name),
        }
    }

    fn user_digest(&self, name: &str) -> Result<Digest> {
        let mut known = self
            .user_files
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = known.get(name) {
            return Ok(*digest);
        }
        let path = self.options.directory.join(name);
        let blob = blob_of_regular(&path).cannot("read", path.display());
        let hint = "the definition names it; paths in a definition are relative to its directory";
        let digest = blob.map_err(|error| error.hint(hint))?.digest;
        known.insert(name.to_owned(), digest);
        Ok(digest)
    }

    /// The absolute path of a file that a command reads.
    fn path(&self, file: &File) -> Result<String> {
        let path = match file {
            File::Package(number) => {
                let Some((name, package)) = self.plan.packages.get(*number) else {
                    return Err(missing(file));
                };
                self.inputs.package(name, package)?
            }
            File::Blob(path, _) => path.clone(),
            File::User(name) => self.options.directory.join(name),
            File::Output(StepId(step), name) => {
                let state = self.state();
                let stored = state.results.get(step).ok_or_else(|| missing(file))?;
                stored.directory.join(name)
            }
        };
        let path = std::path::absolute(&path).cannot("use path", path.display())?;
        match path.to_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(Error::cannot("use path", path.display(), "expected UTF-8")),
        }
    }
}

/// Stops the other threads if one panics: they would wait for its result for ever.
struct Alarm<'a>(&'a Schedule<'a>);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().waiting.clear();
            self.0.changed.notify_all();
        }
    }
}

/// The command line of a step. Small files are written to `directory`, which also gets the outputs.
fn arguments(step: &Step, directory: &Path, path: &dyn Fn(&File) -> String) -> Result<Vec<String>> {
    for (number, written) in step.written.iter().enumerate() {
        let file = directory.join(name(number));
        std::fs::write(&file, written.render(path)).cannot("write", file.display())?;
    }
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Input(file) => path(file),
        Piece::Output(name) => (*name).to_owned(),
        Piece::Written(number) => name(*number),
    };
    let arguments = step.arguments.iter();
    Ok(arguments
        .map(|pieces| pieces.iter().map(piece).collect())
        .collect())
}

fn name(number: usize) -> String {
    format!("written.{number}.json")
}
