//! BusyBox of other architectures, run by qemu's user-mode emulation.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{ensure, Context, Result};
use clap::Args;

use crate::emulator;
use crate::layout::Layout;
use crate::platform::PlatformPath;
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::report::Report;

/// Runs BusyBox under qemu, and compares its links with the applets that it lists.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A debug image: `PLATFORM=LAYOUT`.
    #[arg(long, required = true)]
    debug: Vec<PlatformPath>,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    for PlatformPath { platform, path } in &options.debug {
        let what = format!("BusyBox for {platform}");
        if let Some(qemu) = emulator::qemu(tools, report, platform, &what)? {
            report.check(
                format_args!("{}: {what}", emulator::name(platform)),
                check(&qemu, tools, path),
            );
        }
    }
    Ok(())
}

fn check(qemu: &ReferenceTool<'_>, tools: &ReferenceTools, layout: &Path) -> Result<()> {
    let directory = unpack(tools, layout)?;
    let binary = directory.join("busybox");
    let busybox = || -> Command {
        let mut command = qemu.command();
        command.arg(&binary);
        command
    };
    let banner = process::text(&mut busybox())?;
    ensure!(
        banner.starts_with("BusyBox v1.37.0 "),
        "it says `{}`",
        banner.lines().next().unwrap_or_default()
    );
    let answer = process::text(busybox().args([
        "sh",
        "-c",
        "echo $((6 * 7)); test ! -e /nowhere && printf '%s\\n' fine",
    ]))?;
    ensure!(answer == "42\nfine\n", "its shell says `{answer}`");
    let sum = process::text(busybox().arg("sha256sum").arg(&binary))?;
    let expected = process::text(tools.system("sha256sum").arg(&binary))?;
    ensure!(sum == expected, "it says {sum}, sha256sum says {expected}");
    let listed = process::text(busybox().arg("--list"))?;
    let mut applets: Vec<_> = listed
        .lines()
        .filter(|applet| *applet != "busybox")
        .map(str::to_owned)
        .collect();
    applets.sort();
    ensure!(applets.len() > 200, "it has {} applets", applets.len());
    ensure!(
        links(&directory)? == applets,
        "the links are not {applets:?}"
    );
    Ok(())
}

/// The `/busybox` directory of an image.
fn unpack(tools: &ReferenceTools, layout: &Path) -> Result<std::path::PathBuf> {
    let image = Layout::open(layout)?.only_image()?;
    let (_, top) = image.layers.last().context("there is no layer")?;
    let directory = tools.fresh_directory("busybox")?;
    process::succeed(
        tools
            .system("tar")
            .args(["--extract", "--no-same-owner", "--file"])
            .arg(top)
            .arg("--directory")
            .arg(&directory),
    )?;
    let directory = directory.join("busybox");
    let mode = fs::metadata(directory.join("busybox"))?
        .permissions()
        .mode();
    ensure!(mode & 0o777 == 0o755, "busybox has mode {mode:o}");
    Ok(directory)
}

/// The names of the files next to `busybox`, each of which must be a link to it.
fn links(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name == "busybox" {
            continue;
        }
        let target =
            fs::read_link(directory.join(&name)).with_context(|| format!("{name} is no link"))?;
        ensure!(
            target == Path::new("/busybox/busybox"),
            "{name} points to {}",
            target.display()
        );
        names.push(name);
    }
    names.sort();
    Ok(names)
}
