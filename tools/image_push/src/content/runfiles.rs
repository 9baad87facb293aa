//! The directory in which Bazel puts the files that a program needs when it runs
//! (<https://bazel.build/extending/rules#runfiles>).

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The runfiles of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runfiles(PathBuf);

impl Runfiles {
    /// The runfiles of this process: next to the program, else in `$RUNFILES_DIR`, else the directory `*.runfiles` that has
    /// the program. Without any of them, the working directory.
    pub fn of_this_process() -> Self {
        let program = env::args_os().next().unwrap_or_default();
        Self::find(Path::new(&program), env::var_os("RUNFILES_DIR"))
    }

    fn find(program: &Path, variable: Option<OsString>) -> Self {
        let next_to = with_suffix(program, ".runfiles");
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        if next_to.is_dir() {
            return Self(absolute(next_to));
        }
        if let Some(variable) = variable.filter(|variable| !variable.is_empty()) {
            return Self(absolute(PathBuf::from(variable)));
        }
        let program = absolute(program.to_owned());
        let is_root = |path: &&Path| {
            let name = path.file_name().unwrap_or_default();
            name.as_encoded_bytes().ends_with(b".runfiles")
        };
        let found = program.ancestors().skip(1).find(is_root);
        Self(found.map_or_else(|| absolute(PathBuf::from(".")), Path::to_owned))
    }

    /// The file of a path in a plan.
    pub fn file(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

/// A path with a further suffix.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_that_exists_is_used() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let program = root.join("publish");
        let found = |program: &Path, variable: Option<&str>| {
            Runfiles::find(program, variable.map(OsString::from)).0
        };
        let inside = root.join("test.runfiles/_main/pkg/publish");
        assert_eq!(found(&inside, None), root.join("test.runfiles"));
        assert_eq!(found(&inside, Some("/r")), Path::new("/r"));
        assert_eq!(
            found(&program, Some("")),
            env::current_dir().unwrap().join(".")
        );
        fs::create_dir(root.join("publish.runfiles")).unwrap();
        assert_eq!(found(&program, Some("/r")), root.join("publish.runfiles"));
    }
}
