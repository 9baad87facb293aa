//! Layouts: what skopeo, crane and umoci make of an index, of each image, and of their archives.

mod crane;
mod skopeo;

use std::path::PathBuf;

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle;
use crate::json;
use crate::judge::Judges;
use crate::layout::{check_blobs, DiffIds, Layout, INDEX, MANIFEST};
use crate::platform::{Placed, Platform};
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
    skopeo::judge(options, judges, report)?;
    crane::judge(options, judges, report)?;
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
