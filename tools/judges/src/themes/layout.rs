//! Layouts: what skopeo, crane and umoci make of an index, of each image, and of their archives.

use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle;
use crate::json;
use crate::judge::{Judge, Judges};
use crate::layout::{check_blobs, DiffIds, Image, Layout, INDEX, MANIFEST};
use crate::platform::{Placed, Platform};
use crate::process;
use crate::registry::Registry;
use crate::report::Report;

/// Layouts and archives are accepted; every digest, size and diff_id is right.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of the index.
    #[arg(long)]
    index: PathBuf,
    /// The archive of the index.
    #[arg(long)]
    index_archive: PathBuf,
    /// The layout of each image, in the order of the index: `linux/arm64/v8=FOLDER`.
    #[arg(long, required = true)]
    image: Vec<Placed>,
    /// The archive of each image.
    #[arg(long, required = true)]
    archive: Vec<Placed>,
    /// The layout of the image of the target platform, and that platform.
    #[arg(long)]
    target: Placed,
}

pub(crate) fn judge(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    check_index(options, report)?;
    let mut diff_ids = DiffIds::default();
    let folders = options.image.iter().map(|image| &image.path);
    for folder in [&options.index, &options.target.path]
        .into_iter()
        .chain(folders)
    {
        let layout = Layout::open(folder)?;
        report.check(
            format_args!(
                "sha256sum and gzip: digests, sizes and diff_ids of {}",
                folder.display()
            ),
            check_blobs(&layout, judges, &mut diff_ids),
        );
    }
    skopeo(options, judges, report)?;
    crane(options, judges, report)?;
    umoci(options, judges, report)
}

/// The index lists exactly the images, each under its platform.
fn check_index(options: &Options, report: &mut Report) -> Result<()> {
    let index = Layout::open(&options.index)?;
    report.equal("the root of the index", INDEX, index.media_type()?);
    let listed = index
        .descriptors()?
        .iter()
        .map(line)
        .collect::<Result<String>>()?;
    let mut expected = String::new();
    for Placed { platform, path } in &options.image {
        let layout = Layout::open(path)?;
        report.equal(
            format_args!("the root of {platform}"),
            MANIFEST,
            layout.media_type()?,
        );
        expected += &format!("{platform} {}\n", layout.digest()?);
        let found = layout.only_image()?.platform();
        report.equal(
            format_args!("the config of {platform}"),
            &platform.to_string(),
            &found.to_string(),
        );
    }
    report.equal("the platforms and images of the index", &expected, &listed);
    let target = Layout::open(&options.target.path)?;
    let wanted = format!("{} {}\n", options.target.platform, target.digest()?);
    report.check(
        "the image of the target platform is the one of the index",
        {
            listed
                .contains(&wanted)
                .then_some(())
                .with_context(|| format!("no {wanted} in\n{listed}"))
        },
    );
    let fields = json::read(&index.blob(index.digest()?)?)?;
    let fields = fields
        .as_object()
        .context("an index is an object")?
        .keys()
        .cloned()
        .collect::<Vec<_>>();
    report.equal(
        "the fields of the index",
        "manifests mediaType schemaVersion",
        &fields.join(" "),
    );
    Ok(())
}

fn line(descriptor: &Value) -> Result<String> {
    let platform = Platform::of(&descriptor["platform"]);
    Ok(format!(
        "{platform} {}\n",
        json::text(descriptor, "digest")?
    ))
}

fn skopeo(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let Some(skopeo) = judges.find(report, "skopeo", "what skopeo says of layouts and archives")?
    else {
        return Ok(());
    };
    report.check(
        "skopeo inspect --raw: the index",
        inspect_raw(&skopeo, "oci", &options.index, &options.index),
    );
    report.check(
        "skopeo inspect --raw: the index in its archive",
        inspect_raw(
            &skopeo,
            "oci-archive",
            &options.index_archive,
            &options.index,
        ),
    );
    let everything = || -> Result<()> {
        let to = format!("dir:{}", judges.fresh_folder("copy")?.display());
        process::succeed(
            skopeo
                .command()
                .args(["--insecure-policy", "copy", "--all", "--preserve-digests"])
                .arg(from("oci", &options.index))
                .arg(to),
        )?;
        Ok(())
    };
    report.check("skopeo copy --all: the index", everything());
    for Placed { platform, path } in &options.image {
        report.check(
            format_args!("skopeo inspect --raw: {platform}"),
            inspect_raw(&skopeo, "oci", path, path),
        );
        report.check(
            format_args!("skopeo inspect --config: {platform}"),
            inspect_config(&skopeo, path),
        );
        report.check(
            format_args!("skopeo picks {platform} from the index"),
            pick(&skopeo, options, platform, path),
        );
    }
    for Placed { platform, path } in &options.archive {
        let layout = layout_of(&options.image, platform)?;
        for transport in ["oci-archive", "docker-archive"] {
            report.check(
                format_args!("skopeo inspect: {platform} as {transport}"),
                inspect_archive(&skopeo, transport, path, platform, layout),
            );
        }
    }
    Ok(())
}

fn from(transport: &str, path: &Path) -> String {
    format!("{transport}:{}", path.display())
}

