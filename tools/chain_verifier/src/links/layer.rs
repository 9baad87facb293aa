//! The link `layer`: from `.deb` files to the files of a layer.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Result, ResultExt};
use deb::ControlFile;
use image_facts::STATUS;
use layer::{Choices, Expected, LayerWriter, Options, PackageSource, Paths};
use tarball::{Compression, EntryPath};

use super::deb::TrustedDebs;
use super::image::{fault, Layers};
use crate::deb_content::{DebContent, GivenDeb};
use crate::entry::Properties;
use crate::layer_content::Archive;
use crate::layout::{Layout, LayoutLayer};
use crate::locks::{self, GivenLock};
use crate::report::{listed, LinkKind, Report, Verdict};

/// The start of the history of a layer that has the files of one package.
const OF_ONE_PACKAGE: &str = "deb ";

/// What the links of layers are verified with.
pub(crate) struct Inputs<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) layers: &'a Layers,
    pub(crate) locks: &'a [GivenLock],
    pub(crate) debs: &'a TrustedDebs<'a>,
    /// The diff_ids of layers that a provenance lists.
    pub(crate) stated: &'a BTreeSet<Digest>,
}

/// Adds the link of each layer.
///
/// # Errors
///
/// A temporary file cannot be written.
pub(crate) fn verify(inputs: &Inputs<'_>, report: &mut Report) -> Result<()> {
    let mut known = BTreeSet::new();
    let mut entries = BTreeMap::new();
    for image in &inputs.layout.images {
        for layer in &image.layers {
            if !known.insert((layer.blob.digest, layer.diff_id)) {
                continue;
            }
            let subject = format!("{} `{}`", layer.blob.digest, layer.created_by);
            let verdict = verdict(inputs, layer, &image.architecture, &mut entries)?;
            report.add(LinkKind::Layer, subject, verdict);
        }
    }
    Ok(())
}

/// The content of packages that were read before.
type Known = BTreeMap<Digest, DebContent>;

fn verdict(
    inputs: &Inputs<'_>,
    layer: &LayoutLayer,
    architecture: &str,
    known: &mut Known,
) -> Result<Verdict> {
    let content = inputs.layers.get(&layer.blob.digest);
    let archive = content.and_then(|content| content.archive.as_ref().ok());
    let Some(archive) = archive.filter(|_| fault(layer, inputs.layers).is_none()) else {
        let cause = "it is not the layer of its manifest".to_owned();
        return Ok(Verdict::Unknown(cause));
    };
    let mut debs = Vec::new();
    for stated in &archive.packages {
        let Some(locked) = locks::find(inputs.locks, stated, architecture) else {
            let cause = format!("no lock has {} {}", stated.name, stated.version);
            return Ok(Verdict::Unknown(cause));
        };
        match inputs.debs.get(&locked.package.sha256) {
            Some(Ok(deb)) => debs.push(*deb),
            Some(Err(cause)) => return Ok(Verdict::Unknown(cause.clone())),
            None => {
                return Ok(Verdict::Unknown(format!(
                    "no file of {} is given",
                    stated.name
                )))
            }
        }
    }
    let is_of_one = layer.created_by.starts_with(OF_ONE_PACKAGE);
    if let ([deb], true) = (&debs[..], is_of_one) {
        if let Some(verdict) = extracted(deb, archive) {
            return Ok(verdict);
        }
    }
    for deb in &debs {
        if let std::collections::btree_map::Entry::Vacant(entry) = known.entry(deb.blob.digest) {
            entry.insert(deb.content()?);
        }
    }
    let packages: Vec<&DebContent> = debs
        .iter()
        .filter_map(|deb| known.get(&deb.blob.digest))
        .collect();
    let compared = compare(archive, &packages);
    let is_stated = inputs.stated.contains(&archive.diff_id);
    Ok(compared.verdict(is_of_one && debs.len() == 1, is_stated))
}

/// `Holds` if extracting the package gives the diff_id of the layer.
fn extracted(deb: &GivenDeb, archive: &Archive) -> Option<Verdict> {
    // With merged `/usr`, no entry is in the directories that are links. Without such entries, both ways give the same
    // layer, unless the package has some.
    let is_split = archive.entries.keys().any(is_below_merged);
    for merged_usr in [!is_split, is_split] {
        let choices = Choices {
            merged_usr,
            ..Choices::default()
        };
        // A package may not be permitted in a layer with other choices: the comparison of its files says why.
        if extract(deb, &choices).is_ok_and(|found| found == archive.diff_id) {
            let (deb, diff_id) = (&deb.file.shown, archive.diff_id);
            let text = format!("extracting {deb} gives its diff_id {diff_id}");
            return Some(Verdict::Holds(text));
        }
    }
    None
}

/// Whether a path changes with merged `/usr`.
fn is_below_merged(path: &EntryPath) -> bool {
    deb::merge_path(path).is_ok_and(|merged| merged != *path)
}

