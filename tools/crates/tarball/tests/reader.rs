//! The reader on archives of other tools, including hostile ones.

#![allow(clippy::unwrap_used)]

use std::io::Read;

use tarball::{Kind, Reader};
use testkit::{tar, Choppy, Failing, Item, Noise};

/// One line for each entry: path, type, other values, content.
fn dump(archive: impl Read) -> Result<String, String> {
    let mut reader = Reader::new(archive);
    let mut text = String::new();
    while let Some(entry) = reader.next_entry().map_err(|error| error.to_string())? {
        let mut content = Vec::new();
        let read = reader.read_to_end(&mut content);
        read.map_err(|error| format!("{}: {error}", entry.path))?;
        let kind = match &entry.kind {
            Kind::File { size } => format!("file {size} {}", content.escape_ascii()),
            Kind::Directory => "dir".to_owned(),
            Kind::Symlink { target } => format!("symlink {}", target.escape_ascii()),
            Kind::Hardlink { target } => format!("hardlink {target}"),
        };
        let (path, mode, uid, gid) = (&entry.path, entry.mode, entry.uid, entry.gid);
        text += &format!("{path} {mode:04o} {uid}:{gid} {} {kind}\n", entry.mtime);
    }
    Ok(text)
}

#[test]
fn entries_of_every_kind() {
    let long = format!("{}file", "folder/".repeat(30));
    let archive = tar(&[
        Item::directory("./"),
        Item::directory("./usr/").mtime(5),
        Item::file("./usr/a b", "content").mode(0o4755).owner(1, 2),
        Item::file("./usr/empty", ""),
        Item::symlink("./usr/link", "/etc/../x"),
        Item::hardlink("./usr/hard", "./usr/a b"),
        Item::file("./usr/Főtanúsítvány", "x".repeat(513)).owner(3_000_000, 0),
        Item::file(&long, "long name"),
        Item::symlink("./longlink", "x/".repeat(100)),
        Item::new(0, "./old/").mode(0o755),
        Item::new(b'7', "./contiguous"),
        Item::file("./short", "paxed")
            .record("path", "usr/pax")
            .record("mtime", "7.25"),
        Item::file("./numbers", "")
            .record("uid", "5")
            .record("gid", "6")
            .record("comment", "x"),
    ]);
    let expected = format!(
        "\
. 0755 0:0 1000000000 dir
usr 0755 0:0 5 dir
usr/a b 4755 1:2 1000000000 file 7 content
usr/empty 0644 0:0 1000000000 file 0 
usr/link 0777 0:0 1000000000 symlink /etc/../x
usr/hard 0644 0:0 1000000000 hardlink usr/a b
usr/Főtanúsítvány 0644 3000000:0 1000000000 file 513 {}
{long} 0644 0:0 1000000000 file 9 long name
longlink 0777 0:0 1000000000 symlink {}
old 0755 0:0 1000000000 dir
contiguous 0644 0:0 1000000000 file 0 
usr/pax 0644 0:0 7 file 5 paxed
numbers 0644 5:6 1000000000 file 0 
",
        "x".repeat(513),
        "x/".repeat(100),
    );
    assert_eq!(dump(archive.as_slice()).unwrap(), expected);
    assert_eq!(dump(Choppy::new(archive.as_slice())).unwrap(), expected);
}

#[test]
fn a_posix_prefix_is_part_of_the_name() {
    let mut archive = tar(&[Item::file("name", "")]);
    archive[257..265].copy_from_slice(b"ustar\x0000");
    archive[345..351].copy_from_slice(b"prefix");
    reseal(&mut archive);
    assert!(dump(archive.as_slice())
        .unwrap()
        .starts_with("prefix/name "));
}

#[test]
fn unread_content_is_skipped() {
    let archive = tar(&[Item::file("a", "x".repeat(100_000)), Item::file("b", "y")]);
    let mut reader = Reader::new(archive.as_slice());
    reader.next_entry().unwrap();
    reader.read_exact(&mut [0; 10]).unwrap();
    let entry = reader.next_entry().unwrap().unwrap();
    assert_eq!(entry.path.as_bytes(), b"b");
    assert_eq!(reader.next_entry().unwrap(), None);
    assert_eq!(reader.next_entry().unwrap(), None);
}

