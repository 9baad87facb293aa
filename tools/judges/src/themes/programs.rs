//! Programs: what an image is for, run under runc and asked what it says.

use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle;
use crate::json;
use crate::judge::{may_own, Judge, Judges};
use crate::layout::{Image, Layout};
use crate::process::Outcome;
use crate::report::Report;
use crate::script;

/// Programs of an image say what a list of cases expects.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of an image.
    #[arg(long)]
    image: PathBuf,
    /// A JSON list of objects: `name`; `command`, or `arguments` of the image's entrypoint; and any of `prints` (all of
    /// standard output), `says` (a part of what is printed at all) and `fails` (true: the program does, or there is none).
    /// `VERSION` stands for the version of the language that the image is for.
    #[arg(long)]
    cases: PathBuf,
}

pub(crate) fn judge(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let what = "programs in images under runc";
    if !may_own(judges)? {
        report.skip(what, "only root can unpack an image with its owners");
        return Ok(());
    }
    let (Some(umoci), Some(runc)) = (
        judges.find(report, "umoci", what)?,
        judges.find(report, "runc", what)?,
    ) else {
        return Ok(());
    };
    let image = Layout::open(&options.image)?.only_image()?;
    let bundle = bundle::unpack(&umoci, judges, &options.image)?;
    let cases = json::read(&options.cases)?;
    for case in json::items(&cases) {
        let name = json::text(case, "name")?;
        let outcome = run(&runc, judges, &bundle, &image, case)
            .and_then(|outcome| check(case, &outcome, image.runtime_version().unwrap_or_default()));
        report.check(format_args!("{name}: {}", options.image.display()), outcome);
    }
    Ok(())
}

fn run(
    runc: &Judge<'_>,
    judges: &Judges,
    bundle: &Path,
    image: &Image,
    case: &Value,
) -> Result<Outcome> {
    let command = match case.get("command") {
        Some(command) => json::strings(command),
        None => {
            let mut command = json::strings(&image.config["config"]["Entrypoint"]);
            command.extend(json::strings(&case["arguments"]));
            command
        }
    };
    ensure!(!command.is_empty(), "there is no command");
    let command: Vec<_> = command.iter().map(String::as_str).collect();
    bundle::run(runc, judges, bundle, Some(&command))
}

fn check(case: &Value, outcome: &Outcome, version: &str) -> Result<()> {
    let wanted = |key: &str| -> Result<Option<String>> {
        let Some(value) = case.get(key) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .with_context(|| format!("`{key}` is no text"))?;
        Ok(Some(text.replace("VERSION", version)))
    };
    let said = script::printed(outcome);
    let fails = case["fails"] == Value::Bool(true);
    ensure!(fails == (outcome.code != 0), "it ended so:\n{said}");
    if let Some(prints) = wanted("prints")? {
        let found = outcome.text();
        ensure!(found == prints, "it prints `{found}`, not `{prints}`");
    }
    if let Some(says) = wanted("says")? {
        ensure!(said.contains(&says), "it does not say `{says}`:\n{said}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(case: &Value, code: i32, stdout: &str, stderr: &str) -> bool {
        let outcome = Outcome {
            code,
            stdout: stdout.into(),
            stderr: stderr.into(),
        };
        check(case, &outcome, "3.11.2").is_ok()
    }

    #[test]
    fn a_case_is_held_to_what_it_expects() {
        let case = json!({"prints": "Python VERSION\n"});
        assert!(said(&case, 0, "Python 3.11.2\n", ""));
        assert!(!said(&case, 0, "Python 3.11.3\n", ""));
        assert!(!said(&case, 1, "Python 3.11.2\n", ""));
        assert!(said(
            &json!({"says": "version \"VERSION"}),
            0,
            "",
            "version \"3.11.2\""
        ));
        assert!(!said(&json!({"says": "VERSION"}), 0, "", ""));
        assert!(said(&json!({"fails": true}), 1, "", ""));
        assert!(!said(&json!({"fails": true}), 0, "", ""));
    }
}
