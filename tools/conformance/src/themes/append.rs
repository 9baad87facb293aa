//! Builds an image on the layout directory of another one, in the way of rules_oci: it uses only the files of that
//! directory.
//!
//! rules_oci and its programs cannot be fetched here. This program reads a base image as `image.sh` of rules_oci does:
//! every file of `blobs/*/*`, the first descriptor of `index.json`, its manifest and its config. Blobs of the base and
//! new layers become links to files outside the output directory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use anyhow::{bail, ensure, Context, Result};
use clap::Args;
use serde_json::{json, Value};

use crate::json;
use crate::layout::{sum_of, unpacked_sum_of, LAYER, MANIFEST};
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// Writes the layout directory of an image: a base image and more layers. All paths are relative to the working
/// directory.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout directory of the base image.
    #[arg(long)]
    base: PathBuf,
    /// A layer, `.tar.gz`; given several times, lowest first.
    #[arg(long)]
    tar: Vec<PathBuf>,
    /// One word of the entrypoint; may be given several times.
    #[arg(long)]
    entrypoint: Vec<String>,
    /// One word of the default arguments; may be given several times.
    #[arg(long)]
    cmd: Vec<String>,
    /// An environment variable to add or replace, NAME=VALUE.
    #[arg(long)]
    env: Vec<String>,
    /// The user of the image.
    #[arg(long)]
    user: Option<String>,
    /// The directory to write.
    #[arg(long)]
    output: PathBuf,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    link_blobs(options)?;
    fs::copy(
        options.base.join("oci-layout"),
        options.output.join("oci-layout"),
    )
    .context("the base has no `oci-layout`")?;
    let mut index = json::read(&options.base.join("index.json"))?;
    let blob = |digest: &str| blob_in(&options.output, digest);
    let mut manifest = json::read(&blob(json::text(&index["manifests"][0], "digest")?)?)?;
    ensure!(
        manifest["mediaType"] == MANIFEST,
        "the base's first descriptor is no image of OCI: {}",
        manifest["mediaType"]
    );
    let mut config = json::read(&blob(json::text(&manifest["config"], "digest")?)?)?;
    for tar in &options.tar {
        let digest = sum_of(tools, tar)?;
        let size = fs::metadata(tar)?.len();
        array(&mut config["rootfs"]["diff_ids"])?.push(json!(unpacked_sum_of(tools, tar)?));
        array(&mut manifest["layers"])?
            .push(json!({"mediaType": LAYER, "digest": digest, "size": size}));
        link(tar, &options.output, &blob(&digest)?)?;
    }
    configure(options, &mut config["config"])?;
    let (digest, size) = write_blob(options, tools, &config)?;
    manifest["config"]["digest"] = json!(digest);
    manifest["config"]["size"] = json!(size);
    let (digest, size) = write_blob(options, tools, &manifest)?;
    // rules_oci omits the reference name, but umoci needs it to open an image.
    index["manifests"] = json!([{
        "mediaType": MANIFEST,
        "digest": digest,
        "size": size,
        "annotations": {"org.opencontainers.image.ref.name": "latest"},
    }]);
    fs::write(options.output.join("index.json"), index.to_string())?;
    report.check("the image is written", Ok(()));
    Ok(())
}

/// Links every file of the base's `blobs`.
fn link_blobs(options: &Options) -> Result<()> {
    for algorithm in fs::read_dir(options.base.join("blobs"))? {
        let algorithm = algorithm?.file_name();
        let target = options.output.join("blobs").join(&algorithm);
        fs::create_dir_all(&target)?;
        for file in fs::read_dir(options.base.join("blobs").join(&algorithm))? {
            let file = file?;
            link(
                &file.path(),
                &options.output,
                &target.join(file.file_name()),
            )?;
        }
    }
    Ok(())
}

/// Creates a link at `place`, a path in `output`, to a file outside of it: up to the working directory and down again.
fn link(file: &Path, output: &Path, place: &Path) -> Result<()> {
    ensure!(
        file.is_relative() && output.is_relative(),
        "paths are relative to the working directory"
    );
    let directory = place.parent().context("a file is in a directory")?;
    let up: PathBuf = directory
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|_| "..")
        .collect();
    // Two layers may have the same digest.
    if fs::symlink_metadata(place).is_ok() {
        fs::remove_file(place)?;
    }
    symlink(up.join(file), place).with_context(|| format!("cannot link `{}`", place.display()))
}

fn configure(options: &Options, config: &mut Value) -> Result<()> {
    ensure!(config.is_object(), "the base's config has no `config`");
    if !options.entrypoint.is_empty() {
        config["Entrypoint"] = json!(options.entrypoint);
    }
    if !options.cmd.is_empty() {
        config["Cmd"] = json!(options.cmd);
    }
    if let Some(user) = &options.user {
        config["User"] = json!(user);
    }
    if !options.env.is_empty() {
        let mut env = json::strings(&config["Env"]);
        for pair in &options.env {
            let (name, _) = pair.split_once('=').context("`--env` takes NAME=VALUE")?;
            env.retain(|known| known.split_once('=').map(|known| known.0) != Some(name));
            env.push(pair.clone());
        }
        config["Env"] = json!(env);
    }
    Ok(())
}

fn array(value: &mut Value) -> Result<&mut Vec<Value>> {
    match value {
        Value::Array(items) => Ok(items),
        other => bail!("expected a list, found {other}"),
    }
}

/// The path of a blob: `blobs/ALGORITHM/HEX`.
fn blob_in(directory: &Path, digest: &str) -> Result<PathBuf> {
    let (algorithm, hex) = digest.split_once(':').context("a digest has a colon")?;
    Ok(directory.join("blobs").join(algorithm).join(hex))
}

/// Writes JSON as a blob; returns digest and size.
fn write_blob(options: &Options, tools: &ReferenceTools, value: &Value) -> Result<(String, usize)> {
    let text = value.to_string();
    let file = tools.fresh_directory("blob")?.join("blob");
    fs::write(&file, &text)?;
    let digest = sum_of(tools, &file)?;
    let place = blob_in(&options.output, &digest)?;
    if fs::symlink_metadata(&place).is_err() {
        fs::write(place, &text)?;
    }
    Ok((digest, text.len()))
}
