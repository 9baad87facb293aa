//! Round trips: other tools read our archives as the same tree, and our reader reads their archives.

#![allow(clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use tarball::{Entry, EntryPath, Kind, Reader, Writer};

fn entry(path: impl AsRef<[u8]>, kind: Kind) -> Entry {
    Entry {
        path: EntryPath::parse(path.as_ref()).unwrap(),
        kind,
        mode: 0o755,
        uid: 0,
        gid: 0,
        mtime: 1_000_000_000,
    }
}

/// An archive with values that just fit into a header, and values that do not.
fn archive() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    let content = |size: usize| vec![b'c'; size];
    let file = |path: &[u8], size: u64| entry(path, Kind::File { size });
    let long = |length: usize| [b"d/", "n".repeat(length).as_bytes()].concat();
    let deep = ["d", &"p".repeat(150), &"q".repeat(150), "f"].join("/");
    let mut entries = vec![
        entry("d", Kind::Directory),
        Entry {
            mode: 0o1777,
            uid: 65532,
            gid: 50,
            ..entry("d/tmp", Kind::Directory)
        },
        file(b"d/empty", 0),
        file(b"d/one", 1),
        file(b"d/block", 512),
        file(b"d/more", 1025),
        file(&long(97), 3),
        file(&long(98), 3),
        file(&long(99), 3),
        file(&long(255), 3),
        file(deep.as_bytes(), 7),
        file("d/Főtanúsítvány és\nmás".as_bytes(), 2),
        file(b"d/not \xff text", 2),
        Entry {
            mode: 0o4755,
            uid: 3_000_000,
            gid: 2_097_152,
            mtime: 1 << 33,
            ..file(b"d/large", 4)
        },
    ];
    for (name, target) in [
        ("d/short", "one".to_owned()),
        ("d/to", "t/".repeat(150) + "x"),
    ] {
        let target = target.into_bytes();
        entries.push(Entry {
            mode: 0o777,
            ..entry(name, Kind::Symlink { target })
        });
    }
    for (name, target) in [("d/twin", b"d/one".to_vec()), ("d/zz", deep.into_bytes())] {
        let target = EntryPath::parse(&target).unwrap();
        entries.push(entry(name, Kind::Hardlink { target }));
    }
    for entry in entries {
        let bytes = content(entry.size() as usize);
        writer.append(&entry, &mut bytes.as_slice()).unwrap();
    }
    writer.finish().unwrap().inner
}

/// One line for each entry, sorted.
fn tree(bytes: &[u8], owners: bool) -> Vec<String> {
    let mut reader = Reader::lenient(bytes);
    let mut lines = Vec::new();
    while let Some(raw) = reader.next_raw().unwrap() {
        let entry = raw.entry().unwrap();
        if entry.path.is_root() {
            continue;
        }
        let mut content = Vec::new();
        reader.read_to_end(&mut content).unwrap();
        let what = match &entry.kind {
            Kind::File { .. } => format!("file {}", content.escape_ascii()),
            Kind::Directory => "directory".to_owned(),
            Kind::Symlink { target } => format!("link {}", target.escape_ascii()),
            Kind::Hardlink { target } => format!("twin {target}"),
        };
        let facts = if owners {
            format!("{:04o} {}:{}", entry.mode, entry.uid, entry.gid)
        } else {
            String::new()
        };
        let name = entry.path.as_bytes().escape_ascii();
        lines.push(format!("{name} {what} {facts} {}", entry.mtime));
    }
    lines.sort();
    lines
}

/// Whether a program is installed; if not, prints that the test is skipped.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("SKIPPED: there is no {program}");
    }
    there
}

fn run(program: &str, arguments: &[&str], directory: &Path) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {message}");
}

const COPY: &str = r#"
import sys, tarfile
form = getattr(tarfile, sys.argv[1])
how = dict(encoding="utf-8", errors="surrogateescape")
with tarfile.open("in.tar", **how) as read, tarfile.open("out.tar", "w", format=form, **how) as write:
    for member in read:
        write.addfile(member, read.extractfile(member) if member.isreg() else None)
"#;

#[test]
fn pythons_tarfile() {
    if !is_there("python3") {
        return;
    }
    let directory = testkit::Workspace::new();
    let ours = archive();
    directory.write("in.tar", &ours);
    for form in ["PAX_FORMAT", "GNU_FORMAT"] {
        run("python3", &["-c", COPY, form], &directory.path(""));
        assert_eq!(
            tree(&directory.read("out.tar"), true),
            tree(&ours, true),
            "{form}"
        );
    }
}

#[test]
fn gnu_tar() {
    if !is_there("tar") {
        return;
    }
    let directory = testkit::Workspace::new();
    let ours = archive();
    directory.write("in.tar", &ours);
    fs::create_dir(directory.path("root")).unwrap();
    // Only root can set owners and set-ID bits, and only if the user namespace has other users: Bazel's sandbox has
    // one.
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let others = map.split_whitespace().nth(2) != Some("1");
    let root = others && fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0);
    let mut words = vec!["-xpf", "in.tar", "--numeric-owner", "-C", "root"];
    if !root {
        words.push("--no-same-owner");
    }
    run("tar", &words, &directory.path(""));
    for form in ["--format=gnu", "--format=posix"] {
        let words = [
            "-cf",
            "out.tar",
            "--sort=name",
            "--numeric-owner",
            form,
            "-C",
            "root",
            ".",
        ];
        run("tar", &words, &directory.path(""));
        assert_eq!(
            tree(&directory.read("out.tar"), root),
            tree(&ours, root),
            "{form}"
        );
    }
}
