//! The one form of written archives.

#![allow(clippy::unwrap_used)]

use std::io::Read;

use blob::Digest;
use tarball::{Entry, EntryPath, Kind, Reader, Writer};
use testkit::tar_of;

fn path(name: &str) -> EntryPath {
    EntryPath::parse(name.as_bytes()).unwrap()
}

fn entry(name: &str, kind: Kind) -> Entry {
    Entry {
        path: path(name),
        kind,
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: 7,
    }
}

fn directory(name: &str) -> Entry {
    Entry {
        mode: 0o755,
        ..entry(name, Kind::Directory)
    }
}

fn symlink(name: &str, target: &str) -> Entry {
    let target = target.as_bytes().to_vec();
    entry(name, Kind::Symlink { target })
}

fn hardlink(name: &str, target: &str) -> Entry {
    let target = path(target);
    entry(name, Kind::Hardlink { target })
}

fn file(name: &str) -> Entry {
    entry(name, Kind::File { size: 4 })
}

/// An archive of these entries and its content list; all files have the same four bytes.
fn write(entries: &[Entry]) -> Result<(Vec<u8>, String), String> {
    let mut writer = Writer::new(Vec::new());
    for entry in entries {
        let mut content: &[u8] = match entry.kind {
            Kind::File { .. } => b"text",
            _ => b"",
        };
        let appended = writer.append(entry, &mut content);
        appended.map_err(|error| error.to_string())?;
    }
    let finished = writer.finish().unwrap();
    Ok((finished.inner, finished.mtree))
}

const TEXT: &str =
    "size=4 sha256digest=982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1 sha1digest=372ea08cab33e71c02c651dbc83a474d32c676ea";

#[test]
fn parents_come_first_and_once() {
    let (bytes, mtree) = write(&[
        directory("."),
        file("usr/bin/x"),
        directory("usr"),
        directory("etc"),
        directory("etc"),
        symlink("usr/bin/l", "../x y"),
        Entry {
            mode: 0o4755,
            uid: 1,
            gid: 2,
            mtime: 9,
            ..file("usr/b#\\\n ő")
        },
        hardlink("etc/h", "usr/b#\\\n ő"),
        hardlink("etc/h2", "etc/h"),
    ])
    .unwrap();
    assert_eq!(
        tar_of(&bytes),
        "\
./ 5 0755 0:0 7 0
usr/ 5 0755 0:0 7 0
usr/bin/ 5 0755 0:0 7 0
usr/bin/x 0 0644 0:0 7 4
etc/ 5 0755 0:0 7 0
usr/bin/l 2 0644 0:0 7 0 -> ../x y
usr/b#\\\\\\n \\xc5\\x91 0 4755 1:2 9 4
etc/h 1 4755 1:2 9 0 -> usr/b#\\\\\\n \\xc5\\x91
etc/h2 1 4755 1:2 9 0 -> etc/h
"
    );
    assert_eq!(
        mtree,
        format!(
            r"\
. type=dir mode=0755 uid=0 gid=0 time=7.0
./usr type=dir mode=0755 uid=0 gid=0 time=7.0
./usr/bin type=dir mode=0755 uid=0 gid=0 time=7.0
./usr/bin/x type=file mode=0644 uid=0 gid=0 time=7.0 {TEXT}
./etc type=dir mode=0755 uid=0 gid=0 time=7.0
./usr/bin/l type=link mode=0644 uid=0 gid=0 time=7.0 link=../x\040y
./usr/b\043\134\012\040\305\221 type=file mode=4755 uid=1 gid=2 time=9.0 {TEXT}
./etc/h type=file mode=4755 uid=1 gid=2 time=9.0 {TEXT} hardlink=./usr/b\043\134\012\040\305\221
./etc/h2 type=file mode=4755 uid=1 gid=2 time=9.0 {TEXT} hardlink=./etc/h
"
        )
        .trim_start_matches("\\\n")
    );
}

