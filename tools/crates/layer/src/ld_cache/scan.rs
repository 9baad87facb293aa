//! The search for libraries (`search_dir` of `elf/ldconfig.c`).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};

use crate::ld_cache::elf::Library;
use crate::ld_cache::glibc::Glibc;
use crate::ld_cache::order;
use crate::ld_cache::target::Target;
use crate::ld_cache::tree::{Node, Tree};

/// Directories of libraries for certain processors, older than `glibc-hwcaps`: the names of `_dl_string_platform` and
/// `_dl_string_hwcap` (`dl-procinfo.h`), as far as a Debian package has ever used them.
const PLATFORM_DIRECTORIES: [&[u8]; 12] = [
    b"atomics",
    b"avx512_1",
    b"haswell",
    b"neon",
    b"power8",
    b"power9",
    b"sse2",
    b"tls",
    b"vfp",
    b"x86_64",
    b"xeon_phi",
    b"z13",
];

const HWCAPS: &str = "glibc-hwcaps";

/// One entry of a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) soname: Vec<u8>,
    pub(crate) path: Vec<u8>,
    pub(crate) flags: u32,
    pub(crate) kernel: u32,
    pub(crate) isa_level: u32,
    /// The name of the subdirectory of `glibc-hwcaps`, if it is in one.
    pub(crate) hwcaps: Option<String>,
}

/// A directory to search.
#[derive(Debug)]
struct Directory {
    /// The path as the cache contains it.
    shown: String,
    real: Vec<u8>,
    hwcaps: Option<String>,
}

/// The result of a search.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) entries: Vec<Entry>,
    /// All subdirectories of `glibc-hwcaps`, also those without libraries: the cache contains their names.
    pub(crate) hwcaps: BTreeSet<String>,
    /// Links that ldconfig would create or change, with their targets (`create_links`).
    pub(crate) links: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A library that may be chosen for its SONAME in a directory.
struct Candidate {
    name: Vec<u8>,
    soname: Vec<u8>,
    is_link: bool,
    flags: u32,
    kernel: u32,
    isa_level: u32,
}

/// Searches directories, each once, in the order of their first occurrence.
pub(crate) fn search(
    tree: &mut Tree,
    directories: &[String],
    target: &Target,
    glibc: &Glibc,
) -> Result<Found> {
    let mut found = Found::default();
    for directory in unique(tree, directories, glibc) {
        if glibc.has_platform_directories() {
            refuse_platforms(tree, &directory)?;
        }
        found.hwcaps.extend(directory.hwcaps.clone());
        for candidate in candidates(tree, &directory, target, glibc)? {
            // The search of later directories must see the links that earlier ones got.
            if let Some((path, target)) = new_link(tree, &directory, &candidate) {
                tree.add(&path, Node::Link(target.clone()));
                found.links.push((path, target));
            }
            // In other directories, the entry has the path of the link, which stays valid if the library is updated.
            let name = match directory.hwcaps {
                None => &candidate.soname,
                Some(_) => &candidate.name,
            };
            found.entries.push(Entry {
                path: [directory.shown.as_bytes(), b"/", name].concat(),
                soname: candidate.soname,
                flags: candidate.flags,
                kernel: if glibc.keeps_kernel_version() {
                    candidate.kernel
                } else {
                    0
                },
                isa_level: candidate.isa_level,
                hwcaps: directory.hwcaps.clone(),
            });
        }
    }
    found.entries.sort_by(compare);
    Ok(found)
}

/// The link from the SONAME to the library, if it is missing, is broken or leads to another file (`create_links`). A
/// file that is not a link stays. Debian's ldconfig creates no link for the loader.
fn new_link(
    tree: &Tree,
    directory: &Directory,
    candidate: &Candidate,
) -> Option<(Vec<u8>, Vec<u8>)> {
    let Candidate { name, soname, .. } = candidate;
    let is_name = !matches!(soname.as_slice(), b"" | b"." | b"..") && !soname.contains(&b'/');
    let wanted =
        is_name && directory.hwcaps.is_none() && !candidate.is_link && !soname.starts_with(b"ld");
    if !wanted {
        return None;
    }
    let below = |name: &[u8]| [directory.real.as_slice(), b"/", name].concat();
    let path = below(soname);
    let is_kept = match (tree.get(&path), tree.resolve(&path)) {
        (Some(Node::Link(_)), Some((real, _))) => tree
            .resolve(&below(name))
            .is_some_and(|(library, _)| library == real),
        (Some(Node::Link(_)), None) | (None, None) => false,
        _ => true,
    };
    (!is_kept).then(|| (path, name.clone()))
}

/// The order of entries (`compare` of `elf/cache.c`): the loader uses the first suitable one, so the best come first.
fn compare(left: &Entry, right: &Entry) -> Ordering {
    let extension = |entry: &Entry| entry.hwcaps.is_none();
    order::compare(&right.soname, &left.soname)
        .then_with(|| right.flags.cmp(&left.flags))
        .then_with(|| extension(left).cmp(&extension(right)))
        .then_with(|| left.hwcaps.cmp(&right.hwcaps))
        .then_with(|| right.kernel.cmp(&left.kernel))
}

/// The existing directories, each followed by the subdirectories of its `glibc-hwcaps`.
fn unique(tree: &Tree, directories: &[String], glibc: &Glibc) -> Vec<Directory> {
    let mut unique: Vec<Directory> = Vec::new();
    let mut seen = BTreeSet::new();
    for shown in directories {
        let Some((real, Node::Directory)) = tree.resolve(shown.as_bytes()) else {
            continue;
        };
        if !seen.insert(real.clone()) {
            continue;
        }
        unique.push(Directory {
            shown: shown.clone(),
            real,
            hwcaps: None,
        });
        if glibc.has_hwcaps_directories() {
            add_hwcaps(tree, shown, &mut seen, &mut unique);
        }
    }
    unique
}

