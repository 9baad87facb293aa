//! The packages that the sources of a manifest have for one architecture.

use std::collections::BTreeMap;

use apt_archive::{Fetch, Found, Index, LocalDeb, Suite};
use apt_resolver::{Scope, SourceInfo, Universe};
use blob::{Blob, Error, Result};
use deb::Architecture;

use crate::manifest::Manifest;
use crate::open::{Content, Opened};

/// apt's priority for a package file that is named on its command line.
const NAMED_PRIORITY: i16 = 1001;

/// The packages of one architecture, and the indexes that list them.
pub(crate) struct Offer {
    pub(crate) universe: Universe,
    /// Source → path in its Release → file.
    pub(crate) indexes: BTreeMap<String, BTreeMap<String, Blob>>,
    /// Source → the reason why its index is not used.
    pub(crate) unverified: BTreeMap<String, Unverified>,
}

/// The reason why an index is not used.
#[derive(Clone, Debug)]
pub(crate) struct Unverified {
    pub(crate) reason: String,
    pub(crate) details: Vec<String>,
}

/// Reads the indexes of one architecture.
pub(crate) struct Offering<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) sources: &'a [Opened<'a>],
    /// The packages that the manifest names by URL.
    pub(crate) debs: &'a [LocalDeb],
    pub(crate) fetch: &'a dyn Fetch,
}

/// The key of the packages that the manifest names by URL. No source can have this key.
pub(crate) const SINGLE: &str = "";

impl Offering<'_> {
    pub(crate) fn offer(&self, architecture: &str) -> Result<Offer> {
        let mut offer = Offer {
            universe: Universe::new(architecture),
            indexes: BTreeMap::new(),
            unverified: BTreeMap::new(),
        };
        let single = SourceInfo {
            name: SINGLE.to_owned(),
            rank: 0,
            priority: NAMED_PRIORITY,
        };
        let text = local(self.debs, architecture);
        offer.universe.add(single, text, Scope::Everything)?;
        for opened in self.sources {
            self.add(&mut offer, opened, architecture)?;
        }
        Ok(offer)
    }

    /// The verified text of a source for an architecture, all components together. `None` if no index verifies and the
    /// manifest allows that.
    pub(crate) fn text(&self, opened: &Opened<'_>, architecture: &str) -> Result<Option<String>> {
        if !opened.source.serves(architecture) {
            return Ok(None);
        }
        let indexes = self.own_indexes(opened, architecture)?.ok();
        Ok(indexes.map(|indexes| indexes.into_iter().map(|index| index.text).collect()))
    }

    fn add(&self, offer: &mut Offer, opened: &Opened<'_>, architecture: &str) -> Result<()> {
        if !opened.source.serves(architecture) {
            return self.add_independent(offer, opened, architecture);
        }
        let found = match &opened.content {
            Content::Folder(debs) => {
                let text = local(debs, architecture);
                return offer.universe.add(info(opened), text, Scope::Everything);
            }
            Content::Signed { .. } => self.own_indexes(opened, architecture)?,
        };
        match found {
            Ok(indexes) => add_indexes(offer, opened, indexes),
            Err(unverified) => {
                let key = opened.source.key().to_owned();
                offer.unverified.insert(key, unverified);
                self.add_independent(offer, opened, architecture)
            }
        }
    }

    /// If an architecture's own index is missing, the index of another one may list the architecture-independent
    /// packages.
    fn add_independent(
        &self,
        offer: &mut Offer,
        opened: &Opened<'_>,
        architecture: &str,
    ) -> Result<()> {
        let from = self.manifest.architecture_all_from.as_deref();
        let Some(from) = from.filter(|from| *from != architecture) else {
            return Ok(());
        };
        match self.indexes(opened, from)? {
            Err(_) => Ok(()),
            Ok(indexes) => {
                for index in indexes {
                    let scope = Scope::IndependentOnly;
                    let universe = &mut offer.universe;
                    universe.add_index(info(opened), &index.path, index.text, scope)?;
                }
                Ok(())
            }
        }
    }

    /// The indexes of an architecture, or the reason why one is missing, if the manifest allows that.
    fn own_indexes(
        &self,
        opened: &Opened<'_>,
        architecture: &str,
    ) -> Result<std::result::Result<Vec<Index>, Unverified>> {
        let found = self.indexes(opened, architecture)?;
        if let Err(unverified) = &found {
            may_lack(opened, architecture, unverified)
                .map_err(|error| error.within("use source", opened.source.key()))?;
        }
        Ok(found)
    }

    /// The indexes of all components, or the reason why one is missing.
    fn indexes(
        &self,
        opened: &Opened<'_>,
        architecture: &str,
    ) -> Result<std::result::Result<Vec<Index>, Unverified>> {
        let Some(suite) = opened.suite() else {
            return Ok(Ok(Vec::new()));
        };
        let within = |error: Error| error.within("use source", opened.source.key());
        let mut indexes = Vec::new();
        for folder in folders(opened, &suite, architecture) {
            match suite.index(self.fetch, &folder.path).map_err(within)? {
                Found::Verified(index) => indexes.push(index),
                Found::Unlisted { .. } if folder.may_be_unlisted => {}
                Found::Unlisted { reason } => {
                    let details = Vec::new();
                    return Ok(Err(Unverified { reason, details }));
                }
                Found::Unverified { reason, details } => {
                    return Ok(Err(Unverified { reason, details }));
                }
            }
        }
        Ok(Ok(indexes))
    }
}

