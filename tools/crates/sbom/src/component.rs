use blob::Digest;
use image_contents::{
    purl, Contact, Distro, Download, Image, Index, Layer, Licenses, Package, Runtime,
};

use crate::file::File;
use crate::{cpe, url, Creator};

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Component<'a> {
    Index(&'a Index),
    Image(&'a Image),
    System(&'a Distro),
    Layer(&'a Layer),
    Package(PackageNode<'a>),
    Runtime(&'a Runtime),
    File(FileNode<'a>),
}

/// A package, in the distro of its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackageNode<'a> {
    pub(crate) package: &'a Package,
    pub(crate) distro: Option<&'a Distro>,
    pub(crate) layer: &'a Layer,
}

/// A file, and the layer that the build generated it for, if it belongs to no package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileNode<'a> {
    pub(crate) file: File<'a>,
    pub(crate) generated_by: Option<&'a Layer>,
}

impl<'a> Component<'a> {
    /// The name. That of a layer begins with `layer`, because the text of the history is the name of a package, too.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Index(index) => index.name.clone(),
            Self::Image(image) => image.name.clone(),
            Self::System(distro) => distro.id.clone(),
            Self::Layer(layer) => format!("layer {}", layer.created_by).trim().to_owned(),
            Self::Package(node) => node.package.id.name.clone(),
            Self::Runtime(runtime) => runtime.name.clone(),
            Self::File(node) => format!("/{}", node.file.path),
        }
    }

    /// The version; `None` for files, and for a runtime without a version.
    pub(crate) fn version(&self) -> Option<String> {
        let version = match self {
            Self::Index(index) => index.digest.to_string(),
            Self::Image(image) => image.digest.to_string(),
            Self::System(distro) => distro.version.clone(),
            Self::Layer(layer) => layer.digest.to_string(),
            Self::Package(node) => node.package.id.version.clone(),
            Self::Runtime(runtime) => runtime.version.clone(),
            Self::File(_) => return None,
        };
        (!version.is_empty()).then_some(version)
    }

    /// The SHA-256 of the document, the blob, the downloaded file or the file.
    pub(crate) fn sha256(&self) -> Option<Digest> {
        match self {
            Self::Index(index) => Some(index.digest),
            Self::Image(image) => Some(image.digest),
            Self::System(_) => None,
            Self::Layer(layer) => Some(layer.digest),
            Self::Package(_) | Self::Runtime(_) => self.download()?.sha256,
            Self::File(node) => Some(node.file.sha256),
        }
    }

    /// The supplier. That of images and layers is the organization that builds them.
    pub(crate) fn supplier(&self, creator: &Creator) -> Option<Contact> {
        let named = |name: &String| Contact {
            name: name.clone(),
            email: None,
        };
        match self {
            Self::System(distro) => distro.vendor.as_ref().map(named),
            Self::Package(node) => node.package.maintainer.clone(),
            Self::Runtime(runtime) => runtime.supplier.clone(),
            Self::File(_) => None,
            Self::Index(_) | Self::Image(_) | Self::Layer(_) => {
                creator.organization.as_ref().map(named)
            }
        }
    }

    /// The package URL.
    pub(crate) fn purl(&self) -> Option<String> {
        match self {
            Self::Index(index) => Some(purl::oci(&index.name, &index.digest, None)),
            Self::Image(image) => {
                let architecture = Some(&*image.architecture);
                Some(purl::oci(&image.name, &image.digest, architecture))
            }
            Self::Package(node) => Some(purl::deb(node.package, node.distro)),
            Self::Runtime(runtime) => Some(runtime.purl.clone()),
            Self::System(_) | Self::Layer(_) | Self::File(_) => None,
        }
    }

    /// The CPE name, if the package URL is not enough for scanners.
    pub(crate) fn cpe(&self) -> Option<String> {
        match self {
            Self::Runtime(runtime) => cpe::of_runtime(&runtime.name, &runtime.version),
            _ => None,
        }
    }

    /// The URL of the project, if it is valid.
    pub(crate) fn homepage(&self) -> Option<String> {
        let text = match self {
            Self::Package(node) => node.package.homepage.as_deref(),
            Self::Runtime(runtime) => runtime.homepage.as_deref(),
            _ => None,
        };
        text.and_then(url::valid).map(str::to_owned)
    }

    /// The URL of the downloaded file, if it is known and valid.
    pub(crate) fn download_url(&self) -> Option<String> {
        let text = self.download()?.url.as_deref();
        text.and_then(url::valid).map(str::to_owned)
    }

    pub(crate) fn download(&self) -> Option<&'a Download> {
        match self {
            Self::Package(node) => node.package.download.as_ref(),
            Self::Runtime(runtime) => runtime.download.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn licenses(&self) -> Option<&'a Licenses> {
        match self {
            Self::Package(node) => Some(&node.package.licenses),
            Self::Runtime(runtime) => Some(&runtime.licenses),
            _ => None,
        }
    }

    /// The source package, in the words from which scanners read it.
    pub(crate) fn source_info(&self) -> Option<String> {
        let Self::Package(node) = self else {
            return None;
        };
        let (source, version) = (&node.package.source.name, node.package.source_version());
        Some(format!("built package from: {source} {version}"))
    }

    /// Names and values of the facts for which the formats have no field.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Index(_) | Self::System(_) => Vec::new(),
            Self::Image(image) => vec![
                ("config", image.config.to_string()),
                ("platform", image.platform()),
            ],
            Self::Layer(layer) => vec![
                ("diff-id", layer.diff_id.to_string()),
                ("media-type", layer.media_type.clone()),
                ("size", layer.size.to_string()),
            ],
            Self::Package(node) => {
                let mut facts = self.download().map_or_else(Vec::new, Download::facts);
                let section = node.package.section.clone();
                facts.extend(section.map(|section| ("section", section)));
                facts
            }
            Self::Runtime(_) => self.download().map_or_else(Vec::new, Download::facts),
            Self::File(node) => {
                let layer = node.generated_by.iter();
                let origin = layer.map(|layer| format!("generated by {}", layer.created_by));
                origin.map(|origin| ("origin", origin)).collect()
            }
        }
    }

    /// The facts as a comment, one line each.
    pub(crate) fn comment(&self) -> Option<String> {
        let facts = self.facts().into_iter();
        let lines: Vec<_> = facts
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Whether two components with one identifier are the same thing. A package may have files in several layers.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Package(one), Self::Package(two)) => {
                let (id, source) = (&one.package.id, &one.package.source);
                *id == two.package.id
                    && *source == two.package.source
                    && one.distro == two.distro
                    && self.sha256() == other.sha256()
            }
            (Self::Runtime(one), Self::Runtime(two)) => one.purl == two.purl,
            (Self::Layer(one), Self::Layer(two)) => one.diff_id == two.diff_id,
            (Self::System(one), Self::System(two)) => one == two,
            (Self::File(one), Self::File(two)) => one.file == two.file,
            _ => false,
        }
    }
}
