//! The lenient reader on archives of other tools that the strict reader refuses.

#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Read};

use tarball::{RawEntry, Reader};
use testkit::{tar, Choppy, Item, Noise};

/// One line for each entry: type flag, name, target, other values, content.
fn dump(archive: impl Read) -> Result<String, String> {
    let mut reader = Reader::lenient(archive);
    let mut text = String::new();
    while let Some(entry) = reader.next_raw().map_err(|error| error.to_string())? {
        let mut content = String::new();
        reader
            .read_to_string(&mut content)
            .map_err(|error| error.to_string())?;
        let RawEntry {
            mode,
            uid,
            gid,
            mtime,
            size,
            device,
            ..
        } = entry;
        let (letter, name) = (char::from(entry.letter), entry.name.escape_ascii());
        let link = entry.link.escape_ascii();
        text += &format!(
            "{letter} {name} [{link}] {mode:04o} {uid}:{gid} {mtime} {size} {device:?} {content}"
        );
        for (key, value) in entry.attributes {
            text += &format!(" {key}={}", value.escape_ascii());
        }
        text += "\n";
    }
    Ok(text)
}

#[test]
fn entries_are_unchanged() {
    let archive = tar(&[
        Item::new(b'g', "global").record("comment", "x"),
        Item::file("/etc/passwd", "x"),
        Item::file("../up", "y"),
        Item::new(0, "old/"),
        Item::new(b'7', "contiguous"),
        Item::directory("with content").claiming(512),
        Item::hardlink("h", "/etc/passwd").claiming(1),
        Item::new(b'3', "null"),
        Item::new(b'6', "pipe"),
        Item::file("a", "z")
            .record("mtime", "-5.5")
            .record("path", "")
            .record("SCHILY.xattr.user.a", "b=c"),
    ]);
    let expected = "\
0 /etc/passwd [] 0644 0:0 1000000000 1 (0, 0) x
0 ../up [] 0644 0:0 1000000000 1 (0, 0) y
5 old/ [] 0644 0:0 1000000000 0 (0, 0) 
0 contiguous [] 0644 0:0 1000000000 0 (0, 0) 
5 with content [] 0755 0:0 1000000000 0 (0, 0) 
1 h [/etc/passwd] 0644 0:0 1000000000 0 (0, 0) 
3 null [] 0644 0:0 1000000000 0 (0, 0) 
6 pipe [] 0644 0:0 1000000000 0 (0, 0) 
0 a [] 0644 0:0 0 1 (0, 0) z user.a=b=c
";
    assert_eq!(dump(archive.as_slice()).unwrap(), expected);
    assert_eq!(dump(Choppy::new(archive.as_slice())).unwrap(), expected);
}

/// A name in GNU's form goes before one in that of POSIX, as Go's `archive/tar` has it: engines unpack what it reads.
#[test]
fn the_long_name_of_gnu_wins_as_in_engines() {
    let long = |letter, text: &str| [header(b"././@LongLink", letter, text.len()), padded(text)];
    let record = "17 path=standard\n23 linkpath=std-target\n";
    let archive = [
        long(b'x', record),
        long(b'L', "gnu\0"),
        long(b'K', "gnu-target\0"),
    ];
    let link = header(b"short", b'2', 0);
    let archive = [archive.concat().concat(), link, vec![0; 1024]].concat();
    assert!(dump(archive.as_slice())
        .unwrap()
        .starts_with("2 gnu [gnu-target] "));
    let refused = Reader::new(archive.as_slice()).next_entry().unwrap_err();
    assert_eq!(
        refused.to_string(),
        "cannot read entry `gnu`: it has a long name in GNU's form and in that of POSIX"
    );
}

fn header(name: &[u8], letter: u8, size: usize) -> Vec<u8> {
    let mut header = tar_header(name, letter, size);
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn tar_header(name: &[u8], letter: u8, size: usize) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name);
    for (at, text) in [
        (100, "0000644\0".to_owned()),
        (108, "0000000\0".to_owned()),
        (116, "0000000\0".to_owned()),
        (124, format!("{size:011o}\0")),
        (136, "00000000000\0".to_owned()),
        (148, " ".repeat(8)),
        (257, "ustar\x0000".to_owned()),
    ] {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    }
    header[156] = letter;
    header
}

fn padded(text: &str) -> Vec<u8> {
    let mut block = text.as_bytes().to_vec();
    block.resize(text.len().next_multiple_of(512), 0);
    block
}