fn layout_of<'a>(images: &'a [Placed], platform: &Platform) -> Result<&'a Path> {
    let image = images.iter().find(|image| image.platform == *platform);
    Ok(&image
        .with_context(|| format!("there is an archive of {platform}, and no layout"))?
        .path)
}

/// skopeo prints the very bytes of the blob that the layout's root names.
fn inspect_raw(skopeo: &Judge<'_>, transport: &str, path: &Path, layout: &Path) -> Result<()> {
    let layout = Layout::open(layout)?;
    let expected = std::fs::read(layout.blob(layout.digest()?)?)?;
    let found = process::succeed(
        skopeo
            .command()
            .args(["inspect", "--raw"])
            .arg(from(transport, path)),
    )?;
    ensure!(
        found == expected,
        "other bytes than those of {}",
        layout.digest()?
    );
    Ok(())
}

fn inspect_config(skopeo: &Judge<'_>, path: &Path) -> Result<()> {
    let image = Layout::open(path)?.only_image()?;
    let output = process::succeed(
        skopeo
            .command()
            .args(["inspect", "--config", "--raw"])
            .arg(from("oci", path)),
    )?;
    ensure!(
        json::parse(&output)? == image.config,
        "another config than {}",
        image.config_digest
    );
    // Without --raw skopeo reads it as a typed config of the specification.
    process::succeed(
        skopeo
            .command()
            .args(["inspect", "--config"])
            .arg(from("oci", path)),
    )?;
    Ok(())
}

/// Asked for a platform, skopeo finds that platform's image in the index.
fn pick(skopeo: &Judge<'_>, options: &Options, platform: &Platform, path: &Path) -> Result<()> {
    let mut command = skopeo.command();
    command
        .args(platform.skopeo_options())
        .arg("inspect")
        .arg(from("oci", &options.index));
    let facts = json::parse(&process::succeed(&mut command)?)?;
    let image = Layout::open(path)?.only_image()?;
    ensure!(
        facts["Architecture"] == platform.architecture,
        "it picked {}",
        facts["Architecture"]
    );
    ensure!(facts["Os"] == platform.os, "it picked {}", facts["Os"]);
    ensure!(
        json::strings(&facts["Layers"]) == digests(&image),
        "other layers: {}",
        facts["Layers"]
    );
    Ok(())
}

fn digests(image: &Image) -> Vec<String> {
    image
        .layers
        .iter()
        .map(|(digest, _)| digest.clone())
        .collect()
}

fn inspect_archive(
    skopeo: &Judge<'_>,
    transport: &str,
    path: &Path,
    platform: &Platform,
    layout: &Path,
) -> Result<()> {
    let mut command = skopeo.command();
    command
        .args(platform.skopeo_options())
        .args(["inspect", "--config"])
        .arg(from(transport, path));
    let config = json::parse(&process::succeed(&mut command)?)?;
    let image = Layout::open(layout)?.only_image()?;
    ensure!(
        config["rootfs"] == image.config["rootfs"],
        "other layers: {}",
        config["rootfs"]
    );
    ensure!(
        config["architecture"] == image.config["architecture"],
        "of {}",
        config["architecture"]
    );
    Ok(())
}

/// crane reads all bytes back from a registry and checks them; archives it checks where they lie.
fn crane(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let what = "what crane validates";
    let Some(crane) = judges.find(report, "crane", what)? else {
        return Ok(());
    };
    for Placed { platform, path } in &options.archive {
        let outcome =
            process::succeed(crane.command().args(["validate", "--tarball"]).arg(path)).map(drop);
        report.check(
            format_args!("crane validate --tarball: {platform}"),
            outcome,
        );
    }
    let Some(server) = judges.find(
        report,
        "docker-registry",
        "what crane validates in a registry",
    )?
    else {
        return Ok(());
    };
    let registry = Registry::start(&server, judges)?;
    let push_and_validate = |path: &Path, name: &str| -> Result<()> {
        let reference = registry.reference(name);
        let layout = Layout::open(path)?;
        process::succeed(crane.command().arg("push").arg(path).arg(&reference))?;
        process::succeed(crane.command().args(["validate", "--remote", &reference]))?;
        let digest = process::text(crane.command().args(["digest", &reference]))?;
        ensure!(
            digest.trim() == layout.digest()?,
            "the registry says {digest}"
        );
        Ok(())
    };
    report.check(
        "crane push and validate: the index",
        push_and_validate(&options.index, "judged/index:latest"),
    );
    for Placed { platform, path } in &options.image {
        let name = format!("judged/{}:latest", platform.architecture);
        report.check(
            format_args!("crane push and validate: {platform}"),
            push_and_validate(path, &name),
        );
    }
    Ok(())
}

fn umoci(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let Some(umoci) = judges.find(report, "umoci", "what umoci unpacks")? else {
        return Ok(());
    };
    for Placed { platform, path } in &options.image {
        let unpacked = bundle::unpack(&umoci, judges, path).and_then(|bundle| {
            let config = json::read(&bundle.join("config.json"))?;
            let cwd = Layout::open(path)?.only_image()?.config["config"]["WorkingDir"].clone();
            ensure!(
                config["process"]["cwd"] == cwd,
                "it starts in {}",
                config["process"]["cwd"]
            );
            Ok(())
        });
        report.check(format_args!("umoci unpack: {platform}"), unpacked);
    }
    Ok(())
}
