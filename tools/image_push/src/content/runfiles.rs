//! The directory in which Bazel puts the files that a program needs when it runs
//! (<https://bazel.build/extending/rules#runfiles>).

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The runfiles that the paths of a plan begin at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runfiles(PathBuf);

impl Runfiles {
    /// The runfiles of a plan `NAME.plan.json`: `NAME.runfiles` next to it, else `$RUNFILES_DIR`, else the directory
    /// `*.runfiles` that has the plan. Without any of them, the working directory.
    pub fn of_plan(plan: &Path) -> Self {
        Self::find(plan, env::var_os("RUNFILES_DIR"))
    }

    fn find(plan: &Path, variable: Option<OsString>) -> Self {
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        if let Some(next_to) = next_to(plan).filter(|path| path.is_dir()) {
            return Self(absolute(next_to));
        }
        if let Some(variable) = variable.filter(|variable| !variable.is_empty()) {
            return Self(absolute(PathBuf::from(variable)));
        }
        let plan = absolute(plan.to_owned());
        let is_root = |path: &&Path| {
            let name = path.file_name().unwrap_or_default();
            name.as_encoded_bytes().ends_with(b".runfiles")
        };
        let found = plan.ancestors().skip(1).find(is_root);
        Self(found.map_or_else(|| absolute(PathBuf::from(".")), Path::to_owned))
    }

    /// The file of a path in a plan.
    pub fn file(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}

/// The runfiles of the program of a plan.
fn next_to(plan: &Path) -> Option<PathBuf> {
    let name = plan.file_name()?.to_str()?.strip_suffix(".plan.json")?;
    Some(plan.with_file_name(format!("{name}.runfiles")))
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
        let plan = root.join("publish.plan.json");
        let found = |plan: &Path, variable: Option<&str>| {
            Runfiles::find(plan, variable.map(OsString::from)).0
        };
        let inside = root.join("test.runfiles/_main/pkg/publish.plan.json");
        assert_eq!(found(&inside, None), root.join("test.runfiles"));
        assert_eq!(found(&inside, Some("/r")), Path::new("/r"));
        assert_eq!(
            found(&plan, Some("")),
            env::current_dir().unwrap().join(".")
        );
        fs::create_dir(root.join("publish.runfiles")).unwrap();
        assert_eq!(found(&plan, Some("/r")), root.join("publish.runfiles"));
        assert_eq!(found(&root.join("plan.json"), Some("/r")), Path::new("/r"));
    }
}
