//! The input of the commands about issues: contents of images, the lock of the tracker, and reviews.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use blob::{Digest, Error, Result};
use clap::Args;
use image_contents::{Contents, Image};
use tracker::Snapshot;
use vex::{Assessed, Reviews};
use worker::Request;

use crate::files;

/// The input of the commands about issues.
#[derive(Args)]
pub(crate) struct Input {
    /// Contents of an image or an index; may be given several times.
    #[arg(long, required = true, value_name = "FILE")]
    contents: Vec<PathBuf>,
    /// Lock of Debian's security tracker, written by `debian_lock tracker`.
    #[arg(long, value_name = "FILE")]
    tracker: PathBuf,
    /// Reviews: the binary packages or files that issues are in.
    #[arg(long, value_name = "FILE")]
    reviews: Option<PathBuf>,
}

/// The issues of images, and the snapshot that states them.
pub(crate) struct Assessments {
    pub(crate) snapshot: Snapshot,
    /// Each image and each index once.
    pub(crate) assessed: Vec<Assessed>,
}

impl Input {
    pub(crate) fn assess(&self, request: &Request) -> Result<Assessments> {
        let (snapshot, reviews) = knowledge(request, &self.tracker, self.reviews.as_deref())?;
        let contents = self.contents.iter();
        let contents: Vec<Contents> = contents
            .map(|path| files::read_contents(request, path))
            .collect::<Result<_>>()?;
        check_consistency(&self.contents, &contents)?;
        let mut assessed: Vec<Assessed> = Vec::new();
        for contents in &contents {
            for one in vex::assess(contents, &snapshot, &reviews)? {
                if assessed.iter().all(|other| other.digest != one.digest) {
                    assessed.push(one);
                }
            }
        }
        Ok(Assessments { snapshot, assessed })
    }

    /// The names of the images and indexes, for messages.
    pub(crate) fn names(assessed: &[Assessed]) -> String {
        let mut names: Vec<&str> = assessed.iter().map(|one| &*one.name).collect();
        names.dedup();
        names.join(", ")
    }
}

/// The snapshot of the tracker, and the reviews.
pub(crate) fn knowledge(
    request: &Request,
    tracker: &Path,
    reviews: Option<&Path>,
) -> Result<(Snapshot, Reviews)> {
    let text = files::read_text(request, tracker, tracker::MAX_COMPACT)?;
    let snapshot = Snapshot::parse(&tracker.display().to_string(), &text)?;
    let reviews = match reviews {
        Some(path) => {
            let text = files::read_text(request, path, vex::MAX_TEXT)?;
            Reviews::parse(&path.display().to_string(), &text)?
        }
        None => Reviews::default(),
    };
    Ok((snapshot, reviews))
}

/// Whether files that have the same image agree about it.
fn check_consistency(paths: &[PathBuf], contents: &[Contents]) -> Result<()> {
    let mut known: BTreeMap<Digest, (&Path, &Image)> = BTreeMap::new();
    for (path, contents) in paths.iter().zip(contents) {
        for image in contents.images() {
            let (other, first) = known.entry(image.digest).or_insert((path, image));
            // Names and annotations of descriptors may differ.
            if first.config != image.config
                || first.layers != image.layers
                || first.distro != image.distro
            {
                let (digest, other) = (image.digest, other.display());
                let cause = format!("it contradicts `{other}` about image {digest}");
                return Err(Error::cannot("use contents", path.display(), cause));
            }
        }
    }
    Ok(())
}
