//! A layer as its own files describe it, before merging.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result, ResultExt};
use image_contents::Entry;
use image_facts::{Origin, Runtime, STATUS};
use layer_details::LayerDetails;
use oci::LayerMetadata;
use serde::Deserialize;

use crate::build::{BuiltPart, Source};
use crate::entries;

/// The history text of the layer of BusyBox, whose files are at other paths than in the package.
const BUSYBOX: &str = "busybox";

/// The beginnings of the history texts of layers whose files are all copies of files of one package.
const COPIES: [&str; 3] = ["deb ", BUSYBOX, "locale "];

pub(crate) struct Part {
    /// The package that its history names.
    pub(crate) origin: Origin,
    /// Whether all files are copies of files of one package.
    pub(crate) is_copy: bool,
    /// Whether it has all files of its packages, at their paths.
    pub(crate) is_whole: bool,
    /// The release archive that its files are from.
    pub(crate) runtime: Option<Runtime>,
    pub(crate) details: Option<LayerDetails>,
    /// The names of the files below `var/lib/dpkg/status.d`.
    pub(crate) registered: BTreeSet<String>,
}

/// The fields of the metadata that [`LayerMetadata`] does not show.
#[derive(Deserialize)]
struct Facts {
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    history: History,
}

#[derive(Default, Deserialize)]
struct History {
    #[serde(default)]
    created_by: Option<String>,
}

impl Part {
    /// Reads a layer, and its entries by path.
    pub(crate) fn read(files: &BuiltPart<'_>) -> Result<(Self, BTreeMap<String, Entry>)> {
        let Source { file, text } = files.metadata;
        let facts: Facts = serde_json::from_slice(text).cannot("read", file)?;
        let created_by = facts.history.created_by.unwrap_or_default();
        let details = files.details;
        let details = details.map(|Source { file, text }| LayerDetails::parse(file, text));
        let entries = entries::read(&files.mtree)?;
        let paths = entries.keys();
        let registered = paths.filter_map(|path| path.strip_prefix(STATUS));
        let part = Self {
            origin: Origin::parse(&created_by),
            is_copy: COPIES.iter().any(|text| created_by.starts_with(text)),
            is_whole: files.is_whole && !created_by.starts_with(BUSYBOX),
            runtime: Runtime::of(|key| facts.annotations.get(key).map(String::as_str)),
            details: details.transpose()?,
            registered: registered.map(str::to_owned).collect(),
        };
        Ok((part, entries))
    }
}

/// Checks that the metadata describe the layer that the manifest names.
pub(crate) fn check_metadata(
    metadata: &Source<'_>,
    expected: &oci::Descriptor,
) -> Result<LayerMetadata> {
    let found = LayerMetadata::parse(metadata.file, metadata.text)?;
    let digest = found.blob().digest.to_string();
    if digest == expected.digest().to_string() {
        return Ok(found);
    }
    let cause = format!(
        "it describes the layer `{digest}`; the manifest has `{}` in its place",
        expected.digest()
    );
    Err(Error::cannot("read", metadata.file, cause)
        .hint("give the metadata of the layers of the image, lowest first"))
}
