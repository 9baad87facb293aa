//! What the suites of a manifest offer: their signed Releases, then the indexes that match them.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};

use crate::index::{Found, Index, Suite};
use crate::lock::LockedSource;
use crate::{Answer, Fetch, InRelease, Manifest, Origin, Package, Settings, Source, Wanted};

/// Debian's largest is below 300 kB.
const MAX_INRELEASE: u64 = 8 << 20;

/// A package and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) package: Package,
    pub(crate) suite: String,
    /// The place of the suite in the manifest: the lower is preferred among equals.
    pub(crate) rank: usize,
}

/// The packages of one architecture: those that were asked for, and the names of all.
#[derive(Debug, Default)]
pub(crate) struct Offer {
    pub(crate) named: BTreeMap<String, Vec<Candidate>>,
    pub(crate) names: BTreeSet<String>,
}

/// Everything that a manifest's sources say.
pub(crate) struct Gathered {
    pub(crate) sources: BTreeMap<String, LockedSource>,
    /// By architecture.
    pub(crate) offers: BTreeMap<String, Offer>,
}

/// Asks all sources.
pub(crate) fn gather(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    settings: &Settings<'_>,
) -> Result<Gathered> {
    let offers = manifest.archs.iter();
    let mut gathered = Gathered {
        sources: BTreeMap::new(),
        offers: offers.map(|a| (a.clone(), Offer::default())).collect(),
    };
    for (rank, source) in manifest.sources.iter().enumerate() {
        let mut gathering = Gathering {
            source,
            rank,
            wanted: manifest.packages.iter().map(String::as_str).collect(),
            fetch,
            settings,
        };
        let locked = gathering.read(&mut gathered.offers);
        let locked = locked.map_err(|error| error.within("use source", source.suite()))?;
        gathered.sources.insert(source.suite().to_owned(), locked);
    }
    share_independent(manifest, &mut gathered.offers);
    Ok(gathered)
}

/// One source being read.
struct Gathering<'a> {
    source: &'a Source,
    rank: usize,
    wanted: BTreeSet<&'a str>,
    fetch: &'a dyn Fetch,
    settings: &'a Settings<'a>,
}

