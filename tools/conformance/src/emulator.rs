//! qemu's user-mode emulation: runs programs of another architecture on this machine. qemu is not registered with the
//! kernel, so an emulated program cannot start another one.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use arch::Architecture;

use crate::platform::Platform;
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::report::Report;

/// An emulator that runs in any root directory, because it is a static program.
#[derive(Debug)]
pub(crate) struct Emulator {
    program: PathBuf,
    options: Vec<&'static str>,
}

impl Emulator {
    /// Finds the emulator of a platform. If there is none, reports `what` as skipped.
    pub(crate) fn find(
        tools: &ReferenceTools,
        report: &mut Report,
        platform: &Platform,
        what: &str,
    ) -> Result<Option<Self>> {
        let Some(qemu) = qemu(tools, report, platform, what)? else {
            return Ok(None);
        };
        let program = qemu
            .binary()
            .with_context(|| format!("cannot run {what}"))?;
        Ok(Some(Self {
            program,
            options: options(platform),
        }))
    }

    /// The path of the emulator.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The emulator's command line options.
    pub(crate) fn options(&self) -> &[&'static str] {
        &self.options
    }

    /// The time limit of an emulated program, which is ten times slower or more.
    pub(crate) fn limit(&self) -> Duration {
        process::LIMIT * 3
    }
}

/// Finds qemu for a platform. If there is none, reports `what` as skipped.
pub(crate) fn qemu<'a>(
    tools: &'a ReferenceTools,
    report: &mut Report,
    platform: &Platform,
    what: &str,
) -> Result<Option<ReferenceTool<'a>>> {
    tools.find(report, &name(platform), what)
}

/// The name of qemu's program for a platform.
pub(crate) fn name(platform: &Platform) -> String {
    let architecture = platform.architecture.as_str();
    let machine = Architecture::by_oci(architecture).map_or(architecture, |row| row.qemu);
    format!("qemu-{machine}")
}

/// The options that select the emulated processor, if it is not qemu's default.
fn options(platform: &Platform) -> Vec<&'static str> {
    let row = Architecture::by_oci(&platform.architecture);
    let cpu = row.and_then(|row| row.qemu_cpu);
    cpu.map_or(Vec::new(), |cpu| vec!["-cpu", cpu])
}

/// Whether this machine runs programs of a platform without an emulator.
pub(crate) fn is_native(platform: &Platform) -> bool {
    let row = Architecture::by_oci(&platform.architecture);
    row.is_some_and(|row| row.rust == env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_have_other_names_elsewhere() {
        let name = |platform: &str| name(&platform.parse().unwrap());
        assert_eq!(name("linux/amd64"), "qemu-x86_64");
        assert_eq!(name("linux/arm64/v8"), "qemu-aarch64");
        assert_eq!(name("linux/arm/v7"), "qemu-arm");
        assert_eq!(name("linux/ppc64le"), "qemu-ppc64le");
    }
}
