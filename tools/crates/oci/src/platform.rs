//! What an image runs on.

use std::fmt;

use blob::{Error, Result};
use oci_spec::image::{Arch, ImageConfiguration, Os};

/// The architectures that Debian and OCI have in common, in OCI's spelling.
const ARCHITECTURES: [&str; 6] = ["amd64", "arm64", "arm", "s390x", "ppc64le", "riscv64"];

/// What others call them.
const OTHER_NAMES: [(&str, &str); 7] = [
    ("x86_64", "amd64"),
    ("aarch64", "arm64"),
    ("armhf", "arm"),
    ("armv7", "arm"),
    ("armv7l", "arm"),
    ("ppc64el", "ppc64le"),
    ("powerpc64le", "ppc64le"),
];

/// Operating system, architecture and, for some architectures, a variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl Platform {
    /// The platform of an image that we make.
    pub fn new(os: &str, architecture: &str, variant: Option<&str>) -> Result<Self> {
        if os != "linux" {
            return Err(Error::cannot(
                "make an image for",
                os,
                "expected the operating system `linux`",
            ));
        }
        if !ARCHITECTURES.contains(&architecture) {
            return Err(unknown(architecture));
        }
        if variant == Some("") {
            return Err(
                Error::cannot("make an image for", architecture, "the variant is empty")
                    .hint("leave `--variant` out"),
            );
        }
        Ok(Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.map(str::to_owned),
        })
    }

    /// A platform of any image, not only of ours. An empty variant is none.
    pub fn of_any(os: &str, architecture: &str, variant: Option<&str>) -> Self {
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.filter(|text| !text.is_empty()).map(str::to_owned),
        }
    }

    /// Reads `linux/arm64` or `linux/arm/v7`, of any image.
    pub fn parse(text: &str) -> Result<Self> {
        let parts: Vec<_> = text.split('/').collect();
        match parts.as_slice() {
            _ if parts.iter().any(|part| part.is_empty()) => {}
            [os, architecture] => return Ok(Self::of_any(os, architecture, None)),
            [os, architecture, variant] => {
                return Ok(Self::of_any(os, architecture, Some(variant)))
            }
            _ => {}
        }
        let cause = "expected OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT";
        Err(Error::cannot("read platform", text, cause).hint("write for example `linux/arm64`"))
    }

    /// Whether this is the platform of something that is no image, such as an attestation.
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// Whether operating system and architecture are named.
    pub fn is_complete(&self) -> bool {
        !self.os.is_empty() && !self.architecture.is_empty()
    }

    /// Whether nothing of it is named.
    pub fn is_unnamed(&self) -> bool {
        self.os.is_empty() && self.architecture.is_empty()
    }

    /// The same, but for a variant that nobody asked for.
    pub fn is_a_variant_of(&self, wanted: &Self) -> bool {
        let same = self.os == wanted.os && self.architecture == wanted.architecture;
        same && wanted.variant.is_none()
    }

    /// The platform that a config names.
    pub(crate) fn of_config(config: &ImageConfiguration) -> Self {
        Self {
            os: config.os().to_string(),
            architecture: config.architecture().to_string(),
            variant: config.variant().clone(),
        }
    }

    /// The platform of an entry of an index.
    pub(crate) fn of_entry(platform: &oci_spec::image::Platform) -> Self {
        Self {
            os: platform.os().to_string(),
            architecture: platform.architecture().to_string(),
            variant: platform.variant().clone(),
        }
    }

    /// The form that goes into a descriptor.
    pub(crate) fn to_entry(&self) -> oci_spec::image::Platform {
        let mut platform = oci_spec::image::Platform::default();
        platform.set_os(self.os());
        platform.set_architecture(self.architecture());
        platform.set_variant(self.variant.clone());
        platform
    }

    pub(crate) fn os(&self) -> Os {
        self.os.as_str().into()
    }

    pub(crate) fn architecture(&self) -> Arch {
        self.architecture.as_str().into()
    }

    pub(crate) fn variant(&self) -> Option<&String> {
        self.variant.as_ref()
    }

    /// Whether a runtime would take one for the other: `arm64` says `v8` without a word, `arm` `v7`.
    pub fn same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// Whether one says nothing that the other denies. One of them may leave out a variant.
    pub fn fits(&self, other: &Self) -> bool {
        let named = self.variant.is_some() && other.variant.is_some();
        match named {
            true => self.same(other),
            false => self.os == other.os && self.architecture == other.architecture,
        }
    }

    fn key(&self) -> (&str, &str, &str) {
        let implied = match self.architecture.as_str() {
            "arm64" => "v8",
            "arm" => "v7",
            _ => "",
        };
        let variant = self.variant.as_deref().unwrap_or(implied);
        (&self.os, &self.architecture, variant)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unnamed() {
            return f.write_str("an unnamed platform");
        }
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

fn unknown(architecture: &str) -> Error {
    let expected = format!("expected one of {}", ARCHITECTURES.join(", "));
    let error = Error::cannot("make an image for", architecture, expected);
    let ours = OTHER_NAMES.iter().find(|(other, _)| *other == architecture);
    match ours {
        Some((_, ours)) => error.hint(format!("OCI calls it `{ours}`")),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_platforms_are_refused() {
        for (os, architecture, variant, message) in [
            (
                "linux",
                "sparc",
                None,
                "cannot make an image for `sparc`: expected one of amd64, arm64, arm, s390x, ppc64le, riscv64",
            ),
            (
                "linux",
                "armhf",
                None,
                "cannot make an image for `armhf`: expected one of amd64, arm64, arm, s390x, ppc64le, riscv64\n\
                 hint: OCI calls it `arm`",
            ),
            (
                "Linux",
                "amd64",
                None,
                "cannot make an image for `Linux`: expected the operating system `linux`",
            ),
            (
                "linux",
                "arm64",
                Some(""),
                "cannot make an image for `arm64`: the variant is empty\nhint: leave `--variant` out",
            ),
        ] {
            let error = Platform::new(os, architecture, variant).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn an_implied_variant_is_the_same() {
        let platform =
            |architecture, variant| Platform::new("linux", architecture, variant).unwrap();
        assert!(platform("arm64", None).same(&platform("arm64", Some("v8"))));
        assert!(platform("arm", Some("v7")).same(&platform("arm", None)));
        assert!(!platform("arm", Some("v6")).same(&platform("arm", None)));
        assert!(!platform("amd64", Some("v3")).same(&platform("amd64", None)));
        assert_eq!(platform("arm", Some("v7")).to_string(), "linux/arm/v7");
        assert!(platform("amd64", Some("v3")).fits(&platform("amd64", None)));
        assert!(!platform("arm", Some("v6")).fits(&platform("arm", Some("v7"))));
        assert!(!platform("amd64", None).fits(&platform("arm64", None)));
    }
}