/// The diff_id of the layer that `deb_extractor` makes of a package.
fn extract(deb: &GivenDeb, choices: &Choices) -> Result<Digest> {
    let directory = tempfile::tempdir().cannot("create", "temporary directory")?;
    let path = |name: &str| directory.path().join(name);
    let source = PackageSource {
        path: deb.file.path.clone(),
        shown: deb.file.shown.clone(),
        sha256: Some(deb.blob.digest),
        expected: Expected::default(),
    };
    let paths = Paths {
        details: None,
        libraries: None,
        layer: path("layer.tar"),
        metadata: path("layer.json"),
        mtree: path("layer.mtree"),
    };
    let options = Options {
        name: String::new(),
        created: None,
        created_by: String::new(),
        compression: Compression::None,
        annotations: BTreeMap::new(),
    };
    let mut writer = LayerWriter::create(paths, options)?;
    layer::extract(&source, choices, &mut writer)?;
    writer.finish()?;
    let metadata = std::fs::read(path("layer.json")).cannot("read", "layer.json")?;
    Ok(oci::LayerMetadata::parse("layer.json", &metadata)?
        .blob()
        .digest)
}

/// How a layer differs from its packages.
struct Compared {
    /// The number of entries that are as in a package.
    same: usize,
    /// Entries that differ from those of the packages.
    different: Vec<String>,
    /// Entries that no package has.
    others: Vec<String>,
}

fn compare(archive: &Archive, packages: &[&DebContent]) -> Compared {
    let mut compared = Compared {
        same: 0,
        different: Vec::new(),
        others: Vec::new(),
    };
    for (path, entry) in &archive.entries {
        let mut expected = packages
            .iter()
            .flat_map(|package| expected(package, path, archive))
            .peekable();
        if expected.peek().is_none() {
            if !(is_above_records(path) && entry.is_plain_directory()) {
                compared.others.push(path.to_string());
            }
            continue;
        }
        let differences: Vec<Option<String>> = expected
            .map(|package: Properties| entry.difference(&package))
            .collect();
        if differences.iter().any(Option::is_none) {
            compared.same += 1;
        } else if packages.iter().any(|package| package.is_sums(path)) {
            // The build makes a list of its own for files at other paths, such as BusyBox.
            compared.others.push(path.to_string());
        } else {
            let first = differences.into_iter().flatten().next();
            let first = first.unwrap_or_default();
            compared.different.push(format!("{path}: {first}"));
        }
    }
    if archive.others > 0 {
        let text = format!("{} entries that no package can have", archive.others);
        compared.others.push(text);
    }
    compared
}

/// What a package has at this path: nothing, or one of these.
fn expected(package: &DebContent, path: &EntryPath, archive: &Archive) -> Vec<Properties> {
    match &package.sums {
        Some((own, file)) if own == path => sums(file, archive),
        _ => package.entries.get(path).cloned().into_iter().collect(),
    }
}

/// The lists of MD5 sums that the build may write: that of the package, or one of the files in the layer, with the paths
/// in the layer.
fn sums(file: &ControlFile, archive: &Archive) -> Vec<Properties> {
    let has = |path: &EntryPath| archive.entries.contains_key(path);
    let rewritten = [false, true].into_iter().flat_map(|merged_usr| {
        let place = move |path: &EntryPath| {
            if merged_usr {
                deb::merge_path(path)
            } else {
                Ok(path.clone())
            }
        };
        let all = deb::rewrite_md5sums(&file.content, |path| place(path).map(Some));
        let own = deb::rewrite_md5sums(&file.content, |path| {
            Ok(Some(place(path)?).filter(|path| has(path)))
        });
        [all, own].into_iter().flatten()
    });
    let lists = std::iter::once(file.content.clone()).chain(rewritten);
    lists
        .map(|list| Properties::of_record(file.mode, &list))
        .collect()
}

/// Whether the build makes a directory of this path for the records of packages.
fn is_above_records(path: &EntryPath) -> bool {
    let directory = STATUS.trim_end_matches('/');
    let mut parents = directory.match_indices('/').map(|(end, _)| end);
    let bytes = path.as_bytes();
    bytes == directory.as_bytes() || parents.any(|end| bytes == &directory.as_bytes()[..end])
}

impl Compared {
    fn verdict(self, is_of_one: bool, is_stated: bool) -> Verdict {
        let Self {
            same,
            different,
            others,
        } = self;
        if !different.is_empty() {
            return Verdict::Broken(different.join("; "));
        }
        if others.is_empty() {
            return Verdict::Holds(format!("its {same} entries are those of packages"));
        }
        let (count, names) = (others.len(), listed(&others));
        if is_of_one {
            return Verdict::Broken(format!("the package does not have {names}"));
        }
        let facts = if same == 0 {
            format!("its entries ({count}) are in no package: {names}")
        } else {
            format!(
                "{same} entries are those of packages, the build made the other {count}: {names}"
            )
        };
        if is_stated {
            Verdict::Holds(facts)
        } else {
            Verdict::Unknown(format!("{facts}; no provenance lists the layer"))
        }
    }
}
