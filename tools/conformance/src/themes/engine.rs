//! Docker engine: loads the archives and runs the guest and BusyBox.

use std::path::PathBuf;

use anyhow::{ensure, Result};
use clap::Args;

use crate::engine::{self, Engine};
use crate::json;
use crate::layout::{Image, Layout};
use crate::platform::Platform;
use crate::process::Outcome;
use crate::reference_tools::ReferenceTools;
use crate::report::Report;
use crate::script::{self, User};

/// Loads and runs images with a Docker engine.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// An image that is only loaded: `LAYOUT,ARCHIVE`.
    #[arg(long)]
    image: Vec<String>,
    /// An image of this machine's architecture whose entrypoint is the guest: `LAYOUT,ARCHIVE`.
    #[arg(long)]
    guest: Vec<String>,
    /// A debug image of this machine's architecture: `LAYOUT,ARCHIVE`.
    #[arg(long)]
    debug: Vec<String>,
    /// The expected VERSION and NAME of os-release.
    #[arg(long)]
    distro: String,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "what a Docker engine makes of the images";
    let Some((dockerd, docker)) = engine::find(tools, report, what)? else {
        return Ok(());
    };
    let engine = Engine::start(&dockerd, &docker, tools)?;
    for pair in &options.image {
        load(&engine, pair, report)?;
    }
    for pair in &options.guest {
        let (image, name) = load(&engine, pair, report)?;
        run_guest(&engine, options, &image, &name, report)?;
    }
    for pair in &options.debug {
        let (image, name) = load(&engine, pair, report)?;
        let user = User::of(&image.config)?;
        // The entrypoint of a debug image is the shell.
        let found = engine.run(&[], &name, &["-c", script::DEBUG])?;
        report.equal(
            format_args!("docker run: BusyBox in {name}"),
            &script::debug_report(&image.config, user),
            &script::printed(&found),
        );
    }
    Ok(())
}

/// Loads an image, and checks the engine's description of it.
fn load(engine: &Engine<'_>, pair: &str, report: &mut Report) -> Result<(Image, String)> {
    let Some((layout, archive)) = pair.split_once(',') else {
        anyhow::bail!("`{pair}` is not of the form LAYOUT,ARCHIVE");
    };
    let image = Layout::open(&PathBuf::from(layout))?.only_image()?;
    let name = engine.load(&PathBuf::from(archive))?;
    report.check(
        format_args!("docker load: {archive}"),
        check_loaded(engine, &image, &name),
    );
    Ok((image, name))
}

/// Checks that the engine's image is that of the layout. Its ID is the digest of the config or, in newer engines, of
/// the manifest.
fn check_loaded(engine: &Engine<'_>, image: &Image, name: &str) -> Result<()> {
    let known = engine.inspect(name)?;
    let id = json::text(&known, "Id")?;
    ensure!(
        id == image.config_digest || id == image.digest,
        "its ID is {id}, not {}",
        image.config_digest
    );
    let found = Platform {
        os: json::text(&known, "Os")?.to_owned(),
        architecture: json::text(&known, "Architecture")?.to_owned(),
        variant: known["Variant"]
            .as_str()
            .filter(|variant| !variant.is_empty())
            .map(str::to_owned),
    };
    ensure!(found == image.platform(), "it is for {found}");
    ensure!(
        known["RootFS"]["Layers"] == image.config["rootfs"]["diff_ids"],
        "other layers: {}",
        known["RootFS"]
    );
    for field in ["Env", "User", "WorkingDir"] {
        let (found, expected) = (&known["Config"][field], &image.config["config"][field]);
        ensure!(found == expected, "{field} is {found}, not {expected}");
    }
    Ok(())
}

/// Runs the guest as the image's own user and as user 0 and 65532.
fn run_guest(
    engine: &Engine<'_>,
    options: &Options,
    image: &Image,
    name: &str,
    report: &mut Report,
) -> Result<()> {
    let own = User::of(&image.config)?;
    let mut check = |what: &str, user: User, found: Outcome| {
        report.equal(
            format_args!("docker run: the guest in {name} as {what}"),
            &script::guest_report(image, user, &options.distro),
            &script::printed(&found),
        );
    };
    check("its user", own, engine.run(&[], name, &[])?);
    for user in [User::ROOT, User::NONROOT] {
        let id = user.id();
        let option = format!("--user={id}:{id}");
        check(&option, user, engine.run(&[&option], name, &[])?);
    }
    let shell = engine.run(&["--entrypoint=/bin/sh"], name, &["-c", "true"])?;
    report.check(
        format_args!("docker run: no shell in {name}"),
        script::check_no_shell(&shell),
    );
    Ok(())
}
