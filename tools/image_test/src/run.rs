//! One run: all that is asked for, of one image.

use std::io::Write;
use std::path::PathBuf;

use blob::{Error, Outputs, Result, ResultExt};
use rootfs::{Image, Root};

use crate::checks::Checks;
use crate::cli::Arguments;
use crate::commands;
use crate::config::Config;
use crate::outcome::{Outcome, Verdict};
use crate::report;
use crate::structure::Structure;

/// Tests the image, and reports. Whether all that ran passed.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => arguments.layout.display().to_string(),
    };
    if arguments.config.is_empty() && arguments.checks.check.is_empty() {
        return Err(Error::cannot("test", name, "nothing is asked for")
            .hint("give it tests by `--config`, or checks by `--check`"));
    }
    let configs = arguments.config.iter().map(|path| Config::read(path));
    let configs = configs.collect::<Result<Vec<_>>>()?;
    let image = Image::open(&arguments.layout, arguments.platform.as_deref())?;
    let outcomes = outcomes(arguments, &image, &configs)?;
    let title = title(&name, &image);
    let mut stdout = std::io::stdout();
    let table = report::table(&title, &outcomes);
    let printed = stdout
        .write_all(table.as_bytes())
        .and_then(|()| stdout.flush());
    printed.cannot("write", "standard output")?;
    if let Some(path) = junit(arguments) {
        let mut outputs = Outputs::new();
        outputs.add(&path, report::junit(&title, &outcomes).as_bytes())?;
        outputs.commit()?;
    }
    if outcomes
        .iter()
        .all(|outcome| matches!(outcome.verdict, Verdict::Skipped(_)))
    {
        return Err(Error::cannot("test", name, "all of its tests were skipped")
            .hint("the table says why of each"));
    }
    Ok(!outcomes
        .iter()
        .any(|outcome| matches!(outcome.verdict, Verdict::Failed(_))))
}

/// Reads the layers once for all tests and checks. Where they cannot be read, the check `layers` says so, or else nothing can
/// be said at all.
fn outcomes(arguments: &Arguments, image: &Image, configs: &[Config]) -> Result<Vec<Outcome>> {
    let options = commands::Options {
        seconds: arguments.timeout,
        emulator: arguments.emulator.as_deref(),
    };
    let mut checks = Checks::new(&arguments.checks, &arguments.layout)?;
    let mut structure = Structure::new(image, configs);
    if structure.is_idle() && arguments.checks.check.is_empty() {
        return commands::run(image, None, configs, &options);
    }
    let is_read = checks.need_layers() || !configs.is_empty();
    let mut visitors = checks.visitors();
    visitors.push(&mut structure);
    let root = match is_read {
        true => image.read(&mut visitors),
        false => Ok(Root::default()),
    };
    let mut outcomes = match &root {
        Ok(root) => {
            let mut outcomes = commands::run(image, Some(root), configs, &options)?;
            outcomes.extend(structure.outcomes(root)?);
            outcomes
        }
        Err(_) => configs.iter().map(unread).collect(),
    };
    outcomes.extend(checks.judge(image, root)?);
    Ok(outcomes)
}

fn unread(config: &Config) -> Outcome {
    Outcome {
        suite: config.name.clone(),
        name: "all".to_owned(),
        verdict: Verdict::Skipped("the layers cannot be read".to_owned()),
        seconds: 0.0,
    }
}

/// What the report calls the image: its name and platform.
fn title(name: &str, image: &Image) -> String {
    let config = image.config();
    let variant = config
        .variant()
        .as_ref()
        .map(|variant| format!("/{variant}"));
    let variant = variant.unwrap_or_default();
    if config.os().to_string().is_empty() && config.architecture().to_string().is_empty() {
        return format!("{name} (unnamed platform)");
    }
    format!(
        "{name} ({}/{}{variant})",
        config.os(),
        config.architecture()
    )
}

fn junit(arguments: &Arguments) -> Option<PathBuf> {
    let given = arguments.junit.clone();
    given.or_else(|| std::env::var_os("XML_OUTPUT_FILE").map(PathBuf::from))
}
