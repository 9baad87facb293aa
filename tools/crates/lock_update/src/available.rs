//! The packages that the sources of a manifest have for one architecture.

use std::collections::BTreeMap;

use apt_archive::{DerivedBlocks, Fetch, Index, IndexStatus, LocalDeb, StoredIndex, Suite};
use apt_resolver::{Scope, SourceInfo, Universe};
use blob::{Blob, Digest, Error, Result};
use deb::Architecture;

use crate::manifest::Manifest;
use crate::open::{Content, OpenedSource};
use crate::positions::Positions;

/// apt's priority for a package file that is named on its command line.
const NAMED_PRIORITY: i16 = 1001;

/// The packages of one architecture, and the indexes that list them.
pub(crate) struct Available {
    pub(crate) universe: Universe,
    /// Source → path in its Release → file.
    pub(crate) indexes: BTreeMap<String, BTreeMap<String, Blob>>,
    /// Source → the reason why its index is not used.
    pub(crate) unverified: BTreeMap<String, UnverifiedIndex>,
}

/// The reason why an index is not used.
#[derive(Clone, Debug)]
pub(crate) struct UnverifiedIndex {
    pub(crate) reason: String,
    pub(crate) details: Vec<String>,
}

/// Reads the indexes of one architecture.
pub(crate) struct IndexReader<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) sources: &'a [OpenedSource<'a>],
    /// The packages that the manifest names by URL.
    pub(crate) debs: &'a [LocalDeb],
    pub(crate) fetch: &'a dyn Fetch,
    /// The positions that earlier runs found in indexes; `None` if each index is read and verified.
    pub(crate) positions: Option<&'a Positions<'a>>,
}

/// The key of the packages that the manifest names by URL. No source can have this key.
pub(crate) const SINGLE_DEBS: &str = "";