fn add_hwcaps(tree: &Tree, shown: &str, seen: &mut BTreeSet<Vec<u8>>, unique: &mut Vec<Directory>) {
    let parent = format!("{shown}/{HWCAPS}");
    let Some((real, _)) = tree.resolve(parent.as_bytes()) else {
        return;
    };
    // In the order of their bytes.
    let names: BTreeSet<&[u8]> = tree.names(&real).collect();
    for name in names {
        let Ok(name) = String::from_utf8(name.to_vec()) else {
            continue;
        };
        if name.starts_with('.') || name.contains(':') {
            continue;
        }
        let shown = format!("{parent}/{name}");
        if let Some((real, Node::Directory)) = tree.resolve(shown.as_bytes()) {
            if seen.insert(real.clone()) {
                unique.push(Directory {
                    shown,
                    real,
                    hwcaps: Some(name),
                });
            }
        }
    }
}

/// Fails for platform directories. Their libraries would need tables of platforms for each glibc version and
/// architecture. No package of Debian 11 or 12 has such directories for the supported architectures.
fn refuse_platforms(tree: &Tree, directory: &Directory) -> Result<()> {
    for name in PLATFORM_DIRECTORIES {
        let path = [directory.real.as_slice(), b"/", name].concat();
        if let Some((_, Node::Directory)) = tree.resolve(&path) {
            let path = String::from_utf8_lossy(&path).into_owned();
            let cause = "it is a directory for certain processors in the old format";
            return Err(Error::cannot("search", path, cause)
                .hint("leave out the package that has it, or use Debian 13"));
        }
    }
    Ok(())
}

/// One library for each SONAME. A file is preferred to a link, and a later name to an earlier one.
fn candidates(
    tree: &Tree,
    directory: &Directory,
    target: &Target,
    glibc: &Glibc,
) -> Result<Vec<Candidate>> {
    let mut chosen: Vec<Candidate> = Vec::new();
    let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for (name, node) in tree.files(&directory.real) {
        if !is_library_name(name) && (directory.hwcaps.is_none() || !matches!(node, Node::Link(_)))
        {
            continue;
        }
        if is_temporary(name, glibc) {
            continue;
        }
        let path = [directory.real.as_slice(), b"/", name].concat();
        let Some((_, Node::Library(library))) = tree.resolve(&path) else {
            continue;
        };
        let candidate = candidate(name, matches!(node, Node::Link(_)), library, target);
        let candidate = candidate.map_err(|cause| {
            let path = String::from_utf8_lossy(&path).into_owned();
            Error::cannot("cache", path, cause).hint("leave out packages of other architectures")
        })?;
        match places.get(&candidate.soname) {
            Some(place) if is_better(&candidate, &chosen[*place]) => {
                // ldconfig keeps the flags of the first candidate.
                let flags = chosen[*place].flags;
                chosen[*place] = Candidate { flags, ..candidate };
            }
            Some(_) => {}
            None => {
                places.insert(candidate.soname.clone(), chosen.len());
                chosen.push(candidate);
            }
        }
    }
    Ok(chosen)
}

fn is_better(candidate: &Candidate, than: &Candidate) -> bool {
    match (candidate.is_link, than.is_link) {
        (false, true) => true,
        (true, false) => false,
        _ => order::compare(&than.name, &candidate.name) == Ordering::Less,
    }
}

fn candidate(
    name: &[u8],
    is_link: bool,
    library: &Library,
    target: &Target,
) -> std::result::Result<Candidate, String> {
    let flags = target.flags(library.header)?.unwrap_or(library.plain_flags);
    let soname = library.soname.as_deref().unwrap_or(name);
    // Only the SONAME's link and the linker's link (`NAME.so`) count as links. Any other link counts as a file.
    let own = name == soname || (name.ends_with(b".so") && soname.starts_with(name));
    let is_link = is_link && own;
    Ok(Candidate {
        name: name.to_vec(),
        soname: if is_link { name } else { soname }.to_vec(),
        is_link,
        flags,
        kernel: library.kernel,
        isa_level: if target.has_isa_levels() {
            library.isa_level
        } else {
            0
        },
    })
}

/// Whether a package manager is still writing a file of this name (`skip_dso_based_on_name`).
fn is_temporary(name: &[u8], glibc: &Glibc) -> bool {
    const PRELINK: &[u8] = b".#prelink#";
    let without_suffix = name.len().checked_sub(7).map(|end| &name[..end]);
    let of_prelink = name.ends_with(PRELINK)
        || without_suffix
            .is_some_and(|start| name[start.len()] == b'.' && start.ends_with(PRELINK));
    let of_packages =
        name.contains(&b';') || name.ends_with(b".dpkg-new") || name.ends_with(b".dpkg-tmp");
    of_prelink || glibc.skips_temporary_files() && of_packages
}

/// Whether a file name is that of a library (`elf/dl-is_dso.h`).
fn is_library_name(name: &[u8]) -> bool {
    let starts = |prefix: &[u8]| name.starts_with(prefix);
    let library = (starts(b"lib") || starts(b"ld-")) && name.windows(3).any(|part| part == b".so");
    library || starts(b"ld.so.") || starts(b"ld64.so.")
}
