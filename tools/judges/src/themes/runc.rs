//! Running under runc: the guest in the plain images, BusyBox in the debug ones.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::bundle;
use crate::judge::{may_own, Judge, Judges};
use crate::layout::Layout;
use crate::report::Report;
use crate::script::{self, User};

/// Programs run under runc.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of an image whose entrypoint is the guest.
    #[arg(long)]
    guest: Vec<PathBuf>,
    /// The layout of a debug image.
    #[arg(long)]
    debug: Vec<PathBuf>,
    /// VERSION and NAME of os-release are to be this.
    #[arg(long)]
    distro: String,
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
    for layout in &options.guest {
        let image = Layout::open(layout)?.only_image()?;
        let user = User::of(&image.config)?;
        let found = run(&umoci, &runc, judges, layout, None)?;
        let expected = script::guest_report(&image, user, &options.distro);
        report.equal(
            format_args!("runc: the guest in {}", layout.display()),
            &expected,
            &script::printed(&found),
        );
        let shell = run(
            &umoci,
            &runc,
            judges,
            layout,
            Some(&["/bin/sh", "-c", "true"]),
        )?;
        report.check(
            format_args!("runc: no shell in {}", layout.display()),
            script::check_no_shell(&shell),
        );
    }
    for layout in &options.debug {
        let image = Layout::open(layout)?.only_image()?;
        let user = User::of(&image.config)?;
        let found = run(
            &umoci,
            &runc,
            judges,
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

fn run(
    umoci: &Judge<'_>,
    runc: &Judge<'_>,
    judges: &Judges,
    layout: &Path,
    command: Option<&[&str]>,
) -> Result<crate::process::Outcome> {
    let bundle = bundle::unpack(umoci, judges, layout)?;
    bundle::run(runc, judges, &bundle, command)
}
