//! Command tests on systems without namespaces: all are skipped.

use std::ffi::OsString;
use std::path::Path;

use blob::Result;
use rootfs::{Image, Root};

use crate::config::Config;
use crate::outcome::{Outcome, Verdict};

/// The limits are those of Linux.
pub(crate) mod limits {
    pub(crate) const MEMORY: u64 = 4096;
}

/// How command tests run.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    pub(crate) seconds: u64,
    pub(crate) memory: u64,
    pub(crate) emulator: Option<&'a Path>,
}

/// Skips all tests.
pub(crate) fn run(
    _: &Image,
    _: Option<&Root>,
    configs: &[Config],
    _: &Options<'_>,
) -> Result<Vec<Outcome>> {
    let tests = configs
        .iter()
        .flat_map(|config| config.commands.iter().map(move |t| (config, t)));
    let skipped = tests.map(|(config, test)| Outcome {
        suite: config.name.clone(),
        name: format!("Command Test: {}", test.name),
        verdict: Verdict::Skipped("command tests need the namespaces of Linux".to_owned()),
        seconds: 0.0,
    });
    Ok(skipped.collect())
}

/// There are no namespaces, so this process is never inside of one.
pub(crate) fn inside(_: impl Iterator<Item = OsString>) -> Option<u8> {
    None
}
