//! The layers that a definition adds to its base.

use blob::Result;
use image_definition::{Definition, Layer as Defined};

use super::derived::{archive, ld_so_cache, Derived};
use super::entries::{self, directories, lines, listed, os_release};
use super::layer::Layer;
use super::packages::{self, Locked};
use super::standard::{self, CERTIFICATES};
use super::step::Entry;
use super::steps::Steps;

/// All layers above the base, lowest first, before merging. `names` are the packages of the image.
pub(crate) fn layers(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    names: &[String],
) -> Result<Vec<Layer>> {
    let has_standard_files = definition.has_standard_files();
    let mut layers = Vec::new();
    for name in names {
        // The bundle replaces the files of this package.
        if !(has_standard_files && name == CERTIFICATES) {
            layers.push(packages::whole(steps, definition, locked, name)?);
        }
    }
    if has_standard_files {
        let standard = standard::layers(steps, definition, locked, names, &layers)?;
        layers.extend(standard);
    }
    for (number, layer) in definition.layers.iter().enumerate() {
        let name = format!("{}.{}", definition.name, number + 1);
        let layer = added(steps, definition, locked, layer, &name, &layers)?;
        layers.push(layer);
    }
    Ok(layers)
}

/// One layer of `layers`. `below` are the layers that it is on.
fn added(
    steps: &mut Steps,
    definition: &Definition,
    locked: Locked<'_>,
    layer: &Defined,
    name: &str,
    below: &[Layer],
) -> Result<Layer> {
    let compression = definition.compression;
    let text = |path: &str, lines_of: &[String]| vec![Entry::text(path, lines(lines_of))];
    Ok(match layer {
        Defined::Entries(layer) => entries::entries(steps, layer, name, compression),
        Defined::Package(layer) => packages::chosen(steps, definition, locked, layer)?,
        Defined::Archive(layer) => archive(steps, layer, name, compression),
        Defined::Passwd(layer) => {
            let entries = text("etc/passwd", &layer.passwd);
            listed(steps, entries, "passwd", "passwd", compression)
        }
        Defined::Group(layer) => {
            let entries = text("etc/group", &layer.group);
            listed(steps, entries, "group", "group", compression)
        }
        Defined::Home(layer) => listed(
            steps,
            directories(&layer.home, 0),
            "home",
            "home",
            compression,
        ),
        Defined::OsRelease(layer) => {
            let entries = vec![os_release(&layer.os_release)];
            listed(steps, entries, "os_release", "os-release", compression)
        }
        Defined::Locale { locale } => packages::locale(steps, definition, locked, locale)?,
        Defined::LdSoCache {
            ld_so_cache: options,
        } => ld_so_cache(steps, definition, options, below, locked)?,
        derived => of_package(derived).add(steps, locked, compression)?,
    })
}

/// The layers that are derived from one package.
fn of_package(layer: &Defined) -> Derived<'_> {
    let certificates = |command, created_by| Derived {
        command,
        package: CERTIFICATES,
        options: Vec::new(),
        extra: &[],
        created_by,
    };
    match layer {
        Defined::CaDirectory {
            ca_directory: options,
        } => Derived {
            options: vec![("--mode", &options.mode)],
            extra: &options.extra,
            ..certificates("ca-directory", "ca folder")
        },
        Defined::JavaKeystore {
            java_keystore: options,
        } => Derived {
            options: vec![("--mode", &options.mode), ("--format", &options.format)],
            extra: &options.extra,
            ..certificates("java-keystore", "java keystore")
        },
        Defined::Cacerts { cacerts: options } => Derived {
            options: vec![("--mode", &options.mode)],
            extra: &options.extra,
            ..certificates("cacerts", "cacerts")
        },
        _ => Derived {
            package: "busybox-static",
            ..certificates("busybox", "busybox")
        },
    }
}
