//! The requirements of rules_oci and container-structure-test on a layout directory and on an image that is based on
//! it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::Value;

use crate::json;
use crate::layout::{Layout, INDEX, MANIFEST};
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::registry::Registry;
use crate::report::Report;

/// Architectures with several variants: a platform without a variant is ambiguous.
const WITH_VARIANT: [&str; 2] = ["arm", "arm64"];

/// Checks that the tools of other rules accept our layouts and archives.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout of an image: `base` of oci_image, a part of oci_image_index, `image` of oci_push, oci_load and
    /// container_structure_test.
    #[arg(long)]
    image: Vec<PathBuf>,
    /// The archive of each image, in the same order: the input of the tar driver.
    #[arg(long)]
    tarball: Vec<PathBuf>,
    /// The layout of an index: `image` of oci_push and oci_load.
    #[arg(long)]
    index: Vec<PathBuf>,
    /// The layout of an image that was built on one of them; links in it may lead out of the layout.
    #[arg(long)]
    child: Vec<PathBuf>,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    for directory in &options.image {
        let name = directory.display();
        report.check(
            format_args!("one layout of one image: {name}"),
            image(directory, true),
        );
        report.check(
            format_args!("a config that is complete: {name}"),
            config(directory),
        );
        report.check(
            format_args!("nothing but blobs and real files: {name}"),
            real_files(directory),
        );
    }
    for directory in &options.index {
        let name = directory.display();
        report.check(
            format_args!("one layout of one index: {name}"),
            index(directory),
        );
        report.check(
            format_args!("nothing but blobs and real files: {name}"),
            real_files(directory),
        );
    }
    for directory in &options.child {
        let name = directory.display();
        report.check(
            format_args!("an image made on another: {name}"),
            image(directory, false),
        );
        report.check(
            format_args!("nothing that tells of its base only: {name}"),
            inherits_nothing_false(directory),
        );
    }
    for archive in &options.tarball {
        report.check(
            format_args!("an archive of docker save: {}", archive.display()),
            docker_archive(tools, archive),
        );
    }
    push(options, tools, report)
}

/// Checks that `index.json` has one descriptor, and that manifest, config and every layer are blobs of the given size.
fn image(directory: &Path, with_history: bool) -> Result<()> {
    ensure!(directory.join("oci-layout").is_file(), "no `oci-layout`");
    let layout = Layout::open(directory)?;
    ensure!(
        layout.media_type()? == MANIFEST,
        "the root is {}",
        layout.media_type()?
    );
    let image = layout.only_image()?;
    ensure!(
        image.manifest["mediaType"] == MANIFEST,
        "the manifest says {}",
        image.manifest["mediaType"]
    );
    // oci_image drops content that is embedded in a manifest.
    ensure!(
        image.manifest["config"].get("data").is_none(),
        "the config is embedded"
    );
    let layers = json::items(&image.manifest["layers"]);
    for descriptor in [&layout.root, &image.manifest["config"]]
        .into_iter()
        .chain(layers)
    {
        let blob = layout.blob(json::text(descriptor, "digest")?)?;
        let size = fs::metadata(&blob)
            .with_context(|| format!("no blob `{}`", blob.display()))?
            .len();
        ensure!(
            descriptor["size"] == size,
            "`{}` has {size} bytes: {descriptor}",
            blob.display()
        );
    }
    let diff_ids = json::items(&image.config["rootfs"]["diff_ids"]).len();
    ensure!(
        diff_ids == layers.len(),
        "{diff_ids} diff_ids for {} layers",
        layers.len()
    );
    let history = json::items(&image.config["history"])
        .iter()
        .filter(|entry| entry["empty_layer"] != true)
        .count();
    ensure!(
        !with_history || history == layers.len(),
        "{history} entries of history for {} layers",
        layers.len()
    );
    Ok(())
}

/// rules_oci copies the manifest and the config of a base image and adds no annotations. Annotations and labels that
/// start with `org.opencontainers.image.` would then give title, version or base of the base image, so there must be
/// none.
fn inherits_nothing_false(directory: &Path) -> Result<()> {
    let image = Layout::open(directory)?.only_image()?;
    for said in [
        &image.manifest["annotations"],
        &image.config["config"]["Labels"],
    ] {
        for key in said.as_object().into_iter().flat_map(|map| map.keys()) {
            ensure!(
                !key.starts_with("org.opencontainers.image."),
                "`{key}` is the base's"
            );
        }
    }
    Ok(())
}