#[test]
fn the_rules_of_a_layer() {
    let other = Entry {
        mtime: 8,
        ..directory("d")
    };
    for (entries, message) in [
        (vec![file("a"), file("a")], "`a`: it is there already"),
        (
            vec![symlink("a", "b"), symlink("a", "b")],
            "`a`: it is there already",
        ),
        (
            vec![file("a"), directory("a")],
            "`a`: it occurs twice: as a file and as a directory",
        ),
        (
            vec![directory("a"), symlink("a", "b")],
            "`a`: it occurs twice: as a directory and as a symbolic link",
        ),
        (
            vec![directory("d"), other.clone()],
            "`d`: the directory occurs twice: as 0755 0:0 of time 7 and as 0755 0:0 of time 8",
        ),
        (
            vec![file("d/f"), other],
            "`d`: the directory comes after its content",
        ),
        (
            vec![file("a"), file("a/b")],
            "`a/b`: its parent `a` is a file",
        ),
        (
            vec![symlink("a", "/etc"), file("a/b/c")],
            "`a/b/c`: its parent `a` is a symbolic link",
        ),
        (
            vec![hardlink("a", "b")],
            "`a`: it is a hard link to `b`, which does not exist",
        ),
        (
            vec![directory("d"), hardlink("a", "d")],
            "`a`: it is a hard link to `d`, which is a directory",
        ),
        (
            vec![hardlink("a", "a")],
            "`a`: it is a hard link to `a`, which does not exist",
        ),
        (vec![file(".")], "`.`: the root cannot be a file"),
        (vec![symlink("a", "")], "`a`: its target is empty"),
        (
            vec![symlink("a", &"t".repeat(4097))],
            "`a`: its target is too long",
        ),
        (
            vec![symlink("a", "b\0c")],
            "`a`: its target contains a NUL byte",
        ),
    ] {
        assert_eq!(
            write(&entries).unwrap_err(),
            format!("cannot add entry {message}")
        );
    }
}

#[test]
fn contents_have_the_size_that_was_stated() {
    for (content, message) in [
        (
            "tex",
            "cannot read entry `a`: it has fewer than the 4 bytes stated",
        ),
        (
            "texts",
            "cannot read entry `a`: it has more than the 4 bytes stated",
        ),
    ] {
        let mut writer = Writer::new(Vec::new());
        let error = writer.append(&file("a"), &mut content.as_bytes());
        assert_eq!(error.unwrap_err().to_string(), message);
    }
}

/// Values that just fit into ustar, and values that do not.
fn large() -> Vec<Entry> {
    let name = |length: usize| "n".repeat(length);
    let split = |prefix: usize, length: usize| {
        let part = format!("{}/", name(50)).repeat(4);
        format!("{}{}/{}", &part[..prefix - 4], name(4), name(length))
    };
    vec![
        file(&name(100)),
        file(&name(101)),
        file(&split(155, 100)),
        file(&split(156, 100)),
        directory(&split(154, 99)),
        directory(&split(154, 100)),
        symlink("l100", &name(100)),
        symlink("l101", &name(101)),
        file(&format!("{}ő", name(150))),
        Entry {
            uid: 2_097_151,
            gid: 2_097_152,
            mtime: 0o100_000_000_000,
            ..file("numbers")
        },
    ]
}

#[test]
fn values_beyond_ustar_are_read_back() {
    let entries = large();
    let (bytes, _) = write(&entries).unwrap();
    let mut reader = Reader::new(bytes.as_slice());
    let mut found = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        let mut content = String::new();
        reader.read_to_string(&mut content).unwrap();
        found.push(entry);
    }
    found.retain(|entry| entries.contains(entry));
    assert_eq!(found, entries);
    let records = bytes
        .chunks(512)
        .filter(|block| block[156] == b'x' && block[257..].starts_with(b"ustar"));
    assert_eq!(records.count(), 6, "only where they are needed");
}

#[test]
fn names_that_are_not_utf_8_are_read_back() {
    let entry = Entry {
        path: EntryPath::parse(&[b"\xff".as_slice(), &b"n".repeat(150)].concat()).unwrap(),
        ..file("x")
    };
    let (bytes, _) = write(std::slice::from_ref(&entry)).unwrap();
    let mut reader = Reader::new(bytes.as_slice());
    assert_eq!(reader.next_entry().unwrap(), Some(entry));
}

/// Digests depend on this form: docs/decisions/0002-tar-format.md says when it may change.
#[test]
fn golden() {
    let mut entries = vec![
        directory("."),
        file("usr/bin/x"),
        symlink("usr/bin/l", "x"),
        hardlink("usr/h", "usr/bin/x"),
    ];
    entries.extend(large());
    let (bytes, _) = write(&entries).unwrap();
    assert_eq!(
        Digest::of(&bytes).to_string(),
        "sha256:2ff251692def5a36f3a706fae59f9116412403a2153923f785e302de5f3c920f"
    );
}
