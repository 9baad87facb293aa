//! The layers of an image, from their metadata and content lists.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use clap::Args;
use image_facts::{Origin, PackageId, Runtime, STATUS};
use serde::Deserialize;
use tarball::Listed;
use worker::Request;

/// The layers of an image on the command line.
#[derive(Args)]
pub(crate) struct LayerFlags {
    /// Metadata of a layer; may be given several times, lowest first.
    #[arg(long, value_name = "FILE")]
    metadata: Vec<PathBuf>,
    /// Content list of a layer; given once for each --metadata, in the same order.
    #[arg(long, value_name = "FILE")]
    mtree: Vec<PathBuf>,
}

/// One layer.
pub(crate) struct Layer {
    file: PathBuf,
    facts: Facts,
    origin: Origin,
    listing: String,
    has_packages: bool,
}

/// The used fields of its metadata (`docs/tool_contract.md`).
#[derive(Deserialize)]
struct Facts {
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    groups: Option<Vec<String>>,
    #[serde(default)]
    history: History,
    name: String,
    users: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
struct History {
    #[serde(default)]
    created_by: String,
}

impl LayerFlags {
    pub(crate) fn read(&self, request: &Request) -> Result<Vec<Layer>> {
        if self.metadata.len() != self.mtree.len() {
            let cause = format!(
                "found {} of them and {} of --metadata, expected the same number",
                self.mtree.len(),
                self.metadata.len()
            );
            return Err(Error::cannot("read", "--mtree", cause));
        }
        let files = self.metadata.iter().zip(&self.mtree);
        files
            .map(|(metadata, mtree)| {
                let facts = read(request, metadata)?;
                let facts: Facts =
                    serde_json::from_str(&facts).cannot("read", metadata.display())?;
                let listing = read(request, mtree)?;
                let in_status = |line: &str| {
                    line.strip_prefix("./")
                        .is_some_and(|path| path.starts_with(STATUS))
                };
                let origin = Origin::parse(&facts.history.created_by);
                Ok(Layer {
                    file: mtree.clone(),
                    has_packages: origin.package().is_some() || listing.lines().any(in_status),
                    facts,
                    origin,
                    listing,
                })
            })
            .collect()
    }
}

pub(crate) fn read(request: &Request, path: &Path) -> Result<String> {
    fs::read_to_string(request.path(path)).cannot("read", path.display())
}

impl Layer {
    /// The entries in their order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Result<Listed<'_>>> {
        tarball::read_listing(&self.listing)
            .map(|listed| listed.map_err(|error| error.within("read", self.file.display())))
    }

    /// The package, if the layer is a package.
    pub(crate) fn package(&self) -> Option<&PackageId> {
        self.origin.package()
    }

    /// Whether the layer is a package or contains merged packages.
    pub(crate) fn has_packages(&self) -> bool {
        self.has_packages
    }

    /// The names in its `etc/passwd` or `etc/group`, if they are known.
    pub(crate) fn names(&self, file: &str) -> Option<&[String]> {
        match file {
            "etc/passwd" => self.facts.users.as_deref(),
            "etc/group" => self.facts.groups.as_deref(),
            _ => None,
        }
    }

    /// The runtime in the layer that is not a Debian package.
    pub(crate) fn runtime(&self) -> Option<Runtime> {
        Runtime::of(|key| self.facts.annotations.get(key).map(String::as_str))
    }
}

/// For messages.
impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.package() {
            Some(package) => write!(f, "package `{package}`"),
            None => write!(f, "layer `{}`", self.facts.name),
        }
    }
}
