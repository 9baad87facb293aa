//! One piece of work.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// What a tool is asked to do, once.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The command line without the program's name, parameter files already replaced by their arguments.
    pub arguments: Vec<String>,
    /// How many of the arguments, from the first on, have no escapes. The others are lines of a parameter file that Bazel has
    /// read itself.
    pub(crate) plain: usize,
    folder: PathBuf,
    cancelled: Arc<AtomicBool>,
}

impl Request {
    /// A request whose paths count from the current folder.
    pub fn new(arguments: Vec<String>) -> Self {
        Self::in_folder(arguments, PathBuf::new())
    }

    /// A request whose paths count from `folder`, as those of a sandboxed multiplex worker do.
    pub fn in_folder(arguments: Vec<String>, folder: PathBuf) -> Self {
        Self {
            plain: arguments.len(),
            arguments,
            folder,
            cancelled: Arc::default(),
        }
    }

    /// Where a path among the arguments really is. An absolute path is kept.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// Whether nobody wants the result any more. A long-running tool looks from time to time and returns an
    /// error, whatever its text; a short one need not look.
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
    fn paths_count_from_the_folder() {
        let plain = Request::new(Vec::new());
        assert_eq!(plain.path(Path::new("a/b")), Path::new("a/b"));
        let sandboxed = Request::in_folder(Vec::new(), PathBuf::from("__sandbox/1/_main"));
        assert_eq!(
            sandboxed.path(Path::new("a/b")),
            Path::new("__sandbox/1/_main/a/b")
        );
        assert_eq!(sandboxed.path(Path::new("/a")), Path::new("/a"));
    }
}
