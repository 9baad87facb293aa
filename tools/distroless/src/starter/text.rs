//! The text of a definition to start from.

use blob::{Result, ResultExt};
use lock_update::Manifest;

use super::{Family, DISTROS};

/// The packages of an image with one program. The order is that of the layers: the program is in the highest one, because
/// it changes most often.
const PACKAGES: &[&str] = &[
    "base-files",
    "ca-certificates",
    "libc6",
    "libonig5",
    "libjq1",
    "jq",
];

/// Architectures that most registries and machines have.
const COMMON: [&str; 2] = ["amd64", "arm64"];

/// A definition of an image with the packages of a family, or with one program. `file` is its name, for the comment on how
/// to build it.
///
/// # Errors
///
/// The manifest of the distro is invalid.
pub(crate) fn definition(file: &str, distro: &str, family: Option<&Family>) -> Result<String> {
    let architectures: Vec<&str> = match family {
        Some(family) => {
            let has = |name: &&str| family.architectures.contains(name);
            COMMON.into_iter().filter(has).collect()
        }
        None => COMMON.to_vec(),
    };
    let packages: Vec<&str> = match family {
        Some(family) => family.packages.iter().map(String::as_str).collect(),
        None => PACKAGES.to_vec(),
    };
    let title = match family {
        Some(family) => format!("An image with the packages of {}.", family.name),
        None => "An image with jq, a program for JSON.".to_owned(),
    };
    let program = if family.is_some() {
        "# entrypoint: [/app/server]\n"
    } else {
        "entrypoint: [/usr/bin/jq]\n"
    };
    let file = message::escape(file);
    Ok(format!(
        "\
# {title}
# Build it: distroless lock {file} && distroless build {file}
# All fields: `distroless schema`, or docs/reference/formats/image_definition.md
version: 1
architectures: [{}]

# Where the packages come from. Signatures are verified with Debian's keys.
sources:
{}
# One layer for each package, the lowest first. `dependencies: true` also adds the packages that they depend on.
packages:
{}
# Users, in addition to root and nobody. Each has a group of the same name. The number 65532 below needs no name.
# users: {{app: 1000}}

# Files on top of the packages.
# layers:
#   - files:
#       /app/server: {{source: server, mode: \"0755\"}}

{program}user: \"65532\"
# env: {{LANG: C.UTF-8}}
# created: lock            # the date of the packages; without it, 1970
# reference: registry.example/team/app:1    # for `distroless push {file}`
# tests: [test.yaml]       # for `distroless test {file}`
",
        architectures.join(", "),
        sources(distro)?,
        list(&packages),
    ))
}

/// The sources of a distro, as its manifest has them.
fn sources(distro: &str) -> Result<String> {
    let text = DISTROS.iter().find(|(name, _)| *name == distro);
    let text = text.map_or("", |(_, text)| *text);
    let manifest: Manifest = yaml::read(text).cannot("read manifest", distro)?;
    let sources = manifest.sources.iter().filter_map(|source| {
        let archive = source.archive.as_ref()?;
        let channel = &source.channel;
        Some(format!("  - {{channel: {channel}, archive: {archive}}}\n"))
    });
    Ok(sources.collect())
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("  - {name}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_valid() {
        for (distro, _) in DISTROS {
            let plain = definition("image.yaml", distro, None).unwrap();
            image_definition::read("image.yaml", &plain).unwrap();
            let family = Family::find("static", distro).unwrap();
            let text = definition("image.yaml", distro, Some(&family)).unwrap();
            let read = image_definition::read("image.yaml", &text).unwrap();
            assert_eq!(read.packages, family.packages);
            assert!(!read.sources.is_empty());
        }
    }
}
