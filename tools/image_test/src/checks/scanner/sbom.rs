//! The findings of a scanner: an SBOM in CycloneDX's JSON format (ECMA-424).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use blob::{Error, Result, ResultExt};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// The largest SBOM that is read: those of our images are below 1 MB.
pub(super) const MAX_SBOM: u64 = 64 * 1024 * 1024;

/// Component types that are not software: files that a scanner lists, and the operating system, which is not a package.
const NOT_SOFTWARE: [&str; 3] = ["file", "operating-system", "data"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    bom_format: String,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    version: String,
    purl: Option<String>,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    #[serde(default)]
    value: String,
}

/// The property with the source package in SBOMs of trivy; syft writes it into the package URL.
const TRIVYS_SOURCE: &str = "aquasecurity:trivy:SrcName";

/// The software that the scanner found.
#[derive(Debug, Default)]
pub(super) struct Sbom {
    pub(super) found: Vec<Found>,
}

/// A piece of software.
#[derive(Debug)]
pub(super) struct Found {
    /// The package URL without qualifiers; if there is no package URL, name and version.
    pub(super) bare: String,
    /// The name of the package, decoded.
    pub(super) name: String,
    /// The version with its epoch, which syft writes into the version and trivy into a qualifier of the package URL.
    pub(super) version: String,
    /// The source package, if it is not in the package URL.
    source: Option<String>,
    qualifiers: Vec<(String, String)>,
}

impl Sbom {
    pub(super) fn read(file: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        let opened = File::open(file).cannot("read", file.display())?;
        opened
            .take(MAX_SBOM + 1)
            .read_to_end(&mut bytes)
            .cannot("read", file.display())?;
        Self::parse(&bytes, &file.display().to_string())
    }

    /// `name` is used in messages.
    pub(super) fn parse(bytes: &[u8], name: &str) -> Result<Self> {
        if bytes.len() as u64 > MAX_SBOM {
            return Err(Error::cannot(
                "read",
                name,
                format!("it is larger than {MAX_SBOM} bytes"),
            ));
        }
        let wrong = |cause: String| {
            Error::cannot("read", name, cause)
                .hint("expected an SBOM in CycloneDX JSON, as `syft -o cyclonedx-json` and `trivy --format cyclonedx` write it")
        };
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        if document.bom_format != "CycloneDX" {
            return Err(wrong(format!("its bomFormat is `{}`", document.bom_format)));
        }
        let software = document
            .components
            .iter()
            .filter(|component| !NOT_SOFTWARE.contains(&component.kind.as_str()));
        Ok(Self {
            found: software.map(Found::of).collect(),
        })
    }
}

impl Found {
    /// Parses the package URL (`pkg:TYPE/NAMESPACE/NAME@VERSION?KEY=VALUE&…#SUBPATH`).
    fn of(component: &Component) -> Self {
        let Some(purl) = &component.purl else {
            return Self {
                bare: format!("{} {}", component.name, component.version),
                name: component.name.clone(),
                version: component.version.clone(),
                source: None,
                qualifiers: Vec::new(),
            };
        };
        let purl = purl.split('#').next().unwrap_or_default();
        let (bare, qualifiers) = purl.split_once('?').unwrap_or((purl, ""));
        let (path, version) = bare.rsplit_once('@').unwrap_or((bare, ""));
        let qualifiers = qualifiers
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let mut properties = component.properties.iter();
        let mut found = Self {
            bare: bare.to_owned(),
            name: decoded(path.rsplit('/').next().unwrap_or_default()),
            version: decoded(version),
            source: properties
                .find(|property| property.name == TRIVYS_SOURCE)
                .map(|property| property.value.clone()),
            qualifiers: qualifiers
                .map(|(key, value)| (key.to_owned(), decoded(value)))
                .collect(),
        };
        if let Some(epoch) = found.qualifier("epoch") {
            found.version = format!("{epoch}:{}", found.version);
        }
        found
    }

    pub(super) fn is_deb(&self) -> bool {
        self.bare.starts_with("pkg:deb/debian/")
    }

    pub(super) fn qualifier(&self, key: &str) -> Option<&str> {
        let mut qualifiers = self.qualifiers.iter();
        qualifiers
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// The source package; its version may follow after an `@`. If there is none, it has the name of the package.
    pub(super) fn source(&self) -> &str {
        match self.qualifier("upstream") {
            Some(source) => source.split('@').next().unwrap_or_default(),
            None => self.source.as_deref().unwrap_or(&self.name),
        }
    }

    /// The distro without the point release, which trivy adds from `/etc/debian_version`: `debian-12` for
    /// `debian-12.15`.
    pub(super) fn distro(&self) -> Option<&str> {
        let distro = self.qualifier("distro")?;
        let point_release = distro.split_once('.').filter(|(_, point)| {
            !point.is_empty() && point.bytes().all(|byte| byte.is_ascii_digit())
        });
        Some(point_release.map_or(distro, |(major, _)| major))
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
