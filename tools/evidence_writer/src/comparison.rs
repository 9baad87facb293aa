//! Compares files of any kind: contents files, images with layers, locks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use blob::{Digest, Error, Result, ResultExt};
use contents_diff::{
    changelogs, compare_packages, symbols, Changelogs, Issues, PackageFacts, PackageSet, Report,
    Side, Subject, Symbols,
};
use contents_from_layers::{read, ReadImage, Source};
use image_contents::Contents;
use layer_details::LayerDetails;
use lock::Lock;
use message::{escape, nearest};
use oci::Platform;
use serde::de::IgnoredAny;
use serde::Deserialize;
use tracker::Snapshot;
use vex::Reviews;
use worker::Request;

use crate::files;
use crate::open_issues::open_issues;

/// The maximum size of a lock. That of all our packages has 5 MB.
const MAX_LOCK: usize = 64 << 20;

const EXPECTED: &str = "give a contents file (NAME.contents.json), an OCI layout directory, a tar archive of one, a `docker save` archive, or a lock";

/// A file or directory to compare.
pub(crate) struct Input<'a> {
    pub(crate) path: &'a Path,
    /// The name in the report; by default the path.
    pub(crate) name: Option<&'a str>,
    pub(crate) details: Details,
}

impl Input<'_> {
    fn shown(&self) -> String {
        let path = || self.path.display().to_string();
        self.name.map_or_else(path, str::to_owned)
    }
}

/// The facts in the details of layers.
#[derive(Default)]
pub(crate) struct Details {
    symbols: Symbols,
    changelogs: Changelogs,
}

impl Details {
    pub(crate) fn read(request: &Request, paths: &[PathBuf]) -> Result<Self> {
        let mut all = Vec::new();
        for path in paths {
            let bytes = files::read(request, path, layer_details::MAX_BYTES as u64)?;
            all.push(LayerDetails::parse(&path.display().to_string(), &bytes)?);
        }
        Ok(Self {
            symbols: symbols(&all),
            changelogs: changelogs(&all),
        })
    }
}

/// What a file is.
enum Kind {
    Contents(Box<Contents>),
    Lock(Box<Lock>),
    /// An image whose layers are read later, together with those of the other side.
    Layers,
}

/// The keys that tell contents files and locks apart.
#[derive(Deserialize)]
struct Keys {
    contents: Option<IgnoredAny>,
    distro: Option<IgnoredAny>,
    packages: Option<IgnoredAny>,
}

/// Compares two files. `platform` selects one image of an index. With `knowledge`, the issues of images are compared.
///
/// # Errors
///
/// A file is of no known kind, is damaged, or cannot be compared with the other one.
pub(crate) fn compare(
    request: &Request,
    sides: &[Input<'_>; 2],
    platform: Option<&str>,
    knowledge: Option<&(Snapshot, Reviews)>,
) -> Result<Report> {
    let [old, new] = sides;
    match (kind(request, old.path)?, kind(request, new.path)?) {
        (Kind::Lock(left), Kind::Lock(right)) => Ok(compare_packages(
            (subject(&left, old), &packages(&left)),
            (subject(&right, new), &packages(&right)),
        )),
        (Kind::Lock(_), _) | (_, Kind::Lock(_)) => {
            let cause = format!("only one of it and `{}` is a lock", old.path.display());
            Err(Error::cannot("compare", new.path.display(), cause)
                .hint("compare two locks, or two images"))
        }
        (left, right) => {
            let mut found = images(request, [old, new], [left, right], platform)?;
            let (Some(right), Some(left)) = (found.pop(), found.pop()) else {
                return Err(Error::cannot(
                    "compare",
                    new.path.display(),
                    "it has no image",
                ));
            };
            let issues = |read: &ReadImage| {
                let issues = knowledge.map(|knowledge| open_issues(&read.contents, knowledge));
                issues.transpose().map(Option::unwrap_or_default)
            };
            let (before, after) = (issues(&left)?, issues(&right)?);
            Ok(contents_diff::compare(
                &side(&left, old, &before),
                &side(&right, new, &after),
            ))
        }
    }
}

fn side<'a>(
    read: &'a ReadImage,
    input: &'a Input<'_>,
    issues: &'a BTreeMap<Digest, Issues>,
) -> Side<'a> {
    let has_own = read.changelogs.is_empty();
    Side {
        contents: &read.contents,
        symbols: &input.details.symbols,
        changelogs: if has_own {
            &input.details.changelogs
        } else {
            &read.changelogs
        },
        issues,
    }
}