impl Gathering<'_> {
    fn read(&mut self, offers: &mut BTreeMap<String, Offer>) -> Result<LockedSource> {
        let origin = self.source.origin()?;
        let opened = self.open(&origin)?;
        let suite = Suite {
            origin: &origin,
            name: self.source.suite(),
            release: &opened.release,
        };
        check_components(self.source, &suite)?;
        let mut indexes = BTreeMap::new();
        let mut unverified = BTreeMap::new();
        for (architecture, offer) in offers {
            match self.indexes(&suite, architecture)? {
                Err(reason) => {
                    unverified.insert(architecture.clone(), reason);
                }
                Ok(found) => {
                    for index in found {
                        self.add(offer, &index.text, architecture)?;
                        indexes.insert(index.path, index.blob);
                    }
                }
            }
        }
        Ok(LockedSource {
            components: self.source.components().map(str::to_owned).collect(),
            date: opened.release.date,
            valid_until: opened.release.valid_until,
            inrelease: opened.digest,
            signed_by: opened.signed_by,
            indexes,
            unverified,
            origin: origin.clone(),
        })
    }

    /// Gets and checks the Release.
    fn open(&self, origin: &Origin) -> Result<InRelease> {
        let keyring = (self.settings.keyring)(&self.source.signed_by)?;
        let path = format!("dists/{}/InRelease", self.source.suite());
        let answer = self.fetch.fetch(&Wanted {
            origin,
            paths: std::slice::from_ref(&path),
            expected: None,
            limit: MAX_INRELEASE,
        })?;
        let bytes = match answer {
            Answer::Bytes(bytes) => bytes,
            Answer::Nothing(answers) => {
                return Err(Error::cannot("download", path, answers.join("; ")));
            }
        };
        let opened = InRelease::open(&bytes, &keyring)?;
        if !opened.release.is(self.source.suite()) {
            let cause = format!("it is that of suite {}", opened.release.name());
            return Err(Error::cannot("use", "InRelease", cause));
        }
        self.check_age(&opened)?;
        Ok(opened)
    }

    fn check_age(&self, opened: &InRelease) -> Result<()> {
        let now = self.settings.now.filter(|_| self.source.check_valid_until);
        match (now, opened.release.valid_until) {
            (Some(now), Some(end)) if end < now => {
                let cause = format!("it was valid until {end}; the mirror is out of date");
                Err(Error::cannot("use", "InRelease", cause).hint(
                    "use another mirror, lock a snapshot with `--snapshot TIME`, or set `check_valid_until: false` in the source",
                ))
            }
            _ => Ok(()),
        }
    }

    /// The indexes of all components for an architecture; where one is missing and may be, why.
    fn indexes(
        &self,
        suite: &Suite<'_>,
        architecture: &str,
    ) -> Result<std::result::Result<Vec<Index>, String>> {
        let mut indexes = Vec::new();
        for component in self.source.components() {
            match suite.index(self.fetch, component, architecture)? {
                Found::Verified(index) => indexes.push(index),
                Found::Unverified { reason, details } => {
                    self.may_lack(architecture, &reason, &details)?;
                    (self.settings.unverified)(suite.name, architecture, &details);
                    return Ok(Err(reason));
                }
            }
        }
        Ok(Ok(indexes))
    }

    fn may_lack(&self, architecture: &str, reason: &str, details: &[String]) -> Result<()> {
        if self.source.may_lack.iter().any(|may| may == architecture) {
            return Ok(());
        }
        let cause = match details {
            [] => reason.to_owned(),
            details => format!("{reason} ({})", details.join("; ")),
        };
        let hint = format!(
            "use another mirror, or do without by name: `may_lack: [{architecture}]` in the source"
        );
        Err(Error::cannot("verify packages for", architecture, cause).hint(hint))
    }

    /// Adds the packages of an index that were asked for.
    fn add(&self, offer: &mut Offer, text: &str, architecture: &str) -> Result<()> {
        for paragraph in deb::paragraphs(text) {
            let paragraph = paragraph?;
            let name = paragraph.require("Package")?;
            if !offer.names.contains(name) {
                offer.names.insert(name.to_owned());
            }
            if !self.wanted.contains(name) {
                continue;
            }
            let package = Package::read(&paragraph)?;
            if package.architecture.as_str() != architecture && !package.architecture.is_all() {
                let cause = format!(
                    "it is of architecture {} in the index of {architecture}",
                    package.architecture
                );
                return Err(Error::cannot("use package", name, cause));
            }
            let candidates = offer.named.entry(name.to_owned()).or_default();
            candidates.push(Candidate {
                package,
                suite: self.source.suite().to_owned(),
                rank: self.rank,
            });
        }
        Ok(())
    }
}

/// A component that the suite has for no architecture is a mistake in the manifest.
fn check_components(source: &Source, suite: &Suite<'_>) -> Result<()> {
    let files = suite.release.files.keys();
    let indexes = files.filter_map(|path| path.split_once("/binary-"));
    let known: BTreeSet<&str> = indexes.map(|(component, _)| component).collect();
    match source.components().find(|c| !known.contains(c)) {
        None => Ok(()),
        Some(component) => {
            let known: Vec<&str> = known.into_iter().collect();
            let cause = format!("the signed Release lists only {}", known.join(", "));
            Err(Error::cannot("find component", component, cause))
        }
    }
}

/// Adds the architecture-independent packages of one architecture to the others.
fn share_independent(manifest: &Manifest, offers: &mut BTreeMap<String, Offer>) {
    let from = manifest.architecture_all_from.as_ref();
    let Some(offer) = from.and_then(|from| offers.get(from)) else {
        return;
    };
    let candidates = offer.named.values().flatten();
    let shared: Vec<Candidate> = candidates
        .filter(|candidate| candidate.package.architecture.is_all())
        .cloned()
        .collect();
    for offer in offers.values_mut() {
        for candidate in &shared {
            let name = candidate.package.name.to_string();
            let candidates = offer.named.entry(name).or_default();
            if !candidates.contains(candidate) {
                candidates.push(candidate.clone());
            }
        }
    }
}
