//! The description of the images by the rules: the file that `docs/image_list.bzl` writes.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;

use blob::Result;
use serde::Deserialize;

use crate::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    /// In the order of the page's columns.
    pub(crate) distros: Vec<Distro>,
    pub(crate) families: Vec<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Distro {
    /// `debian12`
    pub(crate) name: String,
    /// The time of the lock, RFC 3339.
    pub(crate) snapshot: String,
    /// `Debian 12`
    pub(crate) title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Family {
    /// `NAME DISTRO` to the reason why there is no such image.
    pub(crate) not_made: BTreeMap<String, String>,
    pub(crate) sets: Vec<Set>,
}

/// The images of one name for one distro.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    /// Tag to the labels whose names do not contain a distro.
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// The published name of the base image, or empty.
    pub(crate) base: String,
    pub(crate) distro: String,
    pub(crate) images: Vec<ImageFiles>,
    /// Tag to the file of the index; empty if an image in the indexes may be unavailable.
    pub(crate) indexes: BTreeMap<String, PathBuf>,
    /// Architecture to the reason why there is no image for it.
    pub(crate) lacks: BTreeMap<String, String>,
    /// `base-nossl`
    pub(crate) published: String,
    /// Tag to the label of the index.
    pub(crate) targets: BTreeMap<String, String>,
}

/// One image for one architecture.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageFiles {
    pub(crate) architecture: String,
    pub(crate) config: PathBuf,
    pub(crate) manifest: PathBuf,
    pub(crate) tag: String,
}

/// Parses the file; `name` is its path, for messages.
pub(crate) fn parse(name: impl Display, text: &[u8]) -> Result<Described> {
    json::parse(name, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_named_with_its_place() {
        let text = br#"{"distros": [{"name": "debian12", "title": 12}], "families": []}"#;
        let error = parse("images.json", text).err().unwrap().to_string();
        assert!(
            error.starts_with(
                "cannot read `images.json`: at `distros[0].title`: invalid type: integer `12`"
            ),
            "{error}"
        );
    }
}
