//! One image from its documents and its layers.

use std::collections::BTreeMap;

use blob::{Error, Result};
use contents_from_build::{distro, licenses, runtime_of, settings};
use image_contents::{Entry, Image, Layer, Library, Package};
use image_store::Image as StoredImage;
use jiff::Timestamp;
use rootfs::merge_recorded;

use crate::changelogs::changelog;
use crate::entries::entry;
use crate::owners::Owners;
use crate::packages::{self, Found};
use crate::recorded::{ReadLayer, ReadRoot};
use crate::wanted::DOCUMENTATION;

/// Annotations that name an entry of a layout, and do not describe the image.
const OF_ENTRY: [&str; 2] = [
    "org.opencontainers.image.ref.name",
    "io.containerd.image.name",
];

/// Changelogs by name and version of their packages.
pub(crate) type Changelogs = BTreeMap<(String, String), String>;

/// The contents of an image. `layers` are its layers, lowest first.
pub(crate) fn image(
    name: &str,
    image: &StoredImage,
    layers: &[&ReadLayer],
) -> Result<(Image, Changelogs)> {
    let names = image.layers().iter().map(|layer| &*layer.name);
    let root = merge_recorded(names.zip(layers.iter().map(|layer| &layer.recorded)))?;
    let read = ReadRoot {
        root: &root,
        layers,
    };
    let config = image.config();
    let mut annotations = BTreeMap::new();
    let own = image
        .manifest()
        .and_then(|manifest| manifest.annotations().clone());
    annotations.extend(own.unwrap_or_default());
    let listed = image.entry_annotations().clone().into_iter();
    annotations.extend(listed.filter(|(key, _)| !OF_ENTRY.contains(&&**key)));
    let os_release = read
        .text("etc/os-release")
        .or_else(|| read.text("usr/lib/os-release"));
    let os_release = String::from_utf8_lossy(os_release.unwrap_or_default());
    let packages = packages::find(&read);
    let changelogs = packages.iter().filter_map(|package| {
        let key = (package.id.name.clone(), package.id.version.clone());
        Some((key, changelog(&read, package)?))
    });
    let changelogs = changelogs.collect();
    let contents = Image {
        name: name.to_owned(),
        digest: image.digest().unwrap_or(image.config_digest()),
        config: image.config_digest(),
        os: config.os().to_string(),
        architecture: config.architecture().to_string(),
        variant: config.variant().clone(),
        created: created(image)?,
        distro: distro(&os_release),
        settings: settings(config),
        annotations,
        locks: Vec::new(),
        layers: self::layers(image, &read, packages)?,
    };
    Ok((contents, changelogs))
}

/// The creation time in the one form of the model; the epoch if the configuration has none, as for engines.
fn created(image: &StoredImage) -> Result<String> {
    let Some(text) = image.config().created() else {
        return Ok(Timestamp::UNIX_EPOCH.to_string());
    };
    let time: Timestamp = text.parse().map_err(|_| {
        let cause = format!(
            "the creation time is `{}`; expected RFC 3339",
            text.escape_debug()
        );
        Error::cannot("read image", image.name(), cause)
    })?;
    Ok(Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string())
}

/// The layers with their packages, runtimes, entries and libraries.
fn layers(image: &StoredImage, read: &ReadRoot, packages: Vec<Found>) -> Result<Vec<Layer>> {
    let origins = image.histories();
    let owners = Owners::of(read, &packages, &origins);
    let mut layers = empty_layers(image, &origins)?;
    let mut owned: BTreeMap<(usize, usize), Vec<Entry>> = BTreeMap::new();
    for (number, package) in packages.iter().enumerate() {
        owned.entry((package.layer, number)).or_default();
    }
    let top = read.root.get("").map(|node| ("", node));
    for (path, node) in top.into_iter().chain(read.root.iter()) {
        let (Some(entry), Some(layer)) = (entry(read, path, node), layers.get_mut(node.layer))
        else {
            continue;
        };
        let library = node
            .inode
            .and_then(|inode| read.file(inode)?.library.as_ref());
        layer.libraries.extend(library.map(|library| Library {
            path: path.to_owned(),
            soname: Some(library.soname.clone()),
            exports: library.exports.clone(),
        }));
        match owners.of_entry(path, node) {
            Some(package) => owned.entry((node.layer, package)).or_default().push(entry),
            None => layer.entries.push(entry),
        }
    }
    for ((layer, number), entries) in owned {
        let package = package(read, &packages[number], entries);
        layers[layer].packages.push(package);
    }
    for (layer, stored) in layers.iter_mut().zip(image.layers()) {
        let facts = image_facts::Runtime::of(|key| stored.annotations.get(key).map(String::as_str));
        if let Some(facts) = facts.filter(|_| layer.packages.is_empty()) {
            let entries = std::mem::take(&mut layer.entries).into_iter();
            let is_directory = |entry: &Entry| entry.content == image_contents::Content::Directory;
            let (directories, files): (Vec<_>, Vec<_>) = entries.partition(is_directory);
            layer.entries = directories;
            layer.runtimes.push(runtime_of(&facts, files));
        }
    }
    Ok(layers)
}

/// The layers as the documents describe them.
fn empty_layers(image: &StoredImage, origins: &[String]) -> Result<Vec<Layer>> {
    let layers = image.layers().iter().zip(origins).enumerate();
    layers
        .map(|(number, (stored, origin))| {
            let diff_id = stored.diff_id.ok_or_else(|| {
                Error::cannot(
                    "read image",
                    image.name(),
                    "its configuration lacks a diff_id",
                )
            })?;
            // The blob of an archive by `docker save` is the uncompressed layer.
            let (digest, size) = match stored.blob {
                Some(blob) => (blob.digest, blob.size),
                None => (diff_id, image.open_layer(number)?.size()),
            };
            Ok(Layer {
                digest,
                diff_id,
                size,
                media_type: stored.media_type.to_string(),
                created_by: origin.clone(),
                packages: Vec::new(),
                runtimes: Vec::new(),
                entries: Vec::new(),
                libraries: Vec::new(),
            })
        })
        .collect()
}

fn package(read: &ReadRoot, found: &Found, entries: Vec<Entry>) -> Package {
    let name = &found.id.name;
    let copyright = read.resolve(&format!("{DOCUMENTATION}{name}/copyright"));
    // The documentation of a package may be a link to that of another one, after which its licenses are named.
    let licenses = copyright.map(|(path, text)| {
        let documented = path
            .strip_prefix(DOCUMENTATION)
            .and_then(|rest| rest.split('/').next());
        licenses(
            documented.unwrap_or(name),
            &deb::control_text(text.to_vec()),
        )
    });
    Package {
        id: found.id.clone(),
        source: found.source.clone(),
        maintainer: found.maintainer.clone(),
        homepage: found.homepage.clone(),
        section: found.section.clone(),
        download: None,
        licenses: licenses.unwrap_or_default(),
        is_whole: false,
        entries,
    }
}
