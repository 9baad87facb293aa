//! Programs of an unpacked image.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use blob::{Error, Result, ResultExt};

/// The name of the loader in the directory of a program. A program that locates itself, as Java's programs do, then
/// finds its own directory.
const LOADER: &str = ".toolbox-loader";

/// The environment of programs.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) root: &'a Path,
    pub(crate) work: &'a Path,
    pub(crate) output: &'a Path,
    pub(crate) loader: Option<&'a Path>,
    pub(crate) libraries: &'a [PathBuf],
    pub(crate) environment: &'a [String],
}

/// A program by its path in the image, and its arguments.
#[derive(Debug)]
pub(crate) struct Program<'a> {
    path: &'a str,
    arguments: &'a [String],
}

impl<'a> Program<'a> {
    pub(crate) fn new(words: &'a [String]) -> Result<Self> {
        match words {
            [path, arguments @ ..] => Ok(Self { path, arguments }),
            [] => Err(Error::cannot(
                "run",
                "--then",
                "there is no command before or after it",
            )),
        }
    }

    /// Runs the program, which must exit with code 0. Its output goes to our output.
    pub(crate) fn run(&self, place: &Place<'_>) -> Result<()> {
        let mut command = self.command(place)?;
        command.env_clear().stdin(Stdio::null());
        for variable in place.environment {
            let (name, value) = variable
                .split_once('=')
                .ok_or("expected NAME=VALUE")
                .cannot("read", variable)?;
            command.env(name, place.fill(value));
        }
        command.args(self.arguments.iter().map(|word| place.fill(word)));
        let status = command.status().cannot("run", self.path)?;
        if status.success() {
            return Ok(());
        }
        Err(Error::cannot(
            "run",
            self.path,
            format!("it ended with {status}"),
        ))
    }

    fn command(&self, place: &Place<'_>) -> Result<Command> {
        let program = place.root.join(self.path.trim_start_matches('/'));
        let program = fs::canonicalize(&program).cannot("run", self.path)?;
        let Some(loader) = place.loader else {
            return Ok(Command::new(program));
        };
        let copy = program.with_file_name(LOADER);
        if !copy.exists() {
            let loader = place.root.join(loader);
            fs::copy(&loader, &copy).cannot("start", loader.display())?;
        }
        let libraries = place
            .libraries
            .iter()
            .map(|directory| place.root.join(directory).into_os_string());
        let libraries: Vec<OsString> = libraries.collect();
        let mut command = Command::new(copy);
        command
            .arg("--library-path")
            .arg(libraries.join(":".as_ref()))
            .arg(program);
        Ok(command)
    }
}

impl Place<'_> {
    fn fill(&self, word: &str) -> String {
        [
            ("{root}", self.root),
            ("{work}", self.work),
            ("{output}", self.output),
        ]
        .iter()
        .fold(word.to_owned(), |text, (name, path)| {
            text.replace(name, &path.to_string_lossy())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(words: &[&str], environment: &[&str]) -> (tempfile::TempDir, Result<()>) {
        let directory = tempfile::tempdir().unwrap();
        let owned = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let (words, environment) = (owned(words), owned(environment));
        let output = directory.path().join("output");
        let place = Place {
            root: Path::new("/"),
            work: directory.path(),
            output: &output,
            loader: None,
            libraries: &[],
            environment: &environment,
        };
        let outcome = Program::new(&words).and_then(|program| program.run(&place));
        (directory, outcome)
    }

    #[test]
    fn its_words_and_variables_are_filled_in() {
        let (directory, outcome) = run(
            &["bin/sh", "-c", "echo $TEXT > {output}"],
            &["TEXT=in {work}"],
        );
        outcome.unwrap();
        let text = fs::read_to_string(directory.path().join("output")).unwrap();
        assert_eq!(text, format!("in {}\n", directory.path().display()));
    }

    #[test]
    fn failures_are_reported() {
        let message = |words: &[&str], environment: &[&str]| {
            run(words, environment).1.unwrap_err().to_string()
        };
        assert_eq!(
            message(&["/bin/sh", "-c", "exit 3"], &[]),
            "cannot run `/bin/sh`: it ended with exit status: 3"
        );
        assert!(message(&["nowhere"], &[])
            .starts_with("cannot run `nowhere`: No such file or directory"));
        assert_eq!(
            message(&["bin/true"], &["PATH"]),
            "cannot read `PATH`: expected NAME=VALUE"
        );
        assert_eq!(
            message(&[], &[]),
            "cannot run `--then`: there is no command before or after it"
        );
    }
}
