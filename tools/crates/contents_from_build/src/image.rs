//! An image from the files of its build.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use image_contents::{Distro, Image};
use jiff::Timestamp;
use layer_details::PackageDetails;
use oci::{Descriptor, ImageConfiguration, ImageManifest};

use crate::build::BuiltImage;
use crate::distro::distro;
use crate::layer::{layer, Described, ReadLayer};
use crate::licenses::CopyrightFiles;
use crate::locks::Locks;
use crate::packages::Known;
use crate::part::check_metadata;
use crate::settings::settings;

/// Reads the contents of an image from the files of its build.
///
/// # Errors
///
/// A file is invalid or exceeds a limit, or two files contradict each other: the manifest names another configuration or
/// other layers, or the configuration has another number of layers.
pub fn image(build: &BuiltImage<'_>) -> Result<Image> {
    let manifest = oci::read_manifest(build.manifest.file, build.manifest.text)?;
    let config = oci::read_config(build.config.file, build.config.text)?;
    let digest = Digest::of(build.manifest.text);
    let config_digest = Digest::of(build.config.text);
    check_config(build, &manifest, config_digest)?;
    let described = described(build, &manifest, &config)?;
    let locks = Locks::read(&build.locks)?;
    let layers = build.layers.iter().map(ReadLayer::read);
    let layers: Vec<_> = layers.collect::<Result<_>>()?;
    // The layers are taken apart below, so the facts that all of them need come first.
    let distro = distro_of(&layers);
    let packages: Vec<PackageDetails> = packages(&layers).cloned().collect();
    let known = Known {
        locks: &locks,
        copyright_files: CopyrightFiles::of(packages.iter()),
    };
    let layers = described
        .into_iter()
        .zip(layers)
        .map(|(described, read)| layer(described, read, &known));
    let layers = layers.collect();
    Ok(Image {
        name: build.name.to_owned(),
        digest,
        config: config_digest,
        os: config.os().to_string(),
        architecture: config.architecture().to_string(),
        variant: config.variant().clone(),
        created: created(build, &config)?,
        distro,
        settings: settings(&config),
        annotations: annotations(build, &manifest, digest)?,
        locks: locks.references(),
        layers,
    })
}

fn check_config(build: &BuiltImage<'_>, manifest: &ImageManifest, digest: Digest) -> Result<()> {
    let expected = manifest.config().digest().to_string();
    if expected == digest.to_string() {
        return Ok(());
    }
    let cause = format!("its digest is `{digest}`; the manifest names `{expected}`");
    Err(Error::cannot("read", build.config.file, cause)
        .hint("give the configuration of the same image"))
}

/// The layers of the manifest, with the facts of the configuration and the metadata.
fn described<'m>(
    build: &BuiltImage<'_>,
    manifest: &'m ImageManifest,
    config: &ImageConfiguration,
) -> Result<Vec<Described<'m>>> {
    let fail = |cause: String| Error::cannot("read", build.config.file, cause);
    let layers = manifest.layers();
    let history = config.history().iter().flatten();
    let history: Vec<_> = history
        .filter(|entry| entry.empty_layer() != Some(true))
        .map(|entry| entry.created_by().clone().unwrap_or_default())
        .collect();
    let diff_ids = config.rootfs().diff_ids();
    for (found, of) in [
        (build.layers.len(), "layer metadata given"),
        (diff_ids.len(), "diff_ids"),
        (history.len(), "history entries of layers"),
    ] {
        if found != layers.len() {
            let expected = layers.len();
            return Err(fail(format!(
                "{found} {of}; the manifest has {expected} layers"
            )));
        }
    }
    let layers = layers.iter().zip(&build.layers).zip(diff_ids).zip(history);
    layers
        .map(|(((descriptor, files), diff_id), created_by)| {
            let metadata = check_metadata(&files.layer.metadata, descriptor)?;
            Ok(Described {
                descriptor,
                digest: metadata.blob().digest,
                diff_id: diff_id
                    .parse()
                    .map_err(|error: Error| error.within("read", build.config.file))?,
                created_by,
            })
        })
        .collect()
}

/// The packages that layers were made from.
fn packages(layers: &[ReadLayer]) -> impl Iterator<Item = &PackageDetails> {
    let parts = layers.iter().flat_map(|layer| &layer.parts);
    let details = parts.flat_map(|part| &part.details);
    details.flat_map(|details| &details.packages)
}

/// The distro that the highest os-release names.
fn distro_of(layers: &[ReadLayer]) -> Option<Distro> {
    let parts = layers.iter().flat_map(|layer| &layer.parts);
    let details = parts.filter_map(|part| part.details.as_ref());
    let mut texts = details.filter_map(|details| details.os_release.as_deref());
    distro(texts.next_back()?)
}

/// The creation time in the one form of the model. The epoch if the configuration does not have one, as for engines.
fn created(build: &BuiltImage<'_>, config: &ImageConfiguration) -> Result<String> {
    let Some(text) = config.created() else {
        return Ok(Timestamp::UNIX_EPOCH.to_string());
    };
    let time: Timestamp = text.parse().map_err(|_| {
        let cause = format!("the creation time is `{text}`; expected RFC 3339");
        Error::cannot("read", build.config.file, cause)
    })?;
    let time = Timestamp::from_second(time.as_second()).unwrap_or(time);
    Ok(time.to_string())
}

/// The annotations of the manifest and of its descriptor.
fn annotations(
    build: &BuiltImage<'_>,
    manifest: &ImageManifest,
    digest: Digest,
) -> Result<BTreeMap<String, String>> {
    let own = manifest.annotations().clone().unwrap_or_default();
    let mut annotations: BTreeMap<_, _> = own.into_iter().collect();
    let Some(source) = &build.descriptor else {
        return Ok(annotations);
    };
    let descriptor: Descriptor = oci::read_descriptor(source.file, source.text)?;
    let expected = descriptor.digest().to_string();
    if expected != digest.to_string() {
        let cause = format!("it describes `{expected}`; the digest of the manifest is `{digest}`");
        return Err(Error::cannot("read", source.file, cause)
            .hint("give the descriptor of the same manifest"));
    }
    annotations.extend(descriptor.annotations().clone().unwrap_or_default());
    Ok(annotations)
}
