//! The description of the images by the rules: the file that `docs/site/catalogue_site.bzl` writes.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use message::escape;
use serde::{Deserialize, Serialize};

use crate::json;
use crate::limits::MAX_DESCRIPTION;
use crate::Missing;

/// The images of a site, and the files about them. Paths are as the rule writes them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The name of the site.
    pub(crate) title: String,
    /// `HOST/PATH` of the registry with the images; empty if it is unknown.
    pub(crate) repository: String,
    /// The URL of the source; empty if it is unknown.
    pub(crate) source: String,
    /// The publisher of the images; empty if it is unknown.
    pub(crate) vendor: String,
    /// The distros, oldest first.
    pub(crate) distros: Vec<Distro>,
    /// The images, in the order of the pages.
    pub(crate) sets: Vec<DescribedSet>,
    /// The images that do not exist.
    pub(crate) missing: Vec<Missing>,
    /// The history.
    #[serde(default)]
    pub(crate) history: Option<String>,
    /// The lock of Debian's security tracker.
    #[serde(default)]
    pub(crate) tracker: Option<String>,
    /// The reviews of issues.
    #[serde(default)]
    pub(crate) reviews: Option<String>,
    version: u64,
}

/// A Debian release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distro {
    /// The name: `debian12`.
    pub name: String,
    /// Debian's number: `12`.
    pub number: String,
    /// Debian's code name: `bookworm`.
    pub codename: String,
    /// The day of the release.
    pub released: String,
    /// The last day of support by Debian's security team.
    pub end_of_security: String,
    /// The last day of long-term support.
    pub end_of_life: String,
}

/// The images of one name for one distro.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DescribedSet {
    /// The published name without distro: `base-nossl`.
    pub(crate) name: String,
    /// The distro: `debian12`.
    pub(crate) distro: String,
    /// The family: `base`.
    pub(crate) family: String,
    /// A sentence about the purpose of the images, or empty.
    #[serde(default)]
    pub(crate) summary: String,
    /// The published name of the base image without distro, or empty.
    pub(crate) base: String,
    /// Tag to the label of the index.
    pub(crate) targets: BTreeMap<String, String>,
    /// Tag to the labels without a distro.
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// Architecture to the reason why there is no image for it.
    pub(crate) lacks: BTreeMap<String, String>,
    /// The images for one architecture each.
    pub(crate) images: Vec<DescribedImage>,
    /// The indexes.
    pub(crate) indexes: Vec<DescribedIndex>,
}

/// An image for one architecture.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DescribedImage {
    /// The tag of its index: `latest`.
    pub(crate) tag: String,
    /// The path of its contents.
    pub(crate) contents: String,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DescribedIndex {
    /// Its tag: `latest`.
    pub(crate) tag: String,
    /// The path of the file with its digest.
    pub(crate) digest: String,
}

impl Description {
    /// Parses the file. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The file is larger than [`MAX_DESCRIPTION`], is not JSON of this form, has another version, names an image twice,
    /// or has a name that cannot be that of a page. The message has the place.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self> {
        let description: Self = json::parse(file, text, MAX_DESCRIPTION)?;
        json::check_version(file, description.version)?;
        let mut titles = BTreeSet::new();
        for set in &description.sets {
            let title = set.title();
            let fail = |cause: String| Err(Error::cannot("read", file, cause));
            // Pages are named by the title, and link to the base.
            let base = Some(&*set.base).filter(|base| !base.is_empty());
            for name in std::iter::once(&*title).chain(base) {
                if !is_file_name(name) {
                    return fail(format!(
                        "image `{}`: expected lower case letters, digits, `-`, `_` and `.` in its name",
                        escape(name)
                    ));
                }
            }
            if set.images.is_empty() {
                return fail(format!("image `{title}` has no architecture"));
            }
            if !titles.insert(title.clone()) {
                return fail(format!("image `{title}` occurs twice"));
            }
        }
        Ok(description)
    }
}

impl DescribedSet {
    /// The published name: `static-debian12`.
    pub(crate) fn title(&self) -> String {
        join(&self.name, &self.distro)
    }
}

/// `NAME-DISTRO`, or `NAME` without a distro.
pub(crate) fn join(name: &str, distro: &str) -> String {
    if distro.is_empty() {
        name.to_owned()
    } else {
        format!("{name}-{distro}")
    }
}

fn is_file_name(text: &str) -> bool {
    let byte =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    !text.is_empty() && !text.starts_with('.') && text.len() <= 200 && text.bytes().all(byte)
}
