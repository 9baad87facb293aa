//! runc: runs the guest in the plain images and BusyBox in the debug images.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::bundle::Containers;
use crate::layout::Layout;
use crate::process;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;
use crate::script::{self, User};

/// Runs programs of images with runc.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of an image whose entrypoint is the guest.
    #[arg(long)]
    guest: Vec<PathBuf>,
    /// The layout of a debug image.
    #[arg(long)]
    debug: Vec<PathBuf>,
    /// The expected VERSION and NAME of os-release.
    #[arg(long)]
    distro: String,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "programs in images under runc";
    let Some(containers) = Containers::find(tools, report, what)? else {
        return Ok(());
    };
    for layout in &options.guest {
        let image = Layout::open(layout)?.only_image()?;
        let user = User::of(&image.config)?;
        let found = run(&containers, layout, None)?;
        let expected = script::guest_report(&image, user, &options.distro);
        report.equal(
            format_args!("runc: the guest in {}", layout.display()),
            &expected,
            &script::printed(&found),
        );
        let shell = run(&containers, layout, Some(&["/bin/sh", "-c", "true"]))?;
        report.check(
            format_args!("runc: no shell in {}", layout.display()),
            script::check_no_shell(&shell),
        );
    }
    for layout in &options.debug {
        let image = Layout::open(layout)?.only_image()?;
        let user = User::of(&image.config)?;
        let found = run(
            &containers,
            layout,
            Some(&["/busybox/sh", "-c", script::DEBUG]),
        )?;
        let expected = script::debug_report(&image.config, user);
        report.equal(
            format_args!("runc: BusyBox in {}", layout.display()),
            &expected,
            &script::printed(&found),
        );
    }
    Ok(())
}

/// Runs a command in a freshly unpacked image.
fn run(
    containers: &Containers<'_>,
    layout: &Path,
    command: Option<&[&str]>,
) -> Result<process::Outcome> {
    containers.unpack(layout, None)?.run(command)
}
