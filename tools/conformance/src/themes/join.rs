//! Joins images to an index in the way of rules_oci: from the list of blobs that Bazel expands from their directories.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{json, Map};

use crate::layout::{sum_of, Layout, INDEX};
use crate::reference_tools::ReferenceTools;
use crate::report::Report;

/// Writes the layout directory of an index.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The layout directory of an image.
    #[arg(long, required = true)]
    image: Vec<PathBuf>,
    /// A file below the `blobs` of a layout, by its path in the layout; no other blobs are copied.
    #[arg(long)]
    blob: Vec<PathBuf>,
    /// The directory to write.
    #[arg(long)]
    output: PathBuf,
}

pub(crate) fn test(options: &Options, tools: &ReferenceTools, report: &mut Report) -> Result<()> {
    let blobs = options.output.join("blobs/sha256");
    fs::create_dir_all(&blobs)?;
    let mut manifests = Vec::new();
    for directory in &options.image {
        for blob in &options.blob {
            let file = directory.join(blob);
            if file.is_file() {
                let copy = options.output.join(blob);
                let _ = fs::remove_file(&copy);
                fs::copy(&file, &copy)
                    .with_context(|| format!("cannot copy `{}`", file.display()))?;
            }
        }
        let layout = Layout::open(directory)?;
        let config = layout.only_image()?.config;
        let mut platform = Map::new();
        for field in ["os", "architecture", "variant"] {
            if config[field].is_string() {
                platform.insert(field.to_owned(), config[field].clone());
            }
        }
        let mut descriptor = layout.root.clone();
        descriptor["platform"] = json!(platform);
        manifests.push(descriptor);
    }
    let text = json!({"manifests": manifests, "mediaType": INDEX, "schemaVersion": 2}).to_string();
    let written = options.output.join("written");
    fs::write(&written, &text)?;
    let digest = sum_of(tools, &written)?;
    let hex = digest
        .strip_prefix("sha256:")
        .context("a digest of SHA-256")?;
    fs::rename(&written, blobs.join(hex))?;
    fs::write(
        options.output.join("oci-layout"),
        json!({"imageLayoutVersion": "1.0.0"}).to_string(),
    )?;
    let root = json!({"mediaType": INDEX, "digest": digest, "size": text.len()});
    let index = json!({"manifests": [root], "mediaType": INDEX, "schemaVersion": 2});
    fs::write(options.output.join("index.json"), index.to_string())?;
    report.check("the index is written", Ok(()));
    Ok(())
}
