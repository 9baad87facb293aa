//! Random but reproducible trees: GNU tar, Python's tarfile and umoci must read our archives as the original trees.
//!
//! Their output is compared with the generated entries; our reader is not used.

#![allow(clippy::print_stderr, clippy::unwrap_used)]

#[path = "agreement/trees.rs"]
mod trees;
#[path = "agreement/unpacked.rs"]
mod unpacked;

use std::path::Path;
use std::process::Command;

use blob::Digest;
use tarball::{Kind, Writer};
use testkit::Workspace;

use trees::{tree, Made};

/// How many trees there are.
const TREES: u64 = 200;

/// The archive of a tree.
pub(crate) fn archive(tree: &[Made]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    for Made { entry, content, .. } in tree {
        writer.append(entry, &mut content.as_slice()).unwrap();
    }
    writer.finish().unwrap().inner
}

/// Whether there is such a program; where not, the test says so.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("SKIPPED: there is no {program}");
    }
    there
}

/// The standard output of a program.
pub(crate) fn output_of(program: &str, arguments: &[&str], directory: &Path) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {complaint}");
    output.stdout
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One line a member; names as hexadecimal digits. `other` is what a tree of ours never has: attributes, holes, devices.
const DESCRIBE: &str = r#"
import hashlib, sys, tarfile
KINDS = {tarfile.REGTYPE: "file", tarfile.DIRTYPE: "directory", tarfile.SYMTYPE: "link", tarfile.LNKTYPE: "twin"}
KNOWN = {"path", "linkpath", "uid", "gid", "mtime", "size", "hdrcharset"}
def raw(text): return text.encode("utf-8", "surrogateescape").hex()
def whole(time): return int(time) if time == int(time) else time
for path in sys.argv[1:]:
    print(path)
    with tarfile.open(path, encoding="utf-8", errors="surrogateescape") as archive:
        for one in archive:
            content = archive.extractfile(one).read() if one.isreg() else b""
            other = " ".join(sorted(set(one.pax_headers) - KNOWN)) + (one.uname or "") + (one.gname or "")
            print(KINDS[one.type], "%04o" % one.mode, one.uid, one.gid, whole(one.mtime), raw(one.name), raw(one.linkname) or "-",
                  "sha256:" + hashlib.sha256(content).hexdigest(), other or "-")
"#;

#[test]
fn pythons_tarfile_reads_the_same_trees() {
    if !is_there("python3") {
        return;
    }
    let directory = Workspace::new();
    let names: Vec<String> = (0..TREES).map(|number| format!("{number}.tar")).collect();
    let mut expected = String::new();
    for (number, name) in (0..TREES).zip(&names) {
        let tree = tree(number);
        directory.write(name, archive(&tree));
        expected += &format!("{name}\n");
        tree.iter()
            .for_each(|made| expected += &as_python_says(made));
    }
    let words: Vec<&str> = ["-c", DESCRIBE]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    let found = String::from_utf8(output_of("python3", &words, &directory.path(""))).unwrap();
    let differ = found
        .lines()
        .zip(expected.lines())
        .find(|(found, expected)| found != expected);
    assert_eq!(differ, None);
    assert_eq!(found.len(), expected.len());
}

fn as_python_says(made: &Made) -> String {
    let (facts, entry) = (&made.facts, &made.entry);
    let (kind, link) = match &entry.kind {
        Kind::File { .. } => ("file", String::new()),
        Kind::Directory => ("directory", String::new()),
        Kind::Symlink { target } => ("link", hex(target)),
        Kind::Hardlink { target } => ("twin", hex(target.as_bytes())),
    };
    let link = if link.is_empty() { "-" } else { &link };
    let (name, digest) = (hex(entry.path.as_bytes()), Digest::of(&made.content));
    let (mode, uid, gid, mtime) = (facts.mode, facts.uid, facts.gid, facts.mtime);
    format!("{kind} {mode:04o} {uid} {gid} {mtime} {name} {link} {digest} -\n")
}

#[test]
fn gnu_tar_reads_the_same_trees() {
    if !is_there("tar") {
        return;
    }
    let directory = Workspace::new();
    for number in 0..TREES {
        let tree = tree(number);
        directory.write("in.tar", archive(&tree));
        let words = [
            "--list",
            "--verbose",
            "--numeric-owner",
            "--full-time",
            "--quoting-style=escape",
            "--file=in.tar",
        ];
        let found = output_of("tar", &words, &directory.path(""));
        // Columns are as wide as the widest so far.
        let found: Vec<String> = String::from_utf8(found)
            .unwrap()
            .lines()
            .map(columns)
            .collect();
        let expected: Vec<String> = tree.iter().map(as_tar_says).collect();
        assert_eq!(found, expected, "tree {number}");
        let words = ["--extract", "--to-stdout", "--file=in.tar"];
        let contents: Vec<u8> = tree.iter().flat_map(|made| made.content.clone()).collect();
        assert!(
            output_of("tar", &words, &directory.path("")) == contents,
            "contents of tree {number}"
        );
    }
}

/// A line of `tar --list --verbose` with one blank between its first columns.
fn columns(line: &str) -> String {
    let mut rest = line;
    let mut words = Vec::new();
    for _ in 0..5 {
        let (word, after) = rest.split_once(' ').unwrap();
        words.push(word);
        rest = match words.len() {
            // The name may begin with a blank.
            5 => after,
            _ => after.trim_start_matches(' '),
        };
    }
    format!("{} {rest}", words.join(" "))
}

fn as_tar_says(made: &Made) -> String {
    let (facts, entry) = (&made.facts, &made.entry);
    let name = escaped(entry.path.as_bytes());
    let (letter, name) = match &entry.kind {
        Kind::File { .. } => ('-', name),
        Kind::Directory => ('d', name + "/"),
        Kind::Symlink { target } => ('l', format!("{name} -> {}", escaped(target))),
        Kind::Hardlink { target } => {
            let target = escaped(target.as_bytes());
            ('h', format!("{name} link to {target}"))
        }
    };
    let (uid, gid, size) = (facts.uid, facts.gid, made.content.len());
    let time = date(facts.mtime);
    format!(
        "{letter}{} {uid}/{gid} {size} {time} {name}",
        permissions(facts.mode)
    )
}

/// `rwsr-xr-t`, as ls(1) has it.
fn permissions(mode: u32) -> String {
    let mut text = String::new();
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 > 0 { 'r' } else { '-' });
        text.push(if bits & 2 > 0 { 'w' } else { '-' });
        text.push(match (bits & 1 > 0, mode & special > 0) {
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
            (true, false) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// As GNU tar's quoting style `escape` in the locale C.
fn escaped(name: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'\x07' => "\\a".to_owned(),
        b'\x08' => "\\b".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\x0b' => "\\v".to_owned(),
        b'\x0c' => "\\f".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b' '..=b'~' => char::from(*byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    name.iter().map(one).collect()
}

/// A time as `YYYY-MM-DD HH:MM:SS`, by days since 1970 in the calendar of Gregory.
fn date(seconds: u64) -> String {
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!(
        "{year:04}-{month:02}-{:02} {hour:02}:{minute:02}:{second:02}",
        days + 1
    )
}
