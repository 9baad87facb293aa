//! Looks packages up: versions, providers, candidates.

use std::cmp::Ordering;
use std::collections::btree_map::{BTreeMap, Entry as Slot};
use std::collections::{BTreeSet, HashSet};

use blob::{Error, Result};
use deb::Version;
use message::shorten;

use super::entry::Entry;
use super::limits::MAX_NAMESAKES;
use super::table::Kind;
use super::texts::Universe;

impl Universe {
    /// The version that apt would install: of the highest priority, then the highest version, then of the source that
    /// the manifest names first. `None` if no source has the package.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Universe::versions`].
    pub fn candidate(&self, name: &str) -> Result<Option<Entry<'_>>> {
        Ok(self.versions(name)?.into_iter().next())
    }

    /// All available versions, the candidate first. A version that several sources have in the same file occurs once.
    ///
    /// # Errors
    ///
    /// Fails if a paragraph with this name is malformed, if there are too many, or if two sources have different files
    /// of one version.
    pub fn versions(&self, name: &str) -> Result<Vec<Entry<'_>>> {
        let mut entries = Vec::new();
        for at in self.find(Kind::Own, name) {
            if self.name(at) == name {
                self.check_namesakes(name, entries.len())?;
                entries.push(self.entry(at)?);
            }
        }
        entries.sort_by(preferred);
        let mut kept: BTreeMap<&Version, Entry<'_>> = BTreeMap::new();
        let mut versions: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
        for entry in entries {
            match kept.entry(&entry.package.version) {
                Slot::Occupied(kept) => self.check_equal(name, kept.get(), &entry)?,
                Slot::Vacant(slot) => {
                    slot.insert(entry);
                    versions.push(entry);
                }
            }
        }
        Ok(versions)
    }

    fn check_namesakes(&self, name: &str, count: usize) -> Result<()> {
        if count < MAX_NAMESAKES {
            return Ok(());
        }
        let cause = format!("more than {MAX_NAMESAKES} packages have or provide the name");
        Err(Error::cannot("read packages", shorten(name), cause))
    }

    /// The packages that provide a name, in the order of the texts. Not each of them is a candidate.
    ///
    /// # Errors
    ///
    /// Fails if a paragraph that may provide the name is malformed, or if there are too many.
    pub fn providers(&self, name: &str) -> Result<Vec<Entry<'_>>> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        let mut seen = HashSet::new();
        for (count, at) in self.find(Kind::Provided, name).enumerate() {
            self.check_namesakes(name, count)?;
            // Another name may have the same hash, so the paragraph is checked.
            let entry = self.entry(at)?;
            let provides = &entry.package.provides;
            let provides = provides
                .iter()
                .any(|provided| provided.name.as_str() == name);
            let package = entry.package;
            let file = (
                &package.name,
                package.version.as_str(),
                package.file.digest(),
            );
            if provides && seen.insert(file) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// The names of all packages.
    pub fn names(&self) -> BTreeSet<&str> {
        let texts = self.texts.iter();
        let names = texts.flat_map(|text| {
            let spans = (0..text.len() as u32).map(|number| text.span(number));
            let whole = spans.filter(|span| !span.broken);
            let content = text.content.whole();
            whole.filter_map(|span| content.get(span.name.0 as usize..span.name.1 as usize))
        });
        names.collect()
    }

    /// The candidates that are `Essential: yes` (Policy 3.8), sorted by package name.
    ///
    /// # Errors
    ///
    /// Fails if [`Universe::candidate`] fails for one of them.
    pub fn essential(&self) -> Result<Vec<Entry<'_>>> {
        let mut names = BTreeSet::new();
        for at in 0..self.count() {
            if self.place(at).1.essential {
                names.insert(self.name(at));
            }
        }
        let candidates = names.iter().map(|name| self.candidate(name));
        let candidates: Vec<Option<Entry<'_>>> = candidates.collect::<Result<_>>()?;
        let candidates = candidates.into_iter().flatten();
        Ok(candidates.filter(|entry| entry.package.essential).collect())
    }

    /// Fails if the texts have a paragraph with this name that has no architecture.
    ///
    /// # Errors
    ///
    /// Fails with the reason why the paragraph is malformed.
    pub fn check_not_malformed(&self, name: &str) -> Result<()> {
        let mut broken = self.find(Kind::Broken, name);
        match broken.find(|at| self.name(*at) == name) {
            Some(at) => self.entry(at).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The other architectures for which the texts have a package with this name.
    pub fn other_architectures(&self, name: &str) -> BTreeSet<String> {
        let texts = self.texts.iter();
        let paragraphs = texts.flat_map(|text| deb::index_paragraphs(text.content.whole()));
        let named = paragraphs
            .filter_map(Result::ok)
            .filter(|paragraph| paragraph.get("Package") == Some(name));
        let architectures =
            named.filter_map(|paragraph| paragraph.get("Architecture").map(shorten));
        architectures
            .filter(|other| *other != self.architecture && other != "all")
            .collect()
    }

    /// Whether the texts have a package with this name, one that provides it or a relation to it.
    pub fn mentions(&self, name: &str) -> bool {
        self.find(Kind::Own, name).any(|at| self.name(at) == name)
            || self.find(Kind::Provided, name).next().is_some()
            || self.first_mention(name).is_some()
    }

    /// Fails if one version has two different files: each choice would be wrong for some users.
    fn check_equal(&self, name: &str, one: &Entry<'_>, other: &Entry<'_>) -> Result<()> {
        if !one.package.file.differs(&other.package.file) {
            return Ok(());
        }
        let cause = format!(
            "{} has two different files of version {}: {} in {}, {} in {}",
            self.architecture,
            one.package.version,
            one.package.file.digest(),
            one.source.name,
            other.package.file.digest(),
            other.source.name,
        );
        Err(Error::cannot("choose package", shorten(name), cause))
    }
}

/// apt's order of preference.
fn preferred(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let priorities = b.source.priority.cmp(&a.source.priority);
    let versions = || b.package.version.cmp(&a.package.version);
    let ranks = || (a.source.rank, a.at).cmp(&(b.source.rank, b.at));
    priorities.then_with(versions).then_with(ranks)
}
