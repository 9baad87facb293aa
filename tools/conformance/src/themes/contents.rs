//! Contents: compares the files of each image with golden files, and the unpacked image with the lists of its layers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle;
use crate::golden::{self, Goldens, Section};
use crate::json;
use crate::layout::{Image, Layout};
use crate::listing::{self, Entry, Tree};
use crate::platform::{PlatformPath, VariantPath};
use crate::reference_tools::{may_own, ReferenceTools};
use crate::report::Report;

/// Compares layers and configurations with golden files.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// `VARIANT:PLATFORM=LAYOUT`; the variants are `plain`, `nonroot`, `debug` and `debug_nonroot`.
    #[arg(long, required = true)]
    image: Vec<VariantPath>,
    /// The base of the plain image, `PLATFORM=LAYOUT`. Its layers have separate golden files.
    #[arg(long)]
    base: Vec<PlatformPath>,
    /// Unpack only the images for these platforms; by default all images.
    #[arg(long)]
    unpack: Vec<String>,
    /// The directory of golden files, below the workspace.
    #[arg(long)]
    goldens: PathBuf,
    /// The time of the lock, which is the creation time of the images.
    #[arg(long)]
    snapshot: String,
    /// Rewrite the golden files: `./bazelw run LABEL -- --update`.
    #[arg(long)]
    update: bool,
}

/// Architecture to image.
type Images = BTreeMap<String, Image>;

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let goldens = Goldens::new(&options.goldens, options.update)?;
    let mut variants: BTreeMap<&str, Images> = BTreeMap::new();
    for VariantPath {
        variant,
        platform_path,
    } in &options.image
    {
        let image = Layout::open(&platform_path.path)?.only_image()?;
        report.equal(
            format_args!("platform of {}", platform_path.path.display()),
            &platform_path.platform.to_string(),
            &image.platform().to_string(),
        );
        variants
            .entry(variant)
            .or_default()
            .insert(platform_path.platform.architecture.clone(), image);
    }
    for (variant, images) in &variants {
        for (architecture, image) in images {
            // All architectures share one golden file, so the error names the first one that differs.
            let text = golden::config(image, &options.snapshot)
                .with_context(|| format!("{variant} {architecture}"))?;
            goldens.check(report, &format!("{variant}.config.json"), &text)?;
        }
    }
    let mut layers = Layers {
        tools,
        listed: BTreeMap::new(),
        sections: BTreeMap::new(),
    };
    check_layers(options, &goldens, &variants, &mut layers, report)?;
    check_unpacked(options, &mut layers, report)
}

/// `plain.layers.txt` has the layers that the plain image adds to its base, `debug.layers.txt` those that the debug
/// image adds to plain.
fn check_layers(
    options: &Options,
    goldens: &Goldens,
    variants: &BTreeMap<&str, Images>,
    read: &mut Layers<'_>,
    report: &mut Report,
) -> Result<()> {
    let images = variants.get("plain").context("there is no plain image")?;
    let mut own = BTreeMap::new();
    for (architecture, image) in images {
        let mut skipped = 0;
        for PlatformPath { platform, path } in &options.base {
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
        if variant.starts_with("debug") {
            goldens.check(report, "debug.layers.txt", &added)?;
        } else {
            report.equal(format_args!("the layers that {variant} adds"), "", &added);
        }
    }
    Ok(())
}

/// The number of layers that `image` takes from `base`; these must be its lowest layers.
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

/// Layers that were read, by digest: most layers are in several images.
struct Layers<'a> {
    tools: &'a ReferenceTools,
    listed: BTreeMap<String, Vec<Entry>>,
    sections: BTreeMap<String, Section>,
}

