use crate::PackageId;

/// The first word of a package's layer in the history of an image (`docs/tool_contract.md`).
const PACKAGE: &str = "deb ";

/// The origin of a layer, from its text in the history of the image (`created_by`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A Debian package.
    Package(PackageId),
    /// Another layer, by its text: for layers of our rules, the name of the layer.
    Other(String),
}

impl Origin {
    /// Parses the text: `deb netbase 6.4 all` is a package.
    pub fn parse(created_by: &str) -> Self {
        let package = created_by.strip_prefix(PACKAGE).and_then(PackageId::parse);
        package.map_or_else(|| Self::Other(created_by.to_owned()), Self::Package)
    }

    /// The package; `None` for another layer.
    pub fn package(&self) -> Option<&PackageId> {
        match self {
            Self::Package(package) => Some(package),
            Self::Other(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_other_layers() {
        let origin = Origin::parse("deb netbase 6.4 all");
        let package = origin.package().map(ToString::to_string);
        assert_eq!(package.as_deref(), Some("netbase 6.4 all"));
        for other in [
            "rootfs",
            "deb netbase",
            "deb a 1 all b",
            "debug a 1 all",
            "",
        ] {
            assert_eq!(Origin::parse(other), Origin::Other(other.to_owned()));
        }
    }
}
