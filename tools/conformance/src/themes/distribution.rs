//! The conformance suite of the OCI distribution specification tests the registry of our own tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{anyhow, ensure, Context, Result};
use clap::Args;

use crate::process::{self, Outcome};
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// The name of the suite among the reference tools.
const SUITE: &str = "distribution-conformance";

/// At least this number of tests pass. The suite has a few more; fewer would mean that it skips a part.
const TESTS: usize = 900;

/// Runs the conformance suite of the OCI distribution specification on the registry of our own tests.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The program `test_registry`.
    #[arg(long)]
    registry: PathBuf,
}

/// A run of the suite.
struct Run<'a> {
    name: &'a str,
    /// The options of the registry.
    registry: &'a [&'a str],
    /// The settings of the suite, in addition to [`SETTINGS`].
    suite: &'a [(&'a str, &'a str)],
}

/// The suite uses its defaults, which are those of version 1.1, and also tests what is optional there.
const SETTINGS: &[(&str, &str)] = &[
    ("OCI_API_BLOBS_DIGEST_HEADER", "true"),
    ("OCI_API_BLOBS_UPLOAD_CANCEL", "true"),
    ("OCI_API_MANIFESTS_DIGEST_HEADER", "true"),
    ("OCI_API_MANIFESTS_TAG_PARAM", "true"),
    ("OCI_LOG", "error"),
    ("OCI_PASSWORD", "secret"),
    ("OCI_USERNAME", "user"),
];

const PLAIN: (&str, &str) = ("OCI_TLS", "disabled");

const RUNS: &[Run<'_>] = &[
    Run {
        name: "plain HTTP",
        registry: &["--sparse"],
        suite: &[PLAIN, ("OCI_DATA_SPARSE", "true")],
    },
    Run {
        name: "basic authentication, complete URLs of uploads",
        registry: &["--account=user:secret", "--location=absolute"],
        suite: &[PLAIN],
    },
    Run {
        name: "bearer authentication, relative URLs of uploads",
        registry: &[
            "--account=user:secret",
            "--auth=bearer",
            "--location=relative",
        ],
        suite: &[PLAIN],
    },
    Run {
        name: "HTTPS, blobs in a directory, URLs of uploads that change",
        registry: &["--tls=valid", "--directory=blobs", "--location=query"],
        suite: &[("OCI_TLS", "enabled"), ("SSL_CERT_FILE", "ca.pem")],
    },
];

/// The negative control.
const WITHOUT_REFERRERS: Run<'_> = Run {
    name: "the suite finds that the referrers API is missing",
    registry: &["--without=referrers"],
    suite: &[PLAIN],
};

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "the conformance suite of the OCI distribution specification";
    let Some(suite) = tools.find(report, SUITE, what)? else {
        return Ok(());
    };
    let registry = options.registry.canonicalize()?;
    for run in RUNS {
        let outcome = outcome(&registry, suite.program(), tools, run)?;
        report.check(run.name, passed(&outcome));
    }
    let outcome = outcome(&registry, suite.program(), tools, &WITHOUT_REFERRERS)?;
    let found = match passed(&outcome) {
        Ok(()) => Err(anyhow!("the suite passes without the referrers API")),
        Err(_) if outcome.text().contains("/referrers: FAIL") => Ok(()),
        Err(error) => Err(error),
    };
    report.check(WITHOUT_REFERRERS.name, found);
    Ok(())
}

/// The outcome of the suite in a new directory, while the registry runs.
fn outcome(
    registry: &Path,
    suite: &Path,
    tools: &ReferenceTools,
    run: &Run<'_>,
) -> Result<Outcome> {
    let mut command: Command = tools.system(&registry.to_string_lossy());
    command
        .current_dir(tools.fresh_directory("distribution")?)
        .args(run.registry)
        .arg("--certificates=.")
        .args(["--", "sh", "-c"])
        .arg("OCI_REGISTRY=$TEST_REGISTRY exec \"$0\"")
        .arg(suite)
        .envs(SETTINGS.iter().chain(run.suite).copied());
    process::run(&mut command)
}

/// # Errors
///
/// If the suite failed, or skipped a test.
fn passed(outcome: &Outcome) -> Result<()> {
    let text = outcome.text();
    let (tests, totals) = text
        .split_once("OCI Conformance Result: ")
        .with_context(|| format!("the suite has no result:\n{text}{}", outcome.stderr))?;
    let number = |name: &str| {
        let line = totals.lines().find(|line| line.trim().starts_with(name));
        let (_, number) = line?.rsplit_once(':')?;
        number.trim().parse::<usize>().ok()
    };
    let (passed, skipped) = (number("Pass."), number("Skip."));
    ensure!(
        outcome.code == 0 && totals.starts_with("Pass") && skipped == Some(0),
        "{}{totals}",
        failures(tests)
    );
    ensure!(passed >= Some(TESTS), "only {passed:?} tests passed");
    Ok(())
}

/// The lines with the names of tests that failed.
fn failures(text: &str) -> String {
    let lines = text.lines().filter(|line| line.ends_with(": FAIL"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(code: i32, result: &str, skipped: usize, passed: usize) -> Outcome {
        let text = format!(
            "  A/b: FAIL\nOCI Conformance Result: {result}\n  Skip.....: {skipped:10}\n  Pass.....: {passed:10}\n"
        );
        Outcome {
            code,
            stdout: text.into_bytes(),
            stderr: String::new(),
        }
    }

    #[test]
    fn the_suite_passes_if_nothing_failed_or_was_skipped() {
        assert!(passed(&outcome(0, "Pass", 0, 986)).is_ok());
        let error = passed(&outcome(1, "FAIL", 0, 986)).unwrap_err();
        assert!(error.to_string().starts_with("  A/b: FAIL\nFAIL\n"));
        assert!(passed(&outcome(0, "Pass", 1, 986)).is_err());
        assert!(passed(&outcome(0, "Pass", 0, 5)).is_err());
        assert!(passed(&Outcome::failed("crash".to_owned())).is_err());
    }
}