fn kind(request: &Request, path: &Path) -> Result<Kind> {
    let real = request.path(path);
    let name = path.display().to_string();
    let metadata = std::fs::metadata(&real).cannot("read", &name)?;
    if metadata.is_dir() {
        return Ok(Kind::Layers);
    }
    if !starts_as_json(&real).cannot("read", &name)? {
        return Ok(Kind::Layers);
    }
    let bytes = files::read(request, path, image_contents::MAX_BYTES as u64)?;
    let keys: Keys = serde_json::from_slice(&bytes)
        .map_err(|error| Error::cannot("read", &name, escape(&error.to_string())).hint(EXPECTED))?;
    if keys.contents.is_some() {
        return Contents::parse(&name, &bytes).map(|contents| Kind::Contents(Box::new(contents)));
    }
    if keys.distro.is_none() || keys.packages.is_none() || bytes.len() > MAX_LOCK {
        let cause = "it is JSON, but no contents file and no lock";
        return Err(Error::cannot("read", &name, cause).hint(EXPECTED));
    }
    let text = String::from_utf8(bytes).cannot("read lock", &name)?;
    Lock::parse(&name, &text).map(|lock| Kind::Lock(Box::new(lock)))
}

/// Whether the first byte of a file, after blanks, begins a JSON object. No tar archive and no compression begins so.
fn starts_as_json(path: &Path) -> std::io::Result<bool> {
    use std::io::Read;
    let mut start = [0; 64];
    let count = std::fs::File::open(path)?.read(&mut start)?;
    Ok(start[..count].trim_ascii_start().starts_with(b"{"))
}

/// The contents of both sides. The layers of both are read together.
fn images(
    request: &Request,
    inputs: [&Input<'_>; 2],
    kinds: [Kind; 2],
    platform: Option<&str>,
) -> Result<Vec<ReadImage>> {
    let paths = inputs.map(|input| (request.path(input.path), input.shown()));
    let pairs = kinds.iter().zip(&paths);
    let sources = pairs.filter(|(kind, _)| matches!(kind, Kind::Layers));
    let sources: Vec<Source> = sources
        .map(|(_, (path, name))| Source {
            path,
            name,
            platform,
        })
        .collect();
    let read = read(&sources).map_err(|error| {
        let has_hint = error.hint_text().is_some();
        if has_hint {
            error
        } else {
            error.hint(EXPECTED)
        }
    })?;
    let mut read = read.into_iter();
    let mut found = Vec::new();
    for (kind, (_, name)) in kinds.into_iter().zip(&paths) {
        match kind {
            Kind::Contents(contents) => found.push(ReadImage {
                contents: selected(*contents, name, platform)?,
                changelogs: Changelogs::new(),
            }),
            Kind::Layers | Kind::Lock(_) => found.extend(read.next()),
        }
    }
    Ok(found)
}

/// The image of the platform.
fn selected(contents: Contents, name: &str, platform: Option<&str>) -> Result<Contents> {
    let Some(platform) = platform else {
        return Ok(contents);
    };
    let wanted = Platform::parse(platform)?;
    let of = |image: &image_contents::Image| {
        Platform::of_any(&image.os, &image.architecture, image.variant.as_deref())
    };
    let images = || contents.images().iter();
    let exact = images().find(|image| of(image).same(&wanted));
    let found = exact.or_else(|| images().find(|image| of(image).is_a_variant_of(&wanted)));
    match found {
        Some(image) => Ok(Contents::Image(image.clone())),
        None => {
            let names: Vec<String> = images().map(|image| escape(&image.platform())).collect();
            let near = nearest(platform, names.iter().map(String::as_str)).join(", ");
            let cause = format!(
                "it has no image for `{platform}`, only for {}",
                names.join(", ")
            );
            let error = Error::cannot("read contents", name, cause);
            Err(if near.is_empty() {
                error
            } else {
                error.hint(format!("similar platforms: {near}"))
            })
        }
    }
}

fn subject(lock: &Lock, input: &Input<'_>) -> Subject {
    Subject {
        name: input.shown(),
        digest: None,
        created: Some(lock.snapshot().to_string()),
    }
}

/// The packages of a lock by Debian architecture.
fn packages(lock: &Lock) -> BTreeMap<String, PackageSet> {
    let architectures = lock.architectures.iter();
    let sets = architectures.map(|architecture| {
        let mut set = PackageSet::default();
        for name in lock.packages.keys() {
            let Some(package) = lock.package(name, architecture) else {
                continue;
            };
            let facts = PackageFacts {
                version: package.version.clone(),
                architecture: architecture.clone(),
                source: package.source.clone(),
                source_version: package.source_version.clone(),
                licenses: None,
            };
            set.add(name, facts, package.sha256.to_string());
        }
        (architecture.clone(), set)
    });
    sets.collect()
}
