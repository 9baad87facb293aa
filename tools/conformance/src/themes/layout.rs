//! Layouts: skopeo, crane and umoci check an index, each image and their archives.
//!
//! The variants of an image share most of their layers. To save time, each tool reads each layer once, and reads
//! everything else of every layout and archive: the largest images come first, and they contain the layers of the
//! others.

mod crane;
mod skopeo;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{bail, ensure, Context, Error, Result};
use clap::Args;
use serde_json::Value;

use crate::bundle;
use crate::json;
use crate::layout::{check_archived_layers, check_blobs, Image, Layout, Sums, INDEX, MANIFEST};
use crate::platform::{Platform, PlatformPath, VariantPath};
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// Checks that tools accept layouts and archives, and that every digest, size and diff_id is right.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of each variant's index: `plain=DIRECTORY`.
    #[arg(long, required = true)]
    index: Vec<Named>,
    /// The archive of each variant's index.
    #[arg(long, required = true)]
    index_archive: Vec<Named>,
    /// The layout of each image, in the order of its index: `plain:linux/arm64/v8=DIRECTORY`.
    #[arg(long, required = true)]
    image: Vec<VariantPath>,
    /// The archive of each image.
    #[arg(long, required = true)]
    archive: Vec<VariantPath>,
    /// The layout of the image for the target platform, and that platform, for each variant.
    #[arg(long, required = true)]
    target: Vec<VariantPath>,
    /// A platform whose images umoci unpacks; by default none.
    #[arg(long)]
    unpack: Vec<String>,
}

/// `VARIANT=PATH` on a command line.
#[derive(Clone, Debug)]
struct Named {
    variant: String,
    path: PathBuf,
}

impl FromStr for Named {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((variant, path)) = text.split_once('=') else {
            bail!("`{text}` is not of the form VARIANT=PATH");
        };
        Ok(Self {
            variant: variant.to_owned(),
            path: path.into(),
        })
    }
}

/// The index of one variant.
#[derive(Debug)]
struct Index {
    variant: String,
    directory: PathBuf,
    archive: PathBuf,
}

/// One image of one variant.
#[derive(Debug)]
struct TestedImage {
    variant: String,
    platform: Platform,
    directory: PathBuf,
    archive: PathBuf,
    image: Image,
    /// Whether one of its layers is in no earlier image.
    has_new_layers: bool,
}

impl fmt::Display for TestedImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variant, self.platform)
    }
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let (indexes, images) = (indexes(options)?, images(options)?);
    for index in &indexes {
        let paths = |images: &[VariantPath]| -> Vec<PlatformPath> {
            let images = images.iter().filter(|one| one.variant == index.variant);
            images.map(|one| one.platform_path.clone()).collect()
        };
        let targets = paths(&options.target);
        let [target] = &targets[..] else {
            bail!("{} has {} targets", index.variant, targets.len());
        };
        check_index(index, &paths(&options.image), target, report)?;
    }
    let mut sums = Sums::default();
    let directories = indexes.iter().map(|index| &index.directory);
    let targets = options
        .target
        .iter()
        .map(|target| &target.platform_path.path);
    for directory in directories
        .chain(targets)
        .chain(images.iter().map(|image| &image.directory))
    {
        let layout = Layout::open(directory)?;
        report.check(
            format_args!(
                "sha256sum and gzip: digests, sizes and diff_ids of {}",
                directory.display()
            ),
            check_blobs(&layout, tools, &mut sums),
        );
    }
    // Archives without new layers: skopeo and crane skip their layers, so check them here.
    for image in images.iter().filter(|image| !image.has_new_layers) {
        report.check(
            format_args!("tar and sha256sum: layers in the archive of {image}"),
            check_archived_layers(&image.archive, &image.image, tools),
        );
    }
    skopeo::check(&indexes, &images, tools, report)?;
    crane::check(&indexes, &images, tools, report)?;
    umoci(&images, &options.unpack, tools, report)
}

