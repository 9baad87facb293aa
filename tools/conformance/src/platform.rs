//! Platforms: `linux/arm64/v8`.

use std::fmt;
use std::str::FromStr;

use anyhow::{bail, Error};
use serde_json::Value;

/// An operating system, an architecture and, for some architectures, a variant, by OCI's names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Platform {
    pub(crate) os: String,
    pub(crate) architecture: String,
    pub(crate) variant: Option<String>,
}

impl Platform {
    /// The platform of a config, or of the `platform` of a descriptor.
    pub(crate) fn of(value: &Value) -> Self {
        let field = |name: &str| value[name].as_str().map(str::to_owned);
        Self {
            os: field("os").unwrap_or_default(),
            architecture: field("architecture").unwrap_or_default(),
            variant: field("variant"),
        }
    }

    /// skopeo's options that select this platform.
    pub(crate) fn skopeo_options(&self) -> Vec<String> {
        let mut options = vec![
            format!("--override-os={}", self.os),
            format!("--override-arch={}", self.architecture),
        ];
        options.extend(
            self.variant
                .iter()
                .map(|variant| format!("--override-variant={variant}")),
        );
        options
    }
}

impl FromStr for Platform {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (os, architecture, variant) = match text.split('/').collect::<Vec<_>>()[..] {
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] => (os, architecture, Some(variant.to_owned())),
            _ => bail!("`{text}` is not of the form OS/ARCHITECTURE[/VARIANT]"),
        };
        Ok(Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant,
        })
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

/// `PLATFORM=PATH` on a command line.
#[derive(Clone, Debug)]
pub(crate) struct PlatformPath {
    pub(crate) platform: Platform,
    pub(crate) path: std::path::PathBuf,
}

impl FromStr for PlatformPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((platform, path)) = text.split_once('=') else {
            bail!("`{text}` is not of the form PLATFORM=PATH");
        };
        Ok(Self {
            platform: platform.parse()?,
            path: path.into(),
        })
    }
}

/// `VARIANT:PLATFORM=PATH` on a command line; the variants are `plain`, `nonroot`, `debug` and `debug_nonroot`.
#[derive(Clone, Debug)]
pub(crate) struct VariantPath {
    pub(crate) variant: String,
    pub(crate) platform_path: PlatformPath,
}

impl FromStr for VariantPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((variant, platform_path)) = text.split_once(':') else {
            bail!("`{text}` is not of the form VARIANT:PLATFORM=PATH");
        };
        Ok(Self {
            variant: variant.to_owned(),
            platform_path: platform_path.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_platforms() {
        for text in ["linux/amd64", "linux/arm64/v8"] {
            assert_eq!(text.parse::<Platform>().unwrap().to_string(), text);
        }
        assert!("linux".parse::<Platform>().is_err());
        assert!("amd64".parse::<PlatformPath>().is_err());
        let path: VariantPath = "debug:linux/arm/v7=a:b".parse().unwrap();
        assert_eq!(path.variant, "debug");
        assert_eq!(path.platform_path.path, std::path::Path::new("a:b"));
        assert!("linux/arm=a".parse::<VariantPath>().is_err());
        assert_eq!(
            "linux/arm/v7=a=b".parse::<PlatformPath>().unwrap().path,
            std::path::Path::new("a=b")
        );
    }
}
