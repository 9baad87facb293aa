//! The packages of an image family.

use std::collections::BTreeMap;

use arch::Architecture;
use blob::{Error, Result, ResultExt};
use message::nearest;
use serde::Deserialize;

/// The packages of all images, which `./bazelw run //debian_packages:images` writes.
const IMAGES: &str = include_str!("../../../../debian_packages/images.json");

/// The repositories of the hubs of this project's images: `distroless_debian12`.
const HUB: &str = "distroless_";

#[derive(Deserialize)]
struct List {
    images: Vec<Image>,
}

#[derive(Deserialize)]
struct Image {
    name: String,
    /// Hub → package → Debian architectures, separated by blanks.
    packages: BTreeMap<String, BTreeMap<String, String>>,
    tags: Vec<String>,
}

/// An image family on a distro.
#[derive(Debug)]
pub(crate) struct Family {
    /// The name of the image: `static-debian12`.
    pub(crate) name: String,
    /// The packages that all its architectures have, sorted.
    pub(crate) packages: Vec<String>,
    /// OCI architecture names.
    pub(crate) architectures: Vec<&'static str>,
}

impl Family {
    /// The family of a name on a distro.
    ///
    /// # Errors
    ///
    /// There is no such family, or it has files that are in no package of the distro. The message lists the families.
    pub(crate) fn find(name: &str, distro: &str) -> Result<Self> {
        let families = families(distro)?;
        let wanted = format!("{name}-{distro}");
        let names: Vec<String> = families.iter().map(|family| family.name.clone()).collect();
        if let Some(found) = families.into_iter().find(|family| family.name == wanted) {
            return Ok(found);
        }
        let ending = format!("-{distro}");
        let names = names.iter().filter_map(|name| name.strip_suffix(&ending));
        let names: Vec<&str> = names.collect();
        let cause = format!("{distro} has {}", names.join(", "));
        let error = Error::cannot("use family", name, cause);
        Err(match nearest(name, names.into_iter()).first() {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        })
    }
}

/// The families whose packages are all of the distro. Node.js is no package, and some Java images have packages of another
/// distro.
fn families(distro: &str) -> Result<Vec<Family>> {
    let list: List = serde_json::from_str(IMAGES).cannot("read", "list of images")?;
    let hub = format!("{HUB}{distro}");
    let images = list.images.into_iter().filter(|image| {
        let is_regular = image.tags.iter().any(|tag| tag == "latest");
        let has_one_hub = image.packages.len() == 1 && image.packages.contains_key(&hub);
        is_regular && has_one_hub && !image.name.starts_with("nodejs")
    });
    let families = images.map(|image| {
        let packages = image.packages.get(&hub);
        let architectures = Architecture::of_images().filter(|architecture| {
            let mut lists = packages.iter().flat_map(|packages| packages.values());
            lists.any(|list| list.split(' ').any(|name| name == architecture.debian))
        });
        let architectures: Vec<&Architecture> = architectures.collect();
        let is_everywhere = |list: &str| {
            let has = |wanted: &str| list.split(' ').any(|name| name == wanted);
            architectures
                .iter()
                .all(|architecture| has(architecture.debian))
        };
        let packages = packages.iter().flat_map(|packages| packages.iter());
        let packages = packages.filter(|(_, list)| is_everywhere(list));
        Family {
            name: image.name,
            packages: packages.map(|(name, _)| name.clone()).collect(),
            architectures: architectures
                .iter()
                .map(|architecture| architecture.oci)
                .collect(),
        }
    });
    Ok(families.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_of_a_distro() {
        let family = Family::find("static", "debian12").unwrap();
        assert_eq!(family.name, "static-debian12");
        assert!(family.packages.iter().any(|name| name == "base-files"));
        assert!(family.architectures.contains(&"amd64"));
        let error = Family::find("pyhton3", "debian12").unwrap_err().to_string();
        assert!(
            error.starts_with("cannot use family `pyhton3`: debian12 has base, base-nossl, cc, "),
            "{error}"
        );
        assert!(
            error.ends_with("\nhint: did you mean `python3`?"),
            "{error}"
        );
    }
}
