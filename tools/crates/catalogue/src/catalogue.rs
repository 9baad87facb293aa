//! All facts of the site.

use blob::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::image_set::ImageSet;
use crate::Distro;

/// All facts of the site: `catalogue.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Catalogue {
    /// The name of the site.
    pub(crate) title: String,
    /// `HOST/PATH` of the registry; empty if it is unknown.
    pub(crate) repository: String,
    /// The URL of the source; empty if it is unknown.
    pub(crate) source: String,
    /// The publisher; empty if it is unknown.
    pub(crate) vendor: String,
    /// The time of the lock of the security tracker; `None` if there is none.
    pub(crate) tracker: Option<String>,
    /// Whether there is a history.
    pub(crate) has_history: bool,
    /// The distros, oldest first.
    pub(crate) distros: Vec<Distro>,
    /// The images, in the order of the pages.
    pub(crate) images: Vec<ImageSet>,
    /// The images that do not exist.
    pub(crate) missing: Vec<Missing>,
    /// The version of this form.
    pub(crate) version: u64,
}

/// An image that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// The published name without distro.
    pub name: String,
    /// The distro.
    pub distro: String,
    /// The reason.
    pub reason: String,
}

impl Catalogue {
    /// The JSON form.
    ///
    /// # Errors
    ///
    /// Only those of the JSON writer.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(self);
        let mut text =
            text.map_err(|error| Error::cannot("write", "catalogue.json", error.to_string()))?;
        text.push(b'\n');
        Ok(text)
    }
}