impl Layers<'_> {
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
        if let Some(section) = self.sections.get(digest) {
            return Ok(section.clone());
        }
        let entries = self.entries(digest, path)?.to_vec();
        let section = Section::read(self.tools, created_by, path, entries)
            .with_context(|| created_by.to_owned())?;
        self.sections.insert(digest.to_owned(), section.clone());
        Ok(section)
    }

    /// The entries of a layer, as listed by GNU tar.
    fn entries(&mut self, digest: &str, path: &Path) -> Result<&[Entry]> {
        if !self.listed.contains_key(digest) {
            let entries = listing::of_tar(self.tools, path)?;
            self.listed.insert(digest.to_owned(), entries);
        }
        Ok(&self.listed[digest])
    }

    /// The tree that results from the entries of all layers of an image.
    fn tree(&mut self, image: &Image, owners: bool) -> Result<Tree> {
        for (digest, path) in &image.layers {
            self.entries(digest, path)?;
        }
        let layers = image.layers.iter();
        listing::fold(
            layers.map(|(digest, _)| self.listed[digest].as_slice()),
            owners,
        )
    }
}

/// Unpacks images with umoci and compares each with the tree that results from GNU tar's lists of its layers. If the
/// layers of an image are the lowest layers of another one, it is not unpacked: its tree must be a part of the other
/// tree.
fn check_unpacked(options: &Options, layers: &mut Layers<'_>, report: &mut Report) -> Result<()> {
    let tools = layers.tools;
    let what = "that the images unpack to what their layers list";
    let Some(umoci) = tools.find(report, "umoci", what)? else {
        return Ok(());
    };
    let owners = may_own(tools)?;
    if !owners {
        report.skip(
            "owners of unpacked files",
            "only root can unpack them; GNU tar's lists have them",
        );
    }
    let mut images = Vec::new();
    for VariantPath {
        variant,
        platform_path,
    } in &options.image
    {
        let platform = platform_path.platform.to_string();
        let wanted = options.unpack.is_empty() || options.unpack.contains(&platform);
        // The nonroot image has the same layers as the image that runs as root.
        if wanted && !variant.ends_with("nonroot") {
            let image = Layout::open(&platform_path.path)?.only_image()?;
            images.push((format!("{variant} {platform}"), &platform_path.path, image));
        }
    }
    for (name, path, image) in &images {
        let digests = image.layer_digests();
        let above = images.iter().find(|(_, _, other)| {
            other.layers.len() > digests.len() && other.layer_digests().starts_with(&digests)
        });
        let expected = layers.tree(image, owners)?;
        if let Some((above, _, other)) = above {
            report.check(
                format_args!("the tree of {name} is part of that of {above}"),
                check_part(&expected, &layers.tree(other, owners)?),
            );
            continue;
        }
        let root = bundle::unpack(&umoci, tools, path)?.join("rootfs");
        let found = listing::of_directory(tools, &root, owners)?;
        report.equal(
            format_args!("umoci raw unpack: the tree of {name}"),
            &listing::shown(&expected),
            &listing::shown(&found),
        );
    }
    Ok(())
}

/// Checks that every file of a tree is in another one, with the same mode, owner and target.
fn check_part(part: &Tree, whole: &Tree) -> Result<()> {
    for (path, line) in part {
        let found = whole.get(path);
        ensure!(
            found == Some(line),
            "`{path}` is {line} in the one, {found:?} in the other"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_nothing_that_the_whole_has_not() {
        let tree = |lines: &[(&str, &str)]| -> Tree {
            let lines = lines.iter();
            lines
                .map(|(path, line)| ((*path).to_owned(), (*line).to_owned()))
                .collect()
        };
        let part = tree(&[("a", "-rw-r--r-- 0:0")]);
        let whole = tree(&[("a", "-rw-r--r-- 0:0"), ("b", "-rw-r--r-- 0:0")]);
        assert!(check_part(&part, &whole).is_ok());
        assert!(check_part(&whole, &part).is_err());
        assert!(check_part(&tree(&[("a", "-rwxr-xr-x 0:0")]), &whole).is_err());
    }
}
