use serde::Serialize;

use crate::component::PackageNode;

/// A fact for which the format has no field.
#[derive(Serialize)]
pub(super) struct Property {
    name: String,
    value: String,
}

/// A property of this project.
pub(super) fn ours(name: &str, value: String) -> Property {
    Property {
        name: format!("distroless:{name}"),
        value,
    }
}

/// The properties that scanners read, sorted by name. They take the source package from them, and not from the package
/// URL.
pub(super) fn scanners(node: &PackageNode<'_>) -> Vec<Property> {
    let (id, source) = (&node.package.id, &node.package.source);
    let version = node.package.source_version();
    let (epoch, upstream, release) = version_parts(version);
    let other_version = version != id.version;
    let other_source = other_version || source.name != id.name;
    let text = str::to_owned;
    let facts = [
        (
            "aquasecurity:trivy:LayerDiffID",
            Some(node.layer.diff_id.to_string()),
        ),
        (
            "aquasecurity:trivy:LayerDigest",
            Some(node.layer.digest.to_string()),
        ),
        (
            "aquasecurity:trivy:PkgID",
            Some(format!("{}@{}", id.name, id.version)),
        ),
        (
            "aquasecurity:trivy:PkgType",
            node.distro.map(|distro| distro.id.clone()),
        ),
        ("aquasecurity:trivy:SrcEpoch", epoch.map(text)),
        ("aquasecurity:trivy:SrcName", Some(source.name.clone())),
        ("aquasecurity:trivy:SrcRelease", release.map(text)),
        ("aquasecurity:trivy:SrcVersion", Some(text(upstream))),
        // Syft and grype have no source package if it is equal to the binary package.
        (
            "syft:metadata:source",
            other_source.then(|| source.name.clone()),
        ),
        (
            "syft:metadata:sourceVersion",
            other_version.then(|| text(version)),
        ),
        ("syft:package:metadataType", Some(text("dpkg-db-entry"))),
        ("syft:package:type", Some(text("deb"))),
    ];
    let facts = facts.into_iter();
    facts
        .filter_map(|(name, value)| {
            let name = name.to_owned();
            Some(Property {
                name,
                value: value?,
            })
        })
        .collect()
}

/// Epoch, upstream version and Debian revision
/// ([Debian Policy, 5.6.12](https://www.debian.org/doc/debian-policy/ch-controlfields.html#version)).
fn version_parts(version: &str) -> (Option<&str>, &str, Option<&str>) {
    // Trivy refuses a document in which an epoch is not a number.
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) if is_number(epoch) => (Some(epoch), rest),
        _ => (None, version),
    };
    match rest.rsplit_once('-') {
        Some((upstream, revision)) => (epoch, upstream, Some(revision)),
        None => (epoch, rest, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_three_parts() {
        for (version, parts) in [
            ("1:2.3-4-5", (Some("1"), "2.3-4", Some("5"))),
            ("2.3", (None, "2.3", None)),
            ("0:1-2", (Some("0"), "1", Some("2"))),
            ("a:1", (None, "a:1", None)),
            (":1", (None, ":1", None)),
        ] {
            assert_eq!(version_parts(version), parts);
        }
    }
}