#[test]
fn hostile_entries() {
    let long_part = "x".repeat(300);
    let long = format!("{}x", "x/".repeat(2100));
    for (item, message) in [
        (
            Item::file("/etc/passwd", ""),
            "`/etc/passwd`: its name is absolute",
        ),
        (Item::file("../x", ""), "`../x`: its name contains `..`"),
        (
            Item::file("a/../../x", ""),
            "`a/../../x`: its name contains `..`",
        ),
        (Item::file("", ""), "``: its name is empty"),
        (
            Item::file(&long_part, ""),
            "its name contains a part of more than 255 bytes",
        ),
        (Item::file(&long, ""), "its name is longer than 4096 bytes"),
        (
            Item::file("x", "").record("path", "a\0b"),
            "`a\\u{0}b`: its name contains a NUL byte",
        ),
        (
            Item::hardlink("x", "/etc/passwd"),
            "`x`: its target's name is absolute",
        ),
        (
            Item::hardlink("x", "../y"),
            "`x`: its target's name contains `..`",
        ),
        (Item::symlink("x", ""), "`x`: its target is empty"),
        (Item::symlink("x", &long), "`x`: its target is too long"),
        (
            Item::symlink("x/", "y"),
            "`x/`: it is a symbolic link whose name ends with a slash",
        ),
        (
            Item::file("x/", ""),
            "`x/`: it is a file whose name ends with a slash",
        ),
        (
            Item::new(b'3', "dev/null"),
            "`dev/null`: it is a character device",
        ),
        (
            Item::new(b'4', "dev/sda"),
            "`dev/sda`: it is a block device",
        ),
        (Item::new(b'6', "pipe"), "`pipe`: it is a named pipe"),
        (Item::new(b'S', "x"), "`x`: it is a sparse file"),
        (
            Item::new(b'V', "x"),
            "`x`: tar entries of type `V` are not supported",
        ),
        (
            Item::new(b'g', "x"),
            "`x`: tar entries of type `g` are not supported",
        ),
        (
            Item::new(1, "x"),
            "`x`: tar entries of type `\\u{1}` are not supported",
        ),
        (
            Item::directory("x").claiming(5),
            "`x`: it is a directory with content",
        ),
        (
            Item::symlink("x", "y").claiming(5),
            "`x`: it is a symbolic link with content",
        ),
        (
            Item::file("x", "").claiming(1 << 60),
            "`x`: its size of 1152921504606846976 bytes is absurd",
        ),
        (
            Item::new(b'L', "x").claiming(1 << 30),
            "`at byte 0`: its extension has 1073741824 bytes",
        ),
        (
            Item::new(b'x', "x").claiming(1 << 63),
            "`at byte 0`: its extension has 9223372036854775808 bytes",
        ),
        (
            Item::file("x", "").record("size", "-5"),
            "`at byte 0`: its PAX record `size` is `-5`",
        ),
        (
            Item::file("x", "").record("GNU.sparse.major", "1"),
            "`at byte 0`: it is a sparse file",
        ),
    ] {
        let error = dump(tar(&[item]).as_slice()).unwrap_err();
        assert!(error.starts_with("cannot read entry `"), "{error}");
        assert!(error.ends_with(message), "{error}\n{message}");
    }
}

#[test]
fn damaged_archives() {
    let good = tar(&[Item::file("x", "content"), Item::file("y", "")]);
    let changed = |change: fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        dump(bytes.as_slice()).unwrap_err()
    };
    let extension = tar(&[Item::new(b'L', "x").claiming(0)]);
    for (error, message) in [
        (
            changed(|b| b[0] = b'z'),
            "cannot read entry `at byte 0`: its header checksum is wrong",
        ),
        (
            changed(|b| b[150] = b'9'),
            "cannot read entry `at byte 0`: its header checksum is wrong",
        ),
        (
            changed(|b| b.truncate(1024)),
            "cannot read entry `at byte 1024`: the archive is truncated",
        ),
        (
            changed(|b| b.truncate(1536)),
            "cannot read entry `at byte 1536`: the archive is truncated",
        ),
        (
            changed(|b| b.truncate(2048)),
            "cannot read entry `at byte 1536`: the archive is truncated",
        ),
        (
            changed(|b| b[2050] = 1),
            "cannot read entry `at byte 1536`: a single zero block precedes it",
        ),
        (
            changed(|b| b.push(1)),
            "cannot read entry `at byte 1536`: there is garbage after the end of the archive",
        ),
        (
            changed(|b| b.clear()),
            "cannot read entry `at byte 0`: the archive is truncated",
        ),
        (
            dump(extension.as_slice()).unwrap_err(),
            "cannot read entry `at byte 512`: the archive ends before it",
        ),
        (
            dump(Failing::after(&good[..512])).unwrap_err(),
            "x: Input/output error (os error 5)",
        ),
    ] {
        assert_eq!(error, message);
    }
}

#[test]
fn numbers_in_headers() {
    for (range, field, message) in [
        (
            124..136,
            &b"0000000000x\0"[..],
            "its size is not an octal number",
        ),
        (
            100..108,
            b"888\0\0\0\0\0",
            "its mode is not an octal number",
        ),
        (
            136..148,
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            "its mtime is negative",
        ),
        (
            108..116,
            b"-1\0\0\0\0\0\0",
            "its uid is not an octal number",
        ),
        (116..124, b"zzz\0\0\0\0\0", "its gid is not an octal number"),
    ] {
        let mut archive = tar(&[Item::file("x", "")]);
        archive[range].copy_from_slice(field);
        reseal(&mut archive);
        let error = dump(archive.as_slice()).unwrap_err();
        assert_eq!(error, format!("cannot read entry `x`: {message}"));
    }
}

#[test]
fn every_truncation_is_an_error() {
    let archive = tar(&[
        Item::directory("d"),
        Item::file("d/f", "some content"),
        Item::symlink("l", "x".repeat(150)),
        Item::file("x", "").record("path", "d/pax"),
    ]);
    for end in 0..archive.len() {
        assert!(dump(&archive[..end]).is_err(), "{end}");
    }
    assert!(dump(archive.as_slice()).is_ok());
}

#[test]
fn damaged_input_never_panics() {
    let archive = tar(&[
        Item::file("d/f", "some content"),
        Item::symlink("l", "x".repeat(150)),
        Item::file("x", "").record("path", "d/pax"),
    ]);
    let mut noise = Noise::new(7);
    for _ in 0..20_000 {
        let mut bytes = archive.clone();
        for _ in 0..=noise.below(3) {
            let at = noise.below(bytes.len());
            bytes[at] = noise.next_number() as u8;
        }
        // With a correct checksum, the reader also parses the damaged fields.
        reseal(&mut bytes);
        let _ = dump(bytes.as_slice());
    }
}

/// Corrects the checksum of the first header.
fn reseal(archive: &mut [u8]) {
    archive[148..156].copy_from_slice(b"        ");
    let sum: u32 = archive[..512].iter().map(|byte| u32::from(*byte)).sum();
    archive[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}
