//! Programs: runs a program in an image with runc and compares its output; under qemu for another architecture.

use std::path::PathBuf;

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle::{Bundle, Containers};
use crate::emulator::{self, Emulator};
use crate::json;
use crate::layout::{Image, Layout};
use crate::platform::Platform;
use crate::process::Outcome;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;
use crate::script;

/// Runs programs of an image, and compares their output with a list of cases.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of an image.
    #[arg(long)]
    image: PathBuf,
    /// The platform of the image; qemu runs programs of other architectures.
    #[arg(long)]
    platform: Platform,
    /// A JSON list of objects with these fields: `name`; `command`, or `arguments` of the image's entrypoint; and any
    /// of `prints` (the complete standard output), `says` (a part of standard output or standard error) and `fails`
    /// (true if the program fails or does not exist). `VERSION` is replaced by the version of the image's language.
    #[arg(long, required = true)]
    cases: Vec<PathBuf>,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let image = Layout::open(&options.image)?.only_image()?;
    let platform = image.platform();
    ensure!(
        platform == options.platform,
        "`{}` is for {platform}, not for {}",
        options.image.display(),
        options.platform
    );
    let what = format!("programs in images for {platform}");
    let Some(containers) = Containers::find(tools, report, &what)? else {
        return Ok(());
    };
    let mut emulator = None;
    if !emulator::is_native(&platform) {
        emulator = Emulator::find(tools, report, &platform, &what)?;
        if emulator.is_none() {
            return Ok(());
        }
    }
    let bundle = containers.unpack(&options.image, emulator.as_ref())?;
    for cases in &options.cases {
        for case in json::items(&json::read(cases)?) {
            let name = json::text(case, "name")?;
            let what = format!("{name}: {}", options.image.display());
            let outcome = run(&bundle, &image, case).and_then(|outcome| {
                check(case, &outcome, image.runtime_version().unwrap_or_default())
            });
            report.check(what, outcome);
        }
    }
    Ok(())
}

fn run(bundle: &Bundle<'_>, image: &Image, case: &Value) -> Result<Outcome> {
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
    bundle.run(Some(&command))
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
