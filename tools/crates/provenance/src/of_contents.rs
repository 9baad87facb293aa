//! The statement about an image whose contents are known.

use std::collections::BTreeSet;

use blob::{Blob, Digest, Result};
use image_contents::{purl, Contents, Image};
use lock::{Lock, LockedSource};

use crate::{
    Parameters, Predicate, Resource, ResourceKind, Statement, Subject, ToolsLock, UNSTATED_BUILDER,
};

/// The annotations of an image about its base image (OCI image specification, "Pre-Defined Annotation Keys").
const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";
const BASE_NAME: &str = "org.opencontainers.image.base.name";

/// A build of an image or index.
#[derive(Debug)]
pub struct Build<'a> {
    /// The contents of the image or index.
    pub contents: &'a Contents,
    /// The locks of its packages.
    pub locks: &'a [Lock],
    /// The locks of its runtimes: name and file.
    pub runtime_locks: &'a [(String, Blob)],
    /// The lock of the programs that built it.
    pub tools: Option<&'a ToolsLock>,
    /// What was requested.
    pub parameters: Parameters,
    /// A URI of the builder; [`UNSTATED_BUILDER`] if none is stated.
    pub builder: Option<String>,
}

impl Statement {
    /// The statement about a build: its subjects are the index or image, and the images of the index.
    ///
    /// # Errors
    ///
    /// A source of a lock has a key that is not the name of a directory.
    pub fn of_build(build: &Build<'_>) -> Result<Self> {
        let contents = build.contents;
        let mut subjects = vec![Subject {
            name: contents.name().to_owned(),
            digest: contents.digest(),
        }];
        if let Contents::Index(index) = contents {
            subjects.extend(index.images.iter().map(|image| Subject {
                name: format!("{} {}", contents.name(), image.platform()),
                digest: image.digest,
            }));
        }
        let mut dependencies = Vec::new();
        let mut layers = Vec::new();
        for image in contents.images() {
            add_locks(image, &mut dependencies);
            add_releases(image, build.locks, &mut dependencies)?;
            add_packages(image, &mut dependencies);
            add_runtimes(image, &mut dependencies);
            add_base(image, &mut dependencies);
            add_layers(image, &mut layers);
        }
        for (name, blob) in build.runtime_locks {
            let kind = ResourceKind::RuntimeLock;
            dependencies.push(Resource::new(kind, name, blob.digest));
        }
        dependencies.extend(build.tools.into_iter().flat_map(ToolsLock::resources));
        Ok(Self {
            subjects,
            predicate: Predicate {
                parameters: build.parameters.clone(),
                dependencies: unique(dependencies),
                builder: build
                    .builder
                    .clone()
                    .unwrap_or_else(|| UNSTATED_BUILDER.to_owned()),
                layers: unique(layers),
            },
        })
    }
}

fn unique(resources: Vec<Resource>) -> Vec<Resource> {
    let resources: BTreeSet<Resource> = resources.into_iter().collect();
    resources.into_iter().collect()
}

fn add_locks(image: &Image, resources: &mut Vec<Resource>) {
    for lock in &image.locks {
        let name = format!("{}.lock.json", lock.distro);
        let mut resource =
            Resource::new(ResourceKind::Lock, name, lock.sha256).annotation("distro", &lock.distro);
        if let Some(snapshot) = &lock.snapshot {
            resource = resource.annotation("snapshot", snapshot);
        }
        resources.push(resource);
    }
}

/// Adds the signed Releases of the suites that the packages of the image come from.
fn add_releases(image: &Image, locks: &[Lock], resources: &mut Vec<Resource>) -> Result<()> {
    let packages = image.layers.iter().flat_map(|layer| &layer.packages);
    let downloads = packages.filter_map(|package| package.download.as_ref());
    let suites: BTreeSet<&str> = downloads.filter_map(|d| d.suite.as_deref()).collect();
    let distros: BTreeSet<&str> = image.locks.iter().map(|l| l.distro.as_str()).collect();
    for lock in locks.iter().filter(|lock| distros.contains(&*lock.distro)) {
        for suite in &suites {
            let source = lock.sources.get(*suite).and_then(LockedSource::suite);
            let Some(source) = source else {
                continue;
            };
            for file in lock.release_files(suite)? {
                let name = format!("{} {suite} {}", lock.distro, file.name);
                let mut resource = Resource::new(ResourceKind::Release, name, file.sha256)
                    .annotation("date", source.date.to_string())
                    .annotation("signed_by", source.signed_by.join(" "))
                    .annotation("repository", source.origin.to_string());
                // A flat repository has its Release elsewhere: its indexes are in no directory of a component.
                let is_flat = source.components.is_empty();
                if let Some(root) = lock.root_url(suite).filter(|_| !is_flat) {
                    let suite_name = suite.split('@').next().unwrap_or(suite);
                    let url = format!("{root}/dists/{suite_name}/{}", file.name);
                    resource = resource.download_location(url);
                }
                resources.push(resource);
            }
        }
    }
    Ok(())
}

fn add_packages(image: &Image, resources: &mut Vec<Resource>) {
    for package in image.layers.iter().flat_map(|layer| &layer.packages) {
        let download = package.download.as_ref();
        let Some((download, sha256)) = download.and_then(|d| Some((d, d.sha256?))) else {
            continue;
        };
        let mut resource = Resource::new(ResourceKind::Package, package.id.to_string(), sha256)
            .uri(purl::deb(package, image.distro.as_ref()));
        for (name, value) in [
            ("filename", &download.pool_path),
            ("suite", &download.suite),
        ] {
            if let Some(value) = value {
                resource = resource.annotation(name, value);
            }
        }
        resource.download_location.clone_from(&download.url);
        resources.push(resource);
    }
}

fn add_runtimes(image: &Image, resources: &mut Vec<Resource>) {
    for runtime in image.layers.iter().flat_map(|layer| &layer.runtimes) {
        let download = runtime.download.as_ref();
        if let Some((download, sha256)) = download.and_then(|d| Some((d, d.sha256?))) {
            let name = format!("{} {}", runtime.name, runtime.version);
            let mut resource = Resource::new(ResourceKind::Runtime, name, sha256);
            resource = resource.uri(&runtime.purl);
            resource.download_location.clone_from(&download.url);
            resources.push(resource);
        }
    }
}

/// Adds the base image. Its layers and packages are those of the image, too.
fn add_base(image: &Image, resources: &mut Vec<Resource>) {
    let digest = image.annotations.get(BASE_DIGEST);
    let digest: Option<Digest> = digest.and_then(|text| text.parse().ok());
    if let Some(digest) = digest {
        let name = image.annotations.get(BASE_NAME);
        let name = name.map_or("base image", String::as_str);
        let resource = Resource::new(ResourceKind::BaseImage, name, digest);
        resources.push(resource.uri(purl::oci(name, &digest, None)));
    }
}

fn add_layers(image: &Image, resources: &mut Vec<Resource>) {
    for layer in &image.layers {
        let resource = Resource::new(ResourceKind::Layer, &layer.created_by, layer.digest);
        resources.push(
            resource
                .annotation("diff_id", layer.diff_id.to_string())
                .annotation("media_type", &layer.media_type),
        );
    }
}