/// A directory with an index.
struct Folder {
    path: String,
    /// Whether the index counts as empty if the signed Release does not list it.
    may_be_unlisted: bool,
}

/// The directories of an architecture's indexes.
///
/// As in apt, an unlisted index counts as empty if the Release lists another index of the same architecture or names
/// the architecture. Otherwise the source does not have the architecture, and the manifest must allow that
/// (`may_lack`): a user must notice that an architecture has no security updates.
fn folders(opened: &Opened<'_>, suite: &Suite<'_>, architecture: &str) -> Vec<Folder> {
    if opened.source.is_flat() {
        return vec![Folder {
            path: String::new(),
            may_be_unlisted: false,
        }];
    }
    let paths = |architecture: &str| -> Vec<String> {
        let components = opened.source.components();
        components
            .map(|component| format!("{component}/binary-{architecture}/"))
            .collect()
    };
    let own = paths(architecture);
    let mut all = paths("all");
    all.retain(|_| suite.release.all_apart);
    let named = suite
        .release
        .architectures
        .iter()
        .any(|named| named == architecture);
    let may_be_unlisted = named || own.iter().chain(&all).any(|path| suite.lists(path));
    let own = own.into_iter().map(|path| Folder {
        path,
        may_be_unlisted,
    });
    let all = all.into_iter().map(|path| Folder {
        path,
        may_be_unlisted: true,
    });
    own.chain(all).collect()
}

fn info(opened: &Opened<'_>) -> SourceInfo {
    SourceInfo {
        name: opened.source.key().to_owned(),
        rank: opened.rank + 1,
        priority: match &opened.content {
            Content::Signed { signed, .. } => signed.release.priority,
            Content::Folder(_) => 500,
        },
    }
}

fn add_indexes(offer: &mut Offer, opened: &Opened<'_>, indexes: Vec<Index>) -> Result<()> {
    let key = opened.source.key().to_owned();
    let files = offer.indexes.entry(key).or_default();
    for index in indexes {
        let (universe, scope) = (&mut offer.universe, Scope::Everything);
        universe.add_index(info(opened), &index.path, index.text, scope)?;
        files.insert(index.path, index.blob);
    }
    Ok(())
}

fn local(debs: &[LocalDeb], architecture: &str) -> String {
    let own = debs.iter().filter(|deb| deb.is_for(architecture));
    own.map(LocalDeb::paragraph).collect()
}

fn may_lack(opened: &Opened<'_>, architecture: &str, unverified: &Unverified) -> Result<()> {
    let may = &opened.source.may_lack;
    if may.iter().any(|may| may == architecture) {
        return Ok(());
    }
    let reason = &unverified.reason;
    let cause = match &unverified.details[..] {
        [] => reason.to_owned(),
        details => format!("{reason} ({})", details.join("; ")),
    };
    let hint = Architecture::hint(architecture).unwrap_or_else(|| {
        format!(
            "use another mirror, or do without by name: `may_lack: [{architecture}]` in the source"
        )
    });
    Err(Error::cannot("verify packages for", architecture, cause).hint(hint))
}
