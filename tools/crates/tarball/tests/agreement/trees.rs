//! Trees that are generated from a number.

use tarball::{Entry, EntryPath, Kind};
use testkit::Noise;

/// An entry, the result that a reader must report for it, and its content.
pub(crate) struct Made {
    pub(crate) entry: Entry,
    /// Mode, owners and time: for a hard link, those of its file.
    pub(crate) facts: Entry,
    pub(crate) content: Vec<u8>,
}

/// Names that other programs quote, cut or take for something else. No name of a layer has a NUL or a slash.
const ODD: [&[u8]; 14] = [
    b" a b ",
    b"-rf",
    b"a -> b",
    b"a link to b",
    b"line\nbreak",
    b"tab\ttab",
    b"back\\slash",
    b"\xff\xfe",
    b"\x01\x7f",
    "Fős és".as_bytes(),
    b"\xe2\x80\xae.so",
    b"*?[a]",
    b"...",
    b"GNUSparseFile.0",
];

/// Sizes at the edges of blocks.
const SIZES: [usize; 9] = [0, 1, 3, 511, 512, 513, 1024, 1025, 5000];

fn name(noise: &mut Noise) -> Vec<u8> {
    match noise.below(10) {
        0..=2 => ODD[noise.below(ODD.len())].to_vec(),
        // As long as a name can be, and around the width of the header's field.
        3 => vec![b'n'; 250 + noise.below(6)],
        4 => vec![b'm'; 90 + noise.below(20)],
        _ => format!("n{}", noise.below(1000)).into_bytes(),
    }
}

/// Numbers that fit a header's field in octal digits, just do not, or are the largest that the kernel has.
fn owner(noise: &mut Noise) -> u64 {
    [0, 1, 65_532, 65_534, 2_097_151, 2_097_152, 4_294_967_294][noise.below(7)]
}

fn time(noise: &mut Noise) -> u64 {
    [
        0,
        1,
        951_782_400,
        1_709_164_800,
        4_107_542_399,
        8_589_934_591,
        8_589_934_592,
    ][noise.below(7)]
}

fn entry(path: EntryPath, kind: Kind, noise: &mut Noise) -> Entry {
    Entry {
        path,
        kind,
        mode: noise.below(0o10000) as u32,
        uid: owner(noise),
        gid: owner(noise),
        mtime: time(noise),
    }
}

/// A well-formed tree: parents come first and no path comes twice.
pub(crate) fn tree(number: u64) -> Vec<Made> {
    let mut noise = Noise::new(number * 7919 + 1);
    let noise = &mut noise;
    let mut made: Vec<Made> = Vec::new();
    let mut directories: Vec<Vec<u8>> = vec![Vec::new()];
    for _ in 0..1 + noise.below(30) {
        let directory = &directories[noise.below(directories.len())];
        let name = name(noise);
        let path = if directory.is_empty() {
            name
        } else {
            [directory.as_slice(), b"/", &name].concat()
        };
        let exists = |one: &Made| one.entry.path.as_bytes() == path;
        let Ok(parsed) = EntryPath::parse(&path) else {
            continue;
        };
        if path.len() > 3000 || made.iter().any(exists) {
            continue;
        }
        let files: Vec<&Made> = made.iter().filter(|made| is_file(made)).collect();
        match noise.below(6) {
            0 | 1 => {
                let entry = entry(parsed, Kind::Directory, noise);
                directories.push(path);
                made.push(plain(entry, Vec::new()));
            }
            2 => {
                let target = [name_of_target(noise), b"/..".repeat(noise.below(80))].concat();
                let entry = entry(parsed, Kind::Symlink { target }, noise);
                made.push(plain(entry, Vec::new()));
            }
            3 if !files.is_empty() => {
                let facts = files[noise.below(files.len())].entry.clone();
                let kind = Kind::Hardlink {
                    target: facts.path.clone(),
                };
                let entry = entry(parsed, kind, noise);
                made.push(Made {
                    entry,
                    facts,
                    content: Vec::new(),
                });
            }
            _ => {
                let size = SIZES[noise.below(SIZES.len())];
                let content = noise.bytes(size);
                let size = content.len() as u64;
                let entry = entry(parsed, Kind::File { size }, noise);
                made.push(plain(entry, content));
            }
        }
    }
    made
}

fn name_of_target(noise: &mut Noise) -> Vec<u8> {
    let name = name(noise);
    match noise.below(3) {
        0 => [b"/".as_slice(), &name].concat(),
        1 => [b"../".as_slice(), &name].concat(),
        _ => name,
    }
}

fn is_file(made: &Made) -> bool {
    matches!(made.entry.kind, Kind::File { .. })
}

fn plain(entry: Entry, content: Vec<u8>) -> Made {
    Made {
        facts: entry.clone(),
        entry,
        content,
    }
}