/// oci_image takes the platform from the config and merges into `config`; oci_image_index distinguishes images by their
/// platform.
fn config(directory: &Path) -> Result<()> {
    let config = Layout::open(directory)?.only_image()?.config;
    let architecture = json::text(&config, "architecture")?;
    ensure!(config["os"] == "linux", "os is {}", config["os"]);
    ensure!(
        WITH_VARIANT.contains(&architecture) == config["variant"].is_string(),
        "variant of {architecture} is {}",
        config["variant"]
    );
    ensure!(
        config["config"].is_object(),
        "`config` is {}",
        config["config"]
    );
    ensure!(
        config["rootfs"]["type"] == "layers",
        "`rootfs.type` is {}",
        config["rootfs"]["type"]
    );
    for pair in json::strings(&config["config"]["Env"]) {
        ensure!(pair.contains('='), "`{pair}` has no `=`");
    }
    Ok(())
}

/// Checks that the one descriptor is an index whose images are complete and are for different platforms.
fn index(directory: &Path) -> Result<()> {
    let layout = Layout::open(directory)?;
    ensure!(
        layout.media_type()? == INDEX,
        "the root is {}",
        layout.media_type()?
    );
    let mut platforms = BTreeSet::new();
    for (descriptor, image) in layout.descriptors()?.iter().zip(layout.images()?) {
        let platform = image.platform();
        for field in ["os", "architecture", "variant"] {
            ensure!(
                descriptor["platform"][field] == image.config[field],
                "{field} of {platform} is {} in the index",
                descriptor["platform"][field]
            );
        }
        for (digest, blob) in &image.layers {
            ensure!(blob.is_file(), "no blob of {digest}");
        }
        ensure!(
            platforms.insert(platform.to_string()),
            "{platform} is there twice"
        );
    }
    ensure!(!platforms.is_empty(), "the index is empty");
    Ok(())
}

/// Rules that do not merge runfiles have only the directory, so it must not have links to files outside. Each file
/// `blobs/*/*` must have the name of a digest: an algorithm, and its number of hexadecimal digits.
fn real_files(directory: &Path) -> Result<()> {
    for algorithm in fs::read_dir(directory.join("blobs"))? {
        let algorithm = algorithm?;
        ensure!(
            algorithm.file_name() == "sha256",
            "`blobs/{}`",
            algorithm.file_name().to_string_lossy()
        );
        for file in fs::read_dir(algorithm.path())? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            ensure!(file.file_type()?.is_file(), "`{name}` is no file");
            ensure!(name.len() == 64, "`{name}` is no digest");
        }
    }
    Ok(())
}

/// Checks that `manifest.json` names a config and layers that are in the archive.
fn docker_archive(tools: &ReferenceTools, archive: &Path) -> Result<()> {
    let tar = |arguments: &[&str]| {
        process::text(
            tools
                .system("tar")
                .args(arguments)
                .arg("--file")
                .arg(archive),
        )
    };
    let listed = tar(&["--list"])?;
    let listed = listed.lines().collect::<BTreeSet<_>>();
    let manifest: Value = json::parse(
        process::text(
            tools
                .system("tar")
                .args(["--extract", "--to-stdout", "--file"])
                .arg(archive)
                .arg("manifest.json"),
        )?
        .as_bytes(),
    )?;
    let [image] = json::items(&manifest) else {
        anyhow::bail!("`manifest.json` does not name exactly one image: {manifest}");
    };
    ensure!(
        !json::strings(&image["RepoTags"]).is_empty(),
        "no name to load it under"
    );
    let mut named = json::strings(&image["Layers"]);
    named.push(json::text(image, "Config")?.to_owned());
    for file in named {
        ensure!(
            listed.contains(file.as_str()),
            "`{file}` is named and not there"
        );
    }
    Ok(())
}

/// oci_push runs `crane push` on the directory: it needs one descriptor and must result in the layout's digest.
fn push(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let what = "what crane pushes";
    let (Some(crane), Some(server)) = (
        tools.find(report, "crane", what)?,
        tools.find(report, "docker-registry", what)?,
    ) else {
        return Ok(());
    };
    let registry = Registry::start(&server, tools)?;
    let all = [&options.image, &options.index, &options.child];
    for (number, directory) in all.into_iter().flatten().enumerate() {
        let reference = registry.reference(&format!("consumed/image{number}:latest"));
        report.check(
            format_args!("crane push: {}", directory.display()),
            pushed(&crane, directory, &reference),
        );
    }
    Ok(())
}

fn pushed(crane: &ReferenceTool<'_>, directory: &Path, reference: &str) -> Result<()> {
    process::succeed(crane.command().arg("push").arg(directory).arg(reference))?;
    process::succeed(crane.command().args(["validate", "--remote", reference]))?;
    let digest = process::text(crane.command().args(["digest", reference]))?;
    let layout = Layout::open(directory)?;
    ensure!(
        digest.trim() == layout.digest()?,
        "the registry says {digest}"
    );
    Ok(())
}
