//! Contents: what is in each image, against golden files; and that the layers unpack to just that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{bail, ensure, Context, Error, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle;
use crate::golden::{self, Goldens, Section};
use crate::json;
use crate::judge::{may_own, Judge, Judges};
use crate::layout::{Image, Layout};
use crate::listing;
use crate::platform::Placed;
use crate::report::Report;

/// Layers and configs are those of the golden files.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// `VARIANT:PLATFORM=LAYOUT`; the variants are `plain`, `nonroot`, `debug` and `debug_nonroot`.
    #[arg(long, required = true)]
    image: Vec<VariantImage>,
    /// The image that the plain one is built on, whose layers have golden files of their own: `PLATFORM=LAYOUT`.
    #[arg(long)]
    base: Vec<Placed>,
    /// Only images of these platforms are unpacked; by default all.
    #[arg(long)]
    unpack: Vec<String>,
    /// The folder of golden files, below the workspace.
    #[arg(long)]
    goldens: PathBuf,
    /// The lock's time, which images carry as theirs.
    #[arg(long)]
    snapshot: String,
    /// Write the golden files anew: `./bazelw run LABEL -- --update`.
    #[arg(long)]
    update: bool,
}

#[derive(Clone, Debug)]
struct VariantImage {
    variant: String,
    placed: Placed,
}

impl FromStr for VariantImage {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((variant, placed)) = text.split_once(':') else {
            bail!("`{text}` is not of the form VARIANT:PLATFORM=LAYOUT");
        };
        Ok(Self {
            variant: variant.to_owned(),
            placed: placed.parse()?,
        })
    }
}

/// Architecture to image.
type Images = BTreeMap<String, Image>;

pub(crate) fn judge(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let goldens = Goldens::new(&options.goldens, options.update)?;
    let mut variants: BTreeMap<&str, Images> = BTreeMap::new();
    for VariantImage { variant, placed } in &options.image {
        let image = Layout::open(&placed.path)?.only_image()?;
        report.equal(
            format_args!("platform of {}", placed.path.display()),
            &placed.platform.to_string(),
            &image.platform().to_string(),
        );
        variants
            .entry(variant)
            .or_default()
            .insert(placed.platform.architecture.clone(), image);
    }
    for (variant, images) in &variants {
        for (architecture, image) in images {
            // All architectures have the one golden file, so the first that differs shows where.
            let text = golden::config(image, &options.snapshot)
                .with_context(|| format!("{variant} {architecture}"))?;
            goldens.check(report, &format!("{variant}.config.json"), &text)?;
        }
    }
    check_layers(options, &goldens, &variants, judges, report)?;
    check_unpacked(options, judges, report)
}

/// `plain.layers.txt` has the layers of the plain image less those of its base, `debug.layers.txt` those that debug adds.
fn check_layers(
    options: &Options,
    goldens: &Goldens,
    variants: &BTreeMap<&str, Images>,
    judges: &Judges,
    report: &mut Report,
) -> Result<()> {
    let mut read = Sections {
        judges,
        known: BTreeMap::new(),
    };
    let images = variants.get("plain").context("there is no plain image")?;
    let mut own = BTreeMap::new();
    for (architecture, image) in images {
        let mut skipped = 0;
        for Placed { platform, path } in &options.base {
            if platform.architecture == *architecture {
                let base = Layout::open(path)?.only_image()?;
                let named = image.annotations.get(golden::BASE_DIGEST);
                report.equal(
                    format_args!("the base that the descriptor of {} names", image.digest),
                    &base.digest,
                    named.and_then(Value::as_str).unwrap_or_default(),
                );
                skipped = lowest(image, &base)?;
            }
        }
        let above = image.layers.len() - skipped;
        own.insert(architecture.clone(), read.upper(image, above)?);
    }
    goldens.check(report, "plain.layers.txt", &golden::layers(&own)?)?;
    for (variant, of_variant) in variants {
        let mut added = BTreeMap::new();
        for (architecture, image) in of_variant {
            let plain = images
                .get(architecture)
                .with_context(|| format!("there is no plain image of {architecture}"))?;
            let above = image.layers.len() - lowest(image, plain)?;
            added.insert(architecture.clone(), read.upper(image, above)?);
        }
        let added = golden::layers(&added)?;
        match variant.starts_with("debug") {
            true => goldens.check(report, "debug.layers.txt", &added)?,
            false => report.equal(format_args!("the layers that {variant} adds"), "", &added),
        }
    }
    Ok(())
}

/// How many layers `image` has of `base`, which must be its lowest.
fn lowest(image: &Image, base: &Image) -> Result<usize> {
    let digests = |image: &Image| -> Vec<String> {
        let layers = image.layers.iter();
        layers.map(|(digest, _)| digest.clone()).collect()
    };
    let (all, of_base) = (digests(image), digests(base));
    ensure!(
        all.starts_with(&of_base),
        "the lowest layers of {} are not those of {}",
        image.digest,
        base.digest
    );
    Ok(of_base.len())
}

/// Layers that were read, by digest: most are in every image.
struct Sections<'a> {
    judges: &'a Judges,
    known: BTreeMap<String, Section>,
}

impl Sections<'_> {
    /// The uppermost `count` layers of an image.
    fn upper(&mut self, image: &Image, count: usize) -> Result<Vec<Section>> {
        let history = json::items(&image.config["history"]);
        let layers = image.layers.iter().zip(history);
        layers
            .skip(image.layers.len() - count)
            .map(|((digest, path), entry)| self.one(digest, path, json::text(entry, "created_by")?))
            .collect()
    }

    fn one(&mut self, digest: &str, path: &Path, created_by: &str) -> Result<Section> {
        if let Some(section) = self.known.get(digest) {
            return Ok(section.clone());
        }
        let section =
            Section::read(self.judges, created_by, path).with_context(|| created_by.to_owned())?;
        self.known.insert(digest.to_owned(), section.clone());
        Ok(section)
    }
}

/// Unpacked by umoci, every image is the tree that GNU tar's lists of its layers add up to.
fn check_unpacked(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let Some(umoci) = judges.find(
        report,
        "umoci",
        "that the images unpack to what their layers list",
    )?
    else {
        return Ok(());
    };
    let owners = may_own(judges)?;
    if !owners {
        report.skip(
            "owners of unpacked files",
            "only root can unpack them; GNU tar's lists have them",
        );
    }
    for VariantImage { variant, placed } in &options.image {
        // Its layers are those of the plain image.
        if variant.ends_with("nonroot") {
            continue;
        }
        let platform = placed.platform.to_string();
        if !options.unpack.is_empty() && !options.unpack.contains(&platform) {
            continue;
        }
        let what = format!("umoci unpack: the tree of {variant} {platform}");
        let (expected, found) = trees(&umoci, judges, &placed.path, owners)?;
        report.equal(what, &expected, &found);
    }
    Ok(())
}

fn trees(
    umoci: &Judge<'_>,
    judges: &Judges,
    path: &Path,
    owners: bool,
) -> Result<(String, String)> {
    let image = Layout::open(path)?.only_image()?;
    let layers = image
        .layers
        .iter()
        .map(|(_, path)| listing::of_tar(judges, path))
        .collect::<Result<Vec<_>>>()?;
    let expected = listing::fold(layers.iter().map(Vec::as_slice), owners)?;
    let rootfs = bundle::unpack(umoci, judges, path)?.join("rootfs");
    let found = listing::of_folder(judges, &rootfs, owners)?;
    Ok((listing::shown(&expected), listing::shown(&found)))
}