#[test]
fn an_archive_may_end_in_many_ways() {
    let archive = tar(&[Item::file("x", "content")]);
    let end = 1024;
    for more in [
        vec![],
        vec![0; 512],
        vec![0; 1024],
        [vec![0; 1024], b"garbage".to_vec()].concat(),
    ] {
        let bytes = [&archive[..end], &more].concat();
        assert!(dump(bytes.as_slice()).unwrap().contains("content"));
    }
    assert_eq!(dump([].as_slice()).unwrap(), "");
    let lone = [&archive[..end], &[0; 512], &archive[..end]].concat();
    for (bytes, message) in [
        (
            &archive[..700],
            "cannot read entry `at byte 519`: the archive is truncated",
        ),
        (
            &archive[..300],
            "cannot read entry `at byte 0`: the archive is truncated",
        ),
        (
            &archive[..end + 100],
            "cannot read entry `at byte 1024`: the archive is truncated",
        ),
        (
            &lone,
            "cannot read entry `at byte 1024`: a single zero block precedes it",
        ),
    ] {
        assert_eq!(dump(bytes).unwrap_err(), message);
    }
}

#[test]
fn contents_are_skipped() {
    let archive = tar(&[
        Item::file("a", "x".repeat(1000)),
        Item::file("b", "content"),
    ]);
    let mut reader = Reader::lenient(Cursor::new(&archive));
    reader.next_raw().unwrap();
    assert_eq!(reader.position(), 512);
    reader.read_exact(&mut [0; 10]).unwrap();
    reader.seek_rest().unwrap();
    assert_eq!(reader.position(), 512 + 1024);
    assert_eq!(reader.next_raw().unwrap().unwrap().name, b"b");
    let start = reader.position() as usize;
    assert_eq!(&archive[start..start + 7], b"content");
}

/// The content that GNU tar archived: 30 pieces of 600 bytes, about 64 KiB apart, and a hole at the end.
fn holes() -> Vec<u8> {
    let mut bytes = vec![0; 30 * 65536 + 12345];
    for number in 0..30 {
        let start = number * 65536 + 4096 * (number % 3);
        let piece = format!("{number:02}").repeat(300);
        bytes[start..start + 600].copy_from_slice(piece.as_bytes());
    }
    bytes
}

fn gnu_tars() -> [(&'static str, Vec<u8>); 4] {
    let unpacked = |bytes: &[u8]| {
        let mut archive = Vec::new();
        flate2::read::GzDecoder::new(bytes)
            .read_to_end(&mut archive)
            .unwrap();
        archive
    };
    [
        ("gnu", unpacked(include_bytes!("sparse/gnu.tar.gz"))),
        ("0.0", unpacked(include_bytes!("sparse/0.0.tar.gz"))),
        ("0.1", unpacked(include_bytes!("sparse/0.1.tar.gz"))),
        ("1.0", unpacked(include_bytes!("sparse/1.0.tar.gz"))),
    ]
}

#[test]
fn holes_are_filled() {
    for (form, archive) in gnu_tars() {
        let mut reader = Reader::lenient(Choppy::new(archive.as_slice()));
        let entry = reader.next_raw().unwrap().unwrap();
        assert_eq!(
            (entry.name.as_slice(), entry.letter),
            (&b"holes"[..], b'0'),
            "{form}"
        );
        let mut content = Vec::new();
        reader.read_to_end(&mut content).unwrap();
        assert_eq!(entry.size, content.len() as u64, "{form}");
        assert!(content == holes(), "{form}");
        assert_eq!(reader.next_raw().unwrap(), None);
        // The next call skips unread content. The strict reader refuses the archive.
        let mut reader = Reader::lenient(Cursor::new(&archive));
        reader.next_raw().unwrap();
        reader.seek_rest().unwrap();
        assert_eq!(reader.next_raw().unwrap(), None, "{form}");
        let error = Reader::new(archive.as_slice()).next_entry().unwrap_err();
        assert!(error.to_string().ends_with("it is a sparse file"), "{form}");
    }
}

#[test]
fn damaged_input_never_panics() {
    let mut noise = Noise::new(3);
    for (_, archive) in gnu_tars() {
        for _ in 0..300 {
            let mut bytes = archive.clone();
            for _ in 0..=noise.below(4) {
                let at = noise.below(4096);
                bytes[at] = noise.next_number() as u8;
            }
            for header in (0..4096).step_by(512) {
                bytes[header + 148..header + 156].copy_from_slice(b"        ");
                let sum: u32 = bytes[header..header + 512]
                    .iter()
                    .map(|byte| u32::from(*byte))
                    .sum();
                let sum = format!("{sum:06o}\0 ");
                bytes[header + 148..header + 156].copy_from_slice(sum.as_bytes());
            }
            let mut reader = Reader::lenient(bytes.as_slice());
            while let Ok(Some(_)) = reader.next_raw() {
                if std::io::copy(&mut (&mut reader).take(1 << 22), &mut std::io::sink()).is_err() {
                    break;
                }
            }
        }
    }
}
