use std::fmt;

use blob::{Error, Result};

/// Operating system, architecture and, for some architectures, a variant; of any image, not only of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl Platform {
    pub(crate) fn new(os: &str, architecture: &str, variant: Option<&str>) -> Self {
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.filter(|text| !text.is_empty()).map(str::to_owned),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let parts: Vec<_> = text.split('/').collect();
        match parts.as_slice() {
            _ if parts.iter().any(|part| part.is_empty()) => {}
            [os, architecture] => return Ok(Self::new(os, architecture, None)),
            [os, architecture, variant] => return Ok(Self::new(os, architecture, Some(variant))),
            _ => {}
        }
        let cause = "expected OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT";
        Err(Error::cannot("read platform", text, cause).hint("write for example `linux/arm64`"))
    }

    /// Whether this is the platform of something that is no image, such as an attestation.
    pub(crate) fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// Whether a runtime takes it where `wanted` is asked for: `arm64` says `v8` without a word, `arm` `v7`.
    pub(crate) fn is(&self, wanted: &Self) -> bool {
        self.key() == wanted.key()
    }

    /// The same, but for a variant that nobody asked for.
    pub(crate) fn is_a_variant_of(&self, wanted: &Self) -> bool {
        let same = self.os == wanted.os && self.architecture == wanted.architecture;
        same && wanted.variant.is_none()
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
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}