impl IndexReader<'_> {
    pub(crate) fn read(&self, architecture: &str) -> Result<Available> {
        let mut available = Available {
            universe: Universe::new(architecture),
            indexes: BTreeMap::new(),
            unverified: BTreeMap::new(),
        };
        let single = SourceInfo {
            name: SINGLE_DEBS.to_owned(),
            rank: 0,
            priority: NAMED_PRIORITY,
        };
        let text = local(self.debs, architecture);
        available.universe.add(single, text, Scope::Everything)?;
        for opened in self.sources {
            self.add(&mut available, opened, architecture)?;
        }
        Ok(available)
    }

    /// The verified text of a source for an architecture, all components together. `None` if no index verifies and the
    /// manifest allows that.
    pub(crate) fn text(
        &self,
        opened: &OpenedSource<'_>,
        architecture: &str,
    ) -> Result<Option<String>> {
        if !opened.source.serves(architecture) {
            return Ok(None);
        }
        let indexes = self.own_indexes(opened, architecture, |suite, path| {
            suite.index(self.fetch, path)
        });
        let indexes = indexes?.ok();
        Ok(indexes.map(|indexes| indexes.into_iter().map(|index| index.text).collect()))
    }

    /// The reason why an architecture's index is missing; `None` if it is there.
    pub(crate) fn missing(
        &self,
        opened: &OpenedSource<'_>,
        architecture: &str,
    ) -> Result<Option<UnverifiedIndex>> {
        let indexes = self.own_indexes(opened, architecture, |suite, path| {
            suite.index(self.fetch, path)
        });
        Ok(indexes?.err())
    }

    fn add(
        &self,
        available: &mut Available,
        opened: &OpenedSource<'_>,
        architecture: &str,
    ) -> Result<()> {
        if !opened.source.serves(architecture) {
            return self.add_independent(available, opened, architecture);
        }
        let found = match &opened.content {
            Content::Directory(debs) => {
                let text = local(debs, architecture);
                return available
                    .universe
                    .add(info(opened), text, Scope::Everything);
            }
            Content::Signed { .. } => self.own_indexes(opened, architecture, |suite, path| {
                self.find(suite, path, architecture, Scope::Everything)
            })?,
        };
        match found {
            Ok(indexes) => {
                let key = opened.source.key().to_owned();
                let files = available.indexes.entry(key).or_default();
                for index in indexes {
                    let (path, blob) = index.name();
                    files.insert(path, blob);
                    let universe = &mut available.universe;
                    self.add_index(universe, opened, index, Scope::Everything)?;
                }
                Ok(())
            }
            Err(unverified) => {
                let key = opened.source.key().to_owned();
                available.unverified.insert(key, unverified);
                self.add_independent(available, opened, architecture)
            }
        }
    }

    /// If an architecture's own index is missing, the index of another one may list the architecture-independent
    /// packages.
    fn add_independent(
        &self,
        available: &mut Available,
        opened: &OpenedSource<'_>,
        architecture: &str,
    ) -> Result<()> {
        let from = self.manifest.architecture_all_from.as_deref();
        let Some(from) = from.filter(|from| *from != architecture) else {
            return Ok(());
        };
        let scope = Scope::IndependentOnly;
        let found = self.indexes(opened, from, |suite, path| {
            self.find(suite, path, architecture, scope)
        });
        for index in found?.unwrap_or_default() {
            self.add_index(&mut available.universe, opened, index, scope)?;
        }
        Ok(())
    }

    /// Finds an index: the positions and blocks that an earlier run stored, or the verified text.
    fn find(
        &self,
        suite: &Suite<'_>,
        directory: &str,
        architecture: &str,
        scope: Scope,
    ) -> Result<IndexStatus<FoundIndex>> {
        let positions = self.positions.zip(suite.stored_index(directory));
        let Some((positions, name)) = positions else {
            return Ok(verified(suite.index(self.fetch, directory)?, None));
        };
        let key = positions.key(&name.text, architecture, scope);
        Ok(match positions.find(self.fetch, &key, &name.text) {
            Some((table, blocks)) => IndexStatus::Verified(FoundIndex::Stored {
                name,
                table,
                blocks,
            }),
            None => verified(suite.index(self.fetch, directory)?, Some((key, name.text))),
        })
    }

    fn add_index(
        &self,
        universe: &mut Universe,
        opened: &OpenedSource<'_>,
        index: FoundIndex,
        scope: Scope,
    ) -> Result<()> {
        match index {
            FoundIndex::Verified { index, store } => {
                let blocks = store.and_then(|(key, text)| {
                    let blocks = self.fetch.derived_blocks(&text)?;
                    Some((key, blocks.block_size()))
                });
                let (source, Index { path, text, .. }) = (info(opened), index);
                let Some((key, size)) = blocks else {
                    return universe.add_index(source, &path, text, scope);
                };
                let table = universe.add_index_to_store(source, &path, text, scope, size)?;
                if let Some(table) = table {
                    self.fetch.put_result(&key, &table);
                }
                Ok(())
            }
            FoundIndex::Stored {
                name,
                table,
                blocks,
            } => {
                if universe.add_stored(info(opened), &name.path, table, blocks) {
                    return Ok(());
                }
                let cause = "its stored positions are not those of an index";
                Err(Error::cannot("use index", name.path, cause))
            }
        }
    }

    /// The indexes of an architecture, or the reason why one is missing, if the manifest allows that.
    fn own_indexes<T>(
        &self,
        opened: &OpenedSource<'_>,
        architecture: &str,
        get: impl Fn(&Suite<'_>, &str) -> Result<IndexStatus<T>>,
    ) -> Result<std::result::Result<Vec<T>, UnverifiedIndex>> {
        let found = self.indexes(opened, architecture, get)?;
        if let Err(unverified) = &found {
            may_lack(opened, architecture, unverified)
                .map_err(|error| error.within("use source", opened.source.key()))?;
        }
        Ok(found)
    }

    /// The indexes of all components, or the reason why one is missing. `get` gets the one of a directory.
    fn indexes<T>(
        &self,
        opened: &OpenedSource<'_>,
        architecture: &str,
        get: impl Fn(&Suite<'_>, &str) -> Result<IndexStatus<T>>,
    ) -> Result<std::result::Result<Vec<T>, UnverifiedIndex>> {
        let Some(suite) = opened.suite() else {
            return Ok(Ok(Vec::new()));
        };
        let within = |error: Error| error.within("use source", opened.source.key());
        let mut indexes = Vec::new();
        for directory in index_directories(opened, &suite, architecture) {
            match get(&suite, &directory.path).map_err(within)? {
                IndexStatus::Verified(index) => indexes.push(index),
                IndexStatus::Unlisted { .. } if directory.may_be_unlisted => {}
                IndexStatus::Unlisted { reason } => {
                    let details = Vec::new();
                    return Ok(Err(UnverifiedIndex { reason, details }));
                }
                IndexStatus::Unverified { reason, details } => {
                    return Ok(Err(UnverifiedIndex { reason, details }));
                }
            }
        }
        Ok(Ok(indexes))
    }
}

/// An index that was found.
enum FoundIndex {
    Verified {
        index: Index,
        /// The key for its positions, and its text as the Release lists it; `None` if they are not stored.
        store: Option<(Digest, Blob)>,
    },
    Stored {
        name: StoredIndex,
        table: Vec<u8>,
        blocks: Box<dyn DerivedBlocks>,
    },
}

impl FoundIndex {
    /// The path and the file that a lock names.
    fn name(&self) -> (String, Blob) {
        match self {
            Self::Verified { index, .. } => (index.path.clone(), index.blob),
            Self::Stored { name, .. } => (name.path.clone(), name.blob),
        }
    }
}

fn verified(status: IndexStatus, store: Option<(Digest, Blob)>) -> IndexStatus<FoundIndex> {
    match status {
        // Blocks hold the bytes of the index, and positions are those in its text.
        IndexStatus::Verified(index) => {
            let store = store.filter(|(_, text)| text.size == index.text.len() as u64);
            IndexStatus::Verified(FoundIndex::Verified { index, store })
        }
        IndexStatus::Unlisted { reason } => IndexStatus::Unlisted { reason },
        IndexStatus::Unverified { reason, details } => IndexStatus::Unverified { reason, details },
    }
}

/// A directory with an index.
struct IndexDirectory {
    path: String,
    /// Whether the index counts as empty if the signed Release does not list it.
    may_be_unlisted: bool,
}

/// The directories of an architecture's indexes.
///
/// As in apt, an unlisted index counts as empty if the Release lists another index of the same architecture or names
/// the architecture. Otherwise the source does not have the architecture, and the manifest must allow that
/// (`may_lack`): a user must notice that an architecture has no security updates.
fn index_directories(
    opened: &OpenedSource<'_>,
    suite: &Suite<'_>,
    architecture: &str,
) -> Vec<IndexDirectory> {
    if opened.source.is_flat() {
        return vec![IndexDirectory {
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
    let own = own.into_iter().map(|path| IndexDirectory {
        path,
        may_be_unlisted,
    });
    let all = all.into_iter().map(|path| IndexDirectory {
        path,
        may_be_unlisted: true,
    });
    own.chain(all).collect()
}

fn info(opened: &OpenedSource<'_>) -> SourceInfo {
    SourceInfo {
        name: opened.source.key().to_owned(),
        rank: opened.rank + 1,
        priority: match &opened.content {
            Content::Signed { signed, .. } => signed.release.priority,
            Content::Directory(_) => 500,
        },
    }
}

fn local(debs: &[LocalDeb], architecture: &str) -> String {
    let own = debs.iter().filter(|deb| deb.is_for(architecture));
    own.map(LocalDeb::paragraph).collect()
}

fn may_lack(
    opened: &OpenedSource<'_>,
    architecture: &str,
    unverified: &UnverifiedIndex,
) -> Result<()> {
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
        format!("use another mirror, or allow this with `may_lack: [{architecture}]` in the source")
    });
    Err(Error::cannot("verify packages for", architecture, cause).hint(hint))
}
