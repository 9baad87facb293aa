//! Relation `same`: two images with the same digest. Otherwise, the report lists the files that differ, and how.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;
use rootfs::{Image, ImageExt, Visitor};
use tarball::{Entry, Kind};

use super::digesting::Digesting;
use super::{verdict, CheckResult};

/// Number of files of a layer in the report: a longer list has a common cause.
const MOST: usize = 10;

/// `difference` lists the differences of the configurations. The layers are read only if they differ.
pub(crate) fn evaluate(
    image: &Image,
    other: &Image,
    difference: Vec<String>,
) -> Result<Vec<CheckResult>> {
    let (own, others) = (image.layers(), other.layers());
    let mut layers = Vec::new();
    if own.len() != others.len() {
        let counts = (own.len(), others.len());
        layers.push(format!(
            "it has {} layers; the other image has {}",
            counts.0, counts.1
        ));
    }
    let differing = own.iter().zip(others).enumerate();
    let differing = differing.filter(|(_, (own, other))| own.diff_id != other.diff_id);
    let differing: BTreeSet<usize> = differing.map(|(number, _)| number).collect();
    if !differing.is_empty() {
        let (texts, own, other) = (image.histories(), listing(image)?, listing(other)?);
        for number in &differing {
            let text = &texts[*number];
            layers.extend(
                files(&own[*number], &other[*number])
                    .map(|line| format!("layer {number} ({text}): {line}")),
            );
        }
    }
    let packed = own.iter().zip(others).enumerate();
    let packed = packed
        .filter(|(number, (own, other))| own.name != other.name && !differing.contains(number));
    let packed = packed.map(|(number, _)| {
        format!("layer {number} has the same files, but is compressed differently")
    });
    layers.extend(packed);
    // The rest of a manifest: annotations, and the digests of the documents that were compared above.
    let mut documents = difference;
    if layers.is_empty() && documents.is_empty() && image.manifest() != other.manifest() {
        documents.push("the manifests differ, but the layers and configurations are the same: compare the annotations".to_owned());
    }
    Ok(vec![
        verdict("the layers are identical", layers),
        verdict("the documents are the same", documents),
    ])
}

/// Lines for the files that differ between two listings, at most [`MOST`], and the number of the others.
fn files<'a>(own: &'a Files, other: &'a Files) -> impl Iterator<Item = String> + 'a {
    let paths: BTreeSet<&String> = own.keys().chain(other.keys()).collect();
    let mut lines: Vec<String> = paths
        .into_iter()
        .filter(|path| own.get(*path) != other.get(*path))
        .map(|path| match (own.get(path), other.get(path)) {
            (Some(own), Some(other)) => format!("`{path}` is {own}; in the other image: {other}"),
            (Some(_), None) => format!("`{path}` is not in the other image"),
            _ => format!("`{path}` is only in the other image"),
        })
        .collect();
    if lines.is_empty() {
        lines.push("the files are the same, in another order or form".to_owned());
    }
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.into_iter()
}

/// The description of each file, by path.
type Files = BTreeMap<String, String>;

fn listing(image: &Image) -> Result<Vec<Files>> {
    let mut listing = Listing::default();
    image.read(&mut [&mut listing])?;
    Ok(listing.layers)
}

#[derive(Default)]
struct Listing {
    layers: Vec<Files>,
    digesting: Digesting,
}

impl Visitor for Listing {
    fn layer(&mut self, _layer: usize) -> Result<()> {
        self.layers.push(Files::new());
        Ok(())
    }

    fn needs_pieces(&mut self, _layer: usize, _entry: &Entry) -> bool {
        self.digesting.begin();
        true
    }

    fn piece(&mut self, _layer: usize, _entry: &Entry, piece: &[u8]) -> Result<()> {
        self.digesting.add(piece);
        Ok(())
    }

    fn entry(&mut self, layer: usize, entry: &Entry, _content: &[u8]) -> Result<()> {
        let what = match (&entry.kind, self.digesting.take()) {
            (Kind::File { size }, Some(digest)) => format!("a file of {size} bytes, {digest}"),
            (Kind::Symlink { target }, _) => {
                format!("a link to `{}`", String::from_utf8_lossy(target))
            }
            (Kind::Hardlink { target }, _) => format!("a hard link to `{target}`"),
            (kind, _) => format!("a {}", kind.noun()),
        };
        let Entry {
            mode,
            uid,
            gid,
            mtime,
            ..
        } = entry;
        if let Some(files) = self.layers.get_mut(layer) {
            files.insert(
                entry.path.to_string(),
                format!("{what}, {mode:04o} {uid}:{gid} with modification time {mtime}"),
            );
        }
        Ok(())
    }
}
