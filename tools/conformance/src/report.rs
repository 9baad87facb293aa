//! The results of checks.

use std::fmt::Display;
use std::io::Write;
use std::process::{Command, ExitCode};

use anyhow::Result;

/// Counts checks and prints each result to standard error.
#[derive(Debug, Default)]
pub(crate) struct Report {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Report {
    /// Records the result of a check.
    pub(crate) fn check(&mut self, what: impl Display, outcome: Result<()>) {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                say(format_args!("ok: {what}"));
            }
            Err(error) => {
                self.failed += 1;
                say(format_args!("FAILED: {what}: {error:#}"));
            }
        }
    }

    /// Checks that two texts are equal; if not, shows their `diff`.
    pub(crate) fn equal(&mut self, what: impl Display, expected: &str, found: &str) {
        let outcome = if expected == found {
            Ok(())
        } else {
            Err(anyhow::anyhow!(
                "expected (-) and found (+) differ\n{}",
                difference(expected, found)
            ))
        };
        self.check(what, outcome);
    }

    /// Reports a check that was skipped.
    pub(crate) fn skip(&mut self, what: impl Display, why: impl Display) {
        self.skipped += 1;
        say(format_args!("SKIPPED: {what}: {why}"));
    }

    /// Prints the totals and returns the exit code: the run fails if a check failed or if there was no check.
    pub(crate) fn finish(self) -> ExitCode {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        say(format_args!(
            "{passed} passed, {failed} failed, {skipped} skipped"
        ));
        // One passed check is not enough: the last check only says that the test reached its end.
        if failed > 0 || (passed <= 1 && skipped == 0) {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

fn say(line: std::fmt::Arguments<'_>) {
    // If standard error is closed, the exit code still reports the result.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What `diff -u` prints.
fn difference(expected: &str, found: &str) -> String {
    let shown = || -> Result<String> {
        let directory = tempfile::tempdir()?;
        std::fs::write(directory.path().join("expected"), expected)?;
        std::fs::write(directory.path().join("found"), found)?;
        let output = Command::new("diff")
            .args(["--unified=1", "expected", "found"])
            .current_dir(directory.path())
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    shown()
        .unwrap_or_else(|error| format!("{error:#}\n--- expected\n{expected}\n+++ found\n{found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(report: Report) -> String {
        format!("{:?}", report.finish())
    }

    #[test]
    fn passes_only_when_something_was_checked_and_nothing_failed() {
        let success = format!("{:?}", ExitCode::SUCCESS);
        let mut report = Report::default();
        report.check("the end", Ok(()));
        assert_ne!(code(report), success);

        let mut report = Report::default();
        report.check("the end", Ok(()));
        report.equal("a", "1", "1");
        assert_eq!(code(report), success);

        let mut report = Report::default();
        report.check("the end", Ok(()));
        report.equal("a", "1", "2");
        assert_ne!(code(report), success);

        let mut report = Report::default();
        report.check("the end", Ok(()));
        report.skip("a", "there is none");
        assert_eq!(code(report), success);
    }

    #[test]
    fn shows_the_lines_that_differ() {
        assert!(difference("a\nb\n", "a\nc\n").contains("-b\n+c\n"));
    }
}
