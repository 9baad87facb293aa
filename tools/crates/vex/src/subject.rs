//! The packages and files of an image, or of all images of an index as if they were one.

use std::collections::{BTreeMap, BTreeSet};

use blob::Digest;
use image_contents::{Content, Distro, Image, Package};
use tracker::{codename, Snapshot};

/// A binary package of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BinaryPackage {
    /// The name: `libssl3`.
    pub name: String,
    /// The version of the binary package.
    pub version: String,
}

/// A version of a source package in a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// The codename of the Debian release.
    pub(crate) release: &'a str,
}

/// An image, or the images of an index.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'a str,
    pub(crate) digest: Digest,
    /// `None` for an index.
    pub(crate) platform: Option<String>,
    pub(crate) created: &'a str,
    pub(crate) images: &'a [Image],
}

impl<'a> Subject<'a> {
    pub(crate) fn image(image: &'a Image) -> Self {
        Self {
            name: &image.name,
            digest: image.digest,
            platform: Some(image.platform()),
            created: &image.created,
            images: std::slice::from_ref(image),
        }
    }

    /// For messages.
    pub(crate) fn object(&self) -> String {
        format!("{}@{}", self.name, self.digest)
    }

    /// The packages, with the image that each is in.
    fn packages(&self) -> impl Iterator<Item = (&'a Image, &'a Package)> {
        let layers = self.images.iter().flat_map(|image| {
            let layers = image.layers.iter();
            layers.map(move |layer| (image, layer))
        });
        layers.flat_map(|(image, layer)| layer.packages.iter().map(move |one| (image, one)))
    }

    /// The source packages with their binary packages.
    ///
    /// # Errors
    ///
    /// The cause: a package whose release is unknown, or an image of another distribution.
    pub(crate) fn sources(
        &self,
        snapshot: &Snapshot,
    ) -> Result<BTreeMap<Source<'a>, BTreeSet<BinaryPackage>>, String> {
        let mut sources: BTreeMap<Source<'_>, BTreeSet<BinaryPackage>> = BTreeMap::new();
        for (image, package) in self.packages() {
            let source = Source {
                name: &package.source.name,
                version: package.source_version(),
                release: release(image, package, snapshot)?,
            };
            let binary = BinaryPackage {
                name: package.id.name.clone(),
                version: package.id.version.clone(),
            };
            sources.entry(source).or_default().insert(binary);
        }
        Ok(sources)
    }

    /// The names of all binary packages.
    pub(crate) fn package_names(&self) -> BTreeSet<&'a str> {
        self.packages()
            .map(|(_, package)| &*package.id.name)
            .collect()
    }

    /// The paths of all files and links.
    pub(crate) fn paths(&self) -> BTreeSet<&'a str> {
        let layers = self.images.iter().flat_map(|image| &image.layers);
        let entries = layers.flat_map(|layer| layer.all_entries());
        let files = entries.filter(|entry| !matches!(entry.content, Content::Directory));
        files.map(|entry| &*entry.path).collect()
    }

    /// The parts that the tracker does not know: `nodejs 24.11.1`.
    pub(crate) fn untracked(&self) -> BTreeSet<String> {
        let layers = self.images.iter().flat_map(|image| &image.layers);
        let runtimes = layers.flat_map(|layer| &layer.runtimes);
        let text = |name: &str, version: &str| format!("{name} {version}").trim().to_owned();
        runtimes
            .map(|runtime| text(&runtime.name, &runtime.version))
            .collect()
    }

    /// The names of the locks: `debian12`.
    pub(crate) fn locks(&self) -> BTreeSet<String> {
        let locks = self.images.iter().flat_map(|image| &image.locks);
        locks.map(|lock| lock.distro.clone()).collect()
    }
}

/// The codename of the release that a package comes from: that of its suite, or else that of the image. An image may have
/// packages of several releases: BusyBox is from one release in all images.
fn release<'a>(
    image: &'a Image,
    package: &'a Package,
    snapshot: &Snapshot,
) -> Result<&'a str, String> {
    let suite = package.download.as_ref();
    let suite = suite.and_then(|download| download.suite.as_deref());
    let of_suite = suite.map(codename);
    if let Some(release) = of_suite.filter(|name| snapshot.releases.contains(*name)) {
        return Ok(release);
    }
    let id = &package.id.name;
    match &image.distro {
        Some(Distro { id: other, .. }) if other != "debian" => Err(format!(
            "it has packages of `{}`, and the tracker has only those of Debian",
            other.escape_debug()
        )),
        Some(Distro {
            codename: Some(name),
            ..
        }) => Ok(name),
        _ => of_suite.ok_or_else(|| {
            format!("the Debian release of package `{id}` is unknown: the image has no codename in os-release and no lock")
        }),
    }
}