/// The index of each variant with its archive, the largest images first.
fn indexes(options: &Options) -> Result<Vec<Index>> {
    let mut indexes = options
        .index
        .iter()
        .map(|Named { variant, path }| {
            let mut archives = options.index_archive.iter();
            let archive = archives.find(|archive| archive.variant == *variant);
            let archive = archive.with_context(|| format!("the index {variant} has no archive"))?;
            let images = Layout::open(path)?.images()?;
            let layers: usize = images.iter().map(|image| image.layers.len()).sum();
            let index = Index {
                variant: variant.clone(),
                directory: path.clone(),
                archive: archive.path.clone(),
            };
            Ok((layers, index))
        })
        .collect::<Result<Vec<_>>>()?;
    indexes.sort_by_key(|(layers, _)| std::cmp::Reverse(*layers));
    Ok(indexes.into_iter().map(|(_, index)| index).collect())
}

/// Each image with its archive, the largest first.
fn images(options: &Options) -> Result<Vec<TestedImage>> {
    let mut images = options
        .image
        .iter()
        .map(
            |VariantPath {
                 variant,
                 platform_path,
             }| {
                let archive = options.archive.iter().find(|archive| {
                    archive.variant == *variant
                        && archive.platform_path.platform == platform_path.platform
                });
                let archive = archive.with_context(|| {
                    format!("{variant} {} has no archive", platform_path.platform)
                })?;
                Ok(TestedImage {
                    variant: variant.clone(),
                    platform: platform_path.platform.clone(),
                    directory: platform_path.path.clone(),
                    archive: archive.platform_path.path.clone(),
                    image: Layout::open(&platform_path.path)?.only_image()?,
                    has_new_layers: false,
                })
            },
        )
        .collect::<Result<Vec<_>>>()?;
    images.sort_by_key(|tested| std::cmp::Reverse(tested.image.layers.len()));
    let mut known = BTreeSet::new();
    for tested in &mut images {
        for digest in tested.image.layer_digests() {
            tested.has_new_layers |= known.insert(digest);
        }
    }
    Ok(images)
}

/// Checks that the index lists exactly the images, each with its platform.
fn check_index(
    index: &Index,
    images: &[PlatformPath],
    target: &PlatformPath,
    report: &mut Report,
) -> Result<()> {
    let variant = &index.variant;
    let index = Layout::open(&index.directory)?;
    report.equal(
        format_args!("the root of the index {variant}"),
        INDEX,
        index.media_type()?,
    );
    let listed = index
        .descriptors()?
        .iter()
        .map(line)
        .collect::<Result<String>>()?;
    let mut expected = String::new();
    for PlatformPath { platform, path } in images {
        let layout = Layout::open(path)?;
        report.equal(
            format_args!("the root of {variant} {platform}"),
            MANIFEST,
            layout.media_type()?,
        );
        expected += &format!("{platform} {}\n", layout.digest()?);
        let found = layout.only_image()?.platform();
        report.equal(
            format_args!("the config of {variant} {platform}"),
            &platform.to_string(),
            &found.to_string(),
        );
    }
    report.equal(
        format_args!("the platforms and images of the index {variant}"),
        &expected,
        &listed,
    );
    let image = Layout::open(&target.path)?;
    let wanted = format!("{} {}\n", target.platform, image.digest()?);
    report.check(
        format_args!("the image of the target platform is the one of the index {variant}"),
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
        format_args!("the fields of the index {variant}"),
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

/// umoci generates a runtime configuration of every image, and unpacks the images of some platforms.
fn umoci(
    images: &[TestedImage],
    unpacked: &[String],
    tools: &ReferenceTools,
    report: &mut Report,
) -> Result<()> {
    let Some(umoci) = tools.find(report, "umoci", "what umoci makes of the images")? else {
        return Ok(());
    };
    for tested in images {
        let config = bundle::runtime_config(&umoci, tools, &tested.directory).and_then(|config| {
            let cwd = &tested.image.config["config"]["WorkingDir"];
            let found = &config["process"]["cwd"];
            ensure!(found == cwd, "it starts in {found}");
            Ok(())
        });
        report.check(format_args!("umoci raw runtime-config: {tested}"), config);
        if tested.has_new_layers && unpacked.contains(&tested.platform.to_string()) {
            let bundle = bundle::unpack(&umoci, tools, &tested.directory);
            report.check(format_args!("umoci raw unpack: {tested}"), bundle.map(drop));
        }
    }
    Ok(())
}
