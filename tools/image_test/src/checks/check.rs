//! The form of a check.

use std::path::Path;

use blob::Result;
use image_facts::Packages;
use rootfs::{Image, Root};

use super::closure::{Collector, Index};
use super::declared::{Declared, Section};
use super::layers::Layers;
use super::options::CheckFlags;
use super::ownership::Ownership;
use super::packages::Texts;
use super::secrets::Secrets;
use super::CheckResult;

/// A check: a constant in the check's file, listed in `registry.rs`.
pub(crate) struct Check {
    /// The value of `--check`, and the name in reports.
    pub(crate) name: &'static str,
    /// One line of `--help`.
    pub(crate) help: &'static str,
    /// The data that it needs from the layers.
    pub(crate) collects: fn(&CheckFlags) -> Collects,
    /// The sections of `--declared` that it uses.
    pub(crate) sections: &'static [Section],
    /// Whether the layers must be read. Some comparisons need only documents.
    pub(crate) reads_layers: fn(&CheckFlags) -> bool,
    /// Whether `--check all` includes it.
    pub(crate) is_in_all: fn(&CheckFlags) -> bool,
    /// The case that fails if the layers cannot be read. Other checks are skipped then.
    pub(crate) unreadable: Option<&'static str>,
    /// Evaluates the image after its layers were read.
    pub(crate) evaluate: fn(&Facts<'_>) -> Result<Vec<CheckResult>>,
}

impl Check {
    /// A check that examines the merged root, and needs neither further data nor an option.
    pub(crate) const OF_ROOT: Self = Self {
        name: "",
        help: "",
        collects: |_| Collects::NOTHING,
        sections: &[],
        reads_layers: |_| true,
        is_in_all: |_| true,
        unreadable: None,
        evaluate: |_| Ok(Vec::new()),
    };
}

/// Data that checks share. It is collected once, while the layers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Collects {
    /// The state of the layers.
    pub(crate) layers: bool,
    /// ELF files and the configuration of loaders.
    pub(crate) closure: bool,
    /// MD5 sums of files.
    pub(crate) ownership: bool,
    /// The records of packages.
    pub(crate) texts: bool,
    /// Private keys and credentials.
    pub(crate) secrets: bool,
}

impl Collects {
    pub(crate) const NOTHING: Self = Self {
        layers: false,
        closure: false,
        ownership: false,
        texts: false,
        secrets: false,
    };

    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            layers: self.layers || other.layers,
            closure: self.closure || other.closure,
            ownership: self.ownership || other.ownership,
            texts: self.texts || other.texts,
            secrets: self.secrets || other.secrets,
        }
    }
}

/// An image after its layers were read, and the options of the run.
pub(crate) struct Facts<'a> {
    pub(crate) image: &'a Image,
    pub(crate) root: &'a Root,
    /// The path of the image: scanners read it themselves.
    pub(crate) layout: &'a Path,
    pub(crate) flags: &'a CheckFlags,
    pub(crate) declared: &'a Declared,
    pub(crate) index: Option<&'a Index>,
    pub(crate) layers: &'a Layers,
    pub(crate) closure: &'a Collector,
    pub(crate) ownership: &'a Ownership,
    pub(crate) texts: &'a Texts,
    pub(crate) secrets: &'a Secrets,
}

impl Facts<'_> {
    /// The packages of the image.
    pub(crate) fn packages(&self) -> Packages<'_> {
        self.texts.packages(self.root)
    }
}
