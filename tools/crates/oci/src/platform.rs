//! Platforms of images.

use std::fmt;

use arch::Architecture;
use blob::{Error, Result};
use oci_spec::image::{Arch, ImageConfiguration, Os};

/// Operating system, architecture and, for some architectures, a variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl Platform {
    /// The platform of an image to build.
    ///
    /// # Errors
    ///
    /// The operating system is not `linux`, the architecture is unknown, or the variant is empty.
    pub fn new(os: &str, architecture: &str, variant: Option<&str>) -> Result<Self> {
        if os != "linux" {
            return Err(Error::cannot(
                "make an image for",
                os,
                "expected the operating system `linux`",
            ));
        }
        if !Architecture::of_images().any(|row| row.oci == architecture) {
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

    /// The platform of any image, also one that cannot be built here. An empty variant means no variant.
    pub fn of_any(os: &str, architecture: &str, variant: Option<&str>) -> Self {
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.filter(|text| !text.is_empty()).map(str::to_owned),
        }
    }

    /// Parses the platform of any image: `linux/arm64` or `linux/arm/v7`.
    ///
    /// # Errors
    ///
    /// The text has another form.
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

    /// Whether this is the platform `unknown/unknown`, which attestations in an index have.
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// Whether operating system and architecture are not empty.
    pub fn is_complete(&self) -> bool {
        !self.os.is_empty() && !self.architecture.is_empty()
    }

    /// Whether operating system and architecture are both empty.
    pub fn is_unnamed(&self) -> bool {
        self.os.is_empty() && self.architecture.is_empty()
    }

    /// Whether operating system and architecture are equal and `wanted` has no variant.
    pub fn is_a_variant_of(&self, wanted: &Self) -> bool {
        let same = self.os == wanted.os && self.architecture == wanted.architecture;
        same && wanted.variant.is_none()
    }

    /// The platform of a config.
    pub(crate) fn of_config(config: &ImageConfiguration) -> Self {
        Self {
            os: config.os().to_string(),
            architecture: config.architecture().to_string(),
            variant: config.variant().clone(),
        }
    }

    /// The platform of an index entry.
    pub(crate) fn of_entry(platform: &oci_spec::image::Platform) -> Self {
        Self {
            os: platform.os().to_string(),
            architecture: platform.architecture().to_string(),
            variant: platform.variant().clone(),
        }
    }

    /// The platform as part of a descriptor.
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

    /// Whether runtimes treat both as the same platform: `arm64` implies the variant `v8`, `arm` implies `v7`.
    pub fn same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// Whether one says nothing that the other denies. One of them may leave out a variant.
    pub fn fits(&self, other: &Self) -> bool {
        let named = self.variant.is_some() && other.variant.is_some();
        if named {
            self.same(other)
        } else {
            self.os == other.os && self.architecture == other.architecture
        }
    }

    fn key(&self) -> (&str, &str, &str) {
        let implied = Architecture::by_oci(&self.architecture).map_or("", |row| row.variant);
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
    let known: Vec<_> = Architecture::of_images().map(|row| row.oci).collect();
    let expected = format!("expected one of {}", known.join(", "));
    let error = Error::cannot("make an image for", architecture, expected);
    match Architecture::by_any_name(architecture) {
        Some(row) if row.images => error.hint(format!("OCI calls it `{}`", row.oci)),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_platforms_are_refused() {
        let known: Vec<_> = Architecture::of_images().map(|row| row.oci).collect();
        let known = known.join(", ");
        for (os, architecture, variant, message) in [
            (
                "linux",
                "sparc",
                None,
                "cannot make an image for `sparc`: expected one of KNOWN",
            ),
            (
                "linux",
                "armhf",
                None,
                "cannot make an image for `armhf`: expected one of KNOWN\n\
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
            assert_eq!(error.to_string(), message.replace("KNOWN", &known));
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
