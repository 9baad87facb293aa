//! Reads the files of a description, and keeps the facts that pages show.

mod facts;
mod origin;
mod packages;
mod set;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use blob::{Error, Result};
use image_contents::{Contents, Image};
use tracker::Snapshot;
use vex::Reviews;

use crate::catalogue::Catalogue;
use crate::issues::Knowledge;
use crate::limits::MAX_HISTORY;
use crate::{Description, History};
use facts::Facts;

/// The files that a description names.
pub trait Files: Sync {
    /// The content of a file with at most `most` bytes.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is larger.
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>>;
}

/// The version of `catalogue.json`.
const VERSION: u64 = 1;

/// The longest file with a digest.
const MAX_DIGEST: u64 = 200;

impl Catalogue {
    /// Reads the files about all images.
    ///
    /// # Errors
    ///
    /// A file cannot be read or does not have the expected form, contents describe an index, or the lock of the tracker
    /// does not cover a package.
    pub fn read(description: &Description, files: &dyn Files) -> Result<Self> {
        let knowledge = knowledge(description, files)?;
        let history = description.history.as_ref();
        let history = history.map(|path| {
            let text = files.read(path, MAX_HISTORY as u64)?;
            History::parse(path, &text)
        });
        let history = history.transpose()?;
        let facts = all_facts(description, files, knowledge.as_ref())?;
        let mut facts = facts.into_iter();
        let mut images = Vec::new();
        for described in &description.sets {
            let of_set = facts.by_ref().take(described.images.len()).collect();
            let digests = set::digests(described, files)?;
            images.push(set::set(described, of_set, &digests, history.as_ref())?);
        }
        origin::state(&mut images);
        set::state_upgrades(&mut images, &description.distros);
        Ok(Self {
            title: description.title.clone(),
            repository: description.repository.clone(),
            source: description.source.clone(),
            vendor: description.vendor.clone(),
            tracker: knowledge.map(|knowledge| knowledge.snapshot.time.to_string()),
            has_history: history.is_some(),
            distros: description.distros.clone(),
            images,
            missing: description.missing.clone(),
            version: VERSION,
        })
    }
}

/// The lock of the tracker and the reviews, if there is a lock.
fn knowledge(description: &Description, files: &dyn Files) -> Result<Option<Knowledge>> {
    let text = |path: &str, most: usize| {
        let bytes = files.read(path, most as u64)?;
        String::from_utf8(bytes).map_err(|error| Error::cannot("read", path, error.to_string()))
    };
    let Some(path) = &description.tracker else {
        return Ok(None);
    };
    let snapshot = Snapshot::parse(path, &text(path, tracker::MAX_COMPACT)?)?;
    let reviews = match &description.reviews {
        Some(path) => Reviews::parse(path, &text(path, vex::MAX_TEXT)?)?,
        None => Reviews::default(),
    };
    Ok(Some(Knowledge { snapshot, reviews }))
}

/// The facts of all images, in the order of the description. Contents are read in parallel: those of all our images have
/// 330 MB.
fn all_facts(
    description: &Description,
    files: &dyn Files,
    knowledge: Option<&Knowledge>,
) -> Result<Vec<Facts>> {
    let sets = description.sets.iter();
    let jobs: Vec<(&str, &str)> = sets
        .flat_map(|set| {
            set.images
                .iter()
                .map(|image| (&*image.tag, &*image.contents))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<Facts>>>> = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((tag, path)) = jobs.get(at) else {
                    break;
                };
                let facts = facts(tag, path, files, knowledge);
                // A thread that panicked reports it at the end of the scope.
                let mut results = results.lock().unwrap_or_else(|error| error.into_inner());
                if results.len() <= at {
                    results.resize_with(at + 1, || None);
                }
                results[at] = Some(facts);
            });
        }
    });
    let results = results
        .into_inner()
        .unwrap_or_else(|error| error.into_inner());
    results.into_iter().flatten().collect()
}

fn facts(tag: &str, path: &str, files: &dyn Files, knowledge: Option<&Knowledge>) -> Result<Facts> {
    let bytes = files.read(path, image_contents::MAX_BYTES as u64)?;
    let image: Image = match Contents::parse(path, &bytes)? {
        Contents::Image(image) => image,
        Contents::Index(_) => {
            let cause = "it describes an index; expected an image";
            return Err(Error::cannot("read contents", path, cause));
        }
    };
    Facts::of(tag, image, knowledge)
}
