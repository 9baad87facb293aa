//! Exported symbols, compared with those that nm of binutils lists.

#![allow(clippy::print_stderr, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use elf::{Head, SharedLibrary};

const NM: &str = "/usr/bin/nm";

/// The directories of libraries on Debian, and on distributions without multiarch.
const DIRECTORIES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
];

/// The number of libraries to compare; more would take several seconds.
const MOST: usize = 30;

fn read(path: &Path) -> Option<SharedLibrary> {
    let bytes = fs::read(path).unwrap();
    let mut head = Head::new(bytes.len() as u64);
    for piece in bytes.chunks(100_000) {
        head.feed(piece);
    }
    SharedLibrary::read(&head)
}

/// The names that nm lists, in our form: `NAME@@VERSION` is the default version, `@@Base` none. nm omits the version of
/// a symbol with the same name.
fn names_of_nm(path: &Path, versions: &BTreeSet<&str>) -> BTreeSet<String> {
    let options = ["--dynamic", "--defined-only", "--with-symbol-versions"];
    let output = Command::new(NM).args(options).arg(path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [_, kind, name] = words[..] else {
            continue;
        };
        // Lower-case letters are local symbols, except these (nm(1)).
        if kind
            .chars()
            .all(|letter| letter.is_lowercase() && !"uvwi".contains(letter))
        {
            continue;
        }
        let (name, version) = name.split_once('@').unwrap_or((name, ""));
        names.insert(match version.trim_start_matches('@') {
            "" if kind == "A" && versions.contains(name) => format!("{name}@{name}"),
            "" | "Base" => name.to_owned(),
            version => format!("{name}@{version}"),
        });
    }
    names
}

fn libraries() -> Vec<PathBuf> {
    let directories = DIRECTORIES
        .iter()
        .filter_map(|path| fs::read_dir(path).ok());
    let files = directories.flatten().map(|file| file.unwrap().path());
    let is_library = |path: &PathBuf| {
        path.is_file() && !path.is_symlink() && path.to_string_lossy().contains(".so")
    };
    let mut files: Vec<_> = files.filter(is_library).collect();
    files.sort();
    files
}

#[test]
fn the_same_symbols_as_nm() {
    if !Path::new(NM).exists() {
        eprintln!("SKIPPED: this machine has no {NM}");
        return;
    }
    let files = libraries();
    let step = files.len().div_ceil(MOST).max(1);
    let always = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        ["libc.so.6", "libstdc++.so", "libm.so.6"]
            .iter()
            .any(|known| name.starts_with(known))
    };
    let some = files
        .iter()
        .step_by(step)
        .chain(files.iter().filter(always));
    let (mut compared, mut symbols) = (0, 0);
    for path in some {
        let Some(library) = read(path) else {
            continue;
        };
        let ours: BTreeSet<_> = library.exports.iter().cloned().collect();
        assert_eq!(ours.len(), library.exports.len(), "{}", path.display());
        let versions = ours.iter().filter_map(|name| Some(name.split_once('@')?.1));
        let theirs = names_of_nm(path, &versions.collect());
        let difference: Vec<_> = ours.symmetric_difference(&theirs).collect();
        assert_eq!(difference, [""; 0], "{}", path.display());
        compared += 1;
        symbols += ours.len();
    }
    eprintln!("compared {symbols} symbols of {compared} libraries");
}
