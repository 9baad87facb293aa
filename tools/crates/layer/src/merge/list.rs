//! The list of parts that a command gets, and the metadata of the merged layer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use layer_details::{LayerDetails, PackageDetails};
use serde::Deserialize;

use crate::metadata::OF_THE_BLOB;
use crate::{Options, Part};

/// The largest metadata of a part, in bytes: as much as `index_writer` reads.
const MAX_METADATA: u64 = 4 << 20;

/// The parts of a merge, lowest first, in the format of `docs/tool_contract.md`.
#[derive(Debug)]
pub struct PartList(Vec<Listed>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    file: PathBuf,
    name: String,
    metadata: Option<PathBuf>,
    mtree: Option<PathBuf>,
    #[serde(default)]
    details: Vec<PathBuf>,
}

/// The metadata of a part that is a layer.
#[derive(Deserialize)]
struct Facts {
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    history: History,
}

#[derive(Deserialize)]
struct History {
    created_by: String,
}

impl History {
    /// Whether the layer is a package or may contain merged packages.
    fn has_packages(&self) -> bool {
        ["deb ", "merge"]
            .iter()
            .any(|word| self.created_by.starts_with(word))
    }
}

impl PartList {
    /// Parses the JSON list.
    ///
    /// # Errors
    ///
    /// The JSON is invalid, or the list is empty.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let listed = serde_json::from_slice(json);
        Self::new(listed.map_err(|why| Error::cannot("read", "list of parts", why))?)
    }

    /// Parses the parts, each of which is a JSON object as in a list.
    ///
    /// # Errors
    ///
    /// The JSON of a part is invalid, or there is no part.
    pub fn parse_each(texts: &[String]) -> Result<Self> {
        let part = |text: &String| {
            serde_json::from_str(text).map_err(|why| Error::cannot("read", "part", why))
        };
        Self::new(texts.iter().map(part).collect::<Result<_>>()?)
    }

    fn new(listed: Vec<Listed>) -> Result<Self> {
        if listed.is_empty() {
            Err(Error::cannot("merge", "nothing", "there is no layer"))
        } else {
            Ok(Self(listed))
        }
    }

    /// The parts; `resolve` maps the path of a file to its real path.
    ///
    /// # Errors
    ///
    /// The metadata of a part cannot be read.
    pub fn parts(&self, resolve: &dyn Fn(&Path) -> PathBuf) -> Result<Vec<Part>> {
        let part = |listed: &Listed| {
            let facts = listed.facts(resolve)?;
            Ok(Part {
                path: resolve(&listed.file),
                shown: listed.name.clone(),
                mtree: listed.mtree.as_deref().map(resolve),
                changes_directories: facts.is_some_and(|facts| !facts.history.has_packages()),
            })
        };
        self.0.iter().map(part).collect()
    }

    /// The packages that the parts were made from, of those parts whose details are given.
    ///
    /// # Errors
    ///
    /// The details of a part cannot be read.
    pub fn packages(&self, resolve: &dyn Fn(&Path) -> PathBuf) -> Result<Vec<PackageDetails>> {
        let mut packages = Vec::new();
        for path in self.0.iter().flat_map(|listed| &listed.details) {
            let most = layer_details::MAX_BYTES as u64;
            let json = blob::read_regular(&resolve(path), most).cannot("read", path.display())?;
            let details = LayerDetails::parse(&path.display().to_string(), &json)?;
            packages.extend(details.packages);
        }
        Ok(packages)
    }

    /// Sets the metadata of the merged layer from its parts: annotations, and with `history` the `created_by` of each
    /// part. Several values of one annotation are joined by commas; annotations in `options` are not changed.
    ///
    /// # Errors
    ///
    /// The metadata of a part cannot be read.
    pub fn describe(
        &self,
        resolve: &dyn Fn(&Path) -> PathBuf,
        history: bool,
        options: &mut Options,
    ) -> Result<()> {
        let mut made_by = Vec::new();
        let mut annotations: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for listed in &self.0 {
            let Some(facts) = listed.facts(resolve)? else {
                made_by.push(listed.file_name());
                continue;
            };
            made_by.push(facts.history.created_by);
            for (key, value) in facts.annotations {
                let values = annotations.entry(key).or_default();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        annotations.retain(|key, _| !OF_THE_BLOB.contains(&key.as_str()));
        for (key, values) in annotations {
            options.annotations.entry(key).or_insert(values.join(", "));
        }
        if history {
            options.created_by = format!("{}: {}", options.created_by, made_by.join(", "));
        }
        Ok(())
    }
}

impl Listed {
    fn facts(&self, resolve: &dyn Fn(&Path) -> PathBuf) -> Result<Option<Facts>> {
        let Some(path) = &self.metadata else {
            return Ok(None);
        };
        let json = blob::read_regular(&resolve(path), MAX_METADATA);
        let json = json.cannot("read", path.display())?;
        let facts = serde_json::from_slice(&json).cannot("read", path.display())?;
        Ok(Some(facts))
    }

    /// The name of a tar from another rule, without its directory, which depends on the build.
    fn file_name(&self) -> String {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str());
        format!("tar {}", name.to_string_lossy())
    }
}
