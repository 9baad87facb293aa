//! One request to a tool.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// One request to a tool.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The command line without the program's name; parameter files are already replaced by their arguments.
    pub arguments: Vec<String>,
    /// The number of leading arguments without escapes. The others are lines of a parameter file that Bazel has read.
    pub(crate) plain: usize,
    directory: PathBuf,
    cancelled: Arc<AtomicBool>,
}

impl Request {
    /// A request with paths relative to the current directory.
    pub fn new(arguments: Vec<String>) -> Self {
        Self::in_directory(arguments, PathBuf::new())
    }

    /// A request with paths relative to `directory`, as in a sandboxed multiplex worker.
    pub fn in_directory(arguments: Vec<String>, directory: PathBuf) -> Self {
        Self {
            plain: arguments.len(),
            arguments,
            directory,
            cancelled: Arc::default(),
        }
    }

    /// The real path for a path among the arguments. Absolute paths are not changed.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// Whether the request was cancelled. A long-running tool checks this regularly and returns any error; a short one
    /// need not check it.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_sandbox() {
        let plain = Request::new(Vec::new());
        assert_eq!(plain.path(Path::new("a/b")), Path::new("a/b"));
        let sandboxed = Request::in_directory(Vec::new(), PathBuf::from("__sandbox/1/_main"));
        assert_eq!(
            sandboxed.path(Path::new("a/b")),
            Path::new("__sandbox/1/_main/a/b")
        );
        assert_eq!(sandboxed.path(Path::new("/a")), Path::new("/a"));
    }
}
