//! Archives of tar and the fields of their headers.

use std::io::{self, Cursor};

use tarball::{EntryPath, Reader};
use testkit::tar as archive_of;
use testkit::Item;

use super::{repaired, seeded, target, text, Outcome, Target};

const WORDS: &[&str] = &[
    "ustar\u{0}00",
    "ustar  \u{0}",
    "././@LongLink",
    "././@PaxHeader",
    "./",
    "0000644\0",
    "77777777777\0",
];
const PAX: &[&str] = &[
    "30 mtime=1350244992.023960108\n",
    "12 path=a/b\n",
    "9 size=0\n",
    "GNU.sparse.major=1\n",
    "GNU.sparse.map=0,1,2,3",
    "GNU.sparse.realsize=99999999",
    "GNU.sparse.name=a",
    "SCHILY.xattr.user.a=b",
    "linkpath=",
    "uid=",
    "hdrcharset=BINARY",
    "LIBARCHIVE.xattr.a=YQ==",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        repaired(target("tar_strict", WORDS, |input| {
            entries(Reader::new(input))
        })),
        repaired(seeded(
            "tar_strict",
            target("tar_lenient", WORDS, |input| raws(Reader::lenient(input))),
        )),
        repaired(seeded(
            "tar_strict",
            target("tar_open_ended", WORDS, |input| {
                raws(Reader::new(input).open_ended())
            }),
        )),
        repaired(seeded("tar_strict", target("tar_seeking", WORDS, seeking))),
        target("tar_pax", PAX, pax),
        target("tar_sparse", &["\n", "0\n", "512\n", "1\n"], sparse),
        target("tar_number", &["\u{80}", "0000644\0", " 7 "], number),
        target("tar_name", &["./", "../", "//", "usr/", "\0"], name),
        target(
            "tar_listing",
            &[
                "./a",
                " type=dir",
                " mode=0755",
                " uid=0",
                " gid=0",
                " sha256digest=",
                " link=",
                "\\040",
                "\\134",
            ],
            listing,
        ),
    ]
}

/// Where a header has the letter of its type.
const LETTER: usize = 156;

fn entries<R: io::Read>(mut reader: Reader<R>) -> Outcome {
    while let Ok(Some(entry)) = reader.next_entry() {
        if io::copy(&mut reader, &mut io::sink()).is_ok_and(|read| read != entry.size()) {
            return Err(format!(
                "`{}` does not have the {} bytes of its header",
                entry.path,
                entry.size()
            ));
        }
    }
    Ok(())
}

fn raws<R: io::Read>(mut reader: Reader<R>) -> Outcome {
    while let Ok(Some(raw)) = reader.next_raw() {
        let _ = raw.entry();
        if io::copy(&mut reader, &mut io::sink()).is_err() {
            break;
        }
    }
    let _ = reader.ending();
    Ok(())
}

fn seeking(input: &[u8]) -> Outcome {
    let mut reader = Reader::lenient(Cursor::new(input));
    while let Ok(Some(_)) = reader.next_raw() {
        let _ = reader.position();
        if reader.seek_rest().is_err() {
            break;
        }
    }
    Ok(())
}

/// The input as the content of an entry before a file, of this letter.
fn before(letter: u8, input: &[u8]) -> Vec<u8> {
    let mut archive = archive_of(&[Item::file("x", input), Item::file("a", "content")]);
    archive[LETTER] = letter;
    super::repair::tar(&mut archive);
    archive
}

fn pax(input: &[u8]) -> Outcome {
    for letter in [b'x', b'g', b'L', b'K'] {
        let archive = before(letter, input);
        entries(Reader::new(archive.as_slice()))?;
        raws(Reader::lenient(archive.as_slice()))?;
    }
    Ok(())
}

/// The input as map and data of a sparse file, format 1.0 (GNU tar's manual, "Storing Sparse Files").
fn sparse(input: &[u8]) -> Outcome {
    let mut content = input.to_vec();
    content.resize(content.len().next_multiple_of(512).max(512), 0);
    let file = Item::file("a", content)
        .record("GNU.sparse.major", "1")
        .record("GNU.sparse.minor", "0");
    let file = file
        .record("GNU.sparse.name", "b")
        .record("GNU.sparse.realsize", "4096");
    raws(Reader::lenient(archive_of(&[file]).as_slice()))?;
    let map = Item::file("a", "0123456789")
        .record("GNU.sparse.map", input)
        .record("GNU.sparse.realsize", "4096");
    raws(Reader::lenient(archive_of(&[map]).as_slice()))
}

/// The input in each field of numbers.
fn number(input: &[u8]) -> Outcome {
    for (at, width) in [
        (100, 8),
        (108, 8),
        (116, 8),
        (124, 12),
        (136, 12),
        (329, 8),
        (337, 8),
    ] {
        let mut archive = archive_of(&[Item::file("a", "content")]);
        let width = width.min(input.len());
        archive[at..at + width].copy_from_slice(&input[..width]);
        super::repair::tar(&mut archive);
        entries(Reader::new(archive.as_slice()))?;
        raws(Reader::lenient(archive.as_slice()))?;
    }
    Ok(())
}

fn name(input: &[u8]) -> Outcome {
    let _ = tarball::escape_name(input);
    let Ok(path) = EntryPath::parse(input) else {
        return Ok(());
    };
    let _ = (path.parent(), path.to_string(), path.components().count());
    if path.is_root() || EntryPath::parse(path.as_bytes()).as_ref() == Ok(&path) {
        Ok(())
    } else {
        Err(format!("`{path}` is another path when read again"))
    }
}

fn listing(input: &[u8]) -> Outcome {
    for listed in tarball::read_listing(&text(input)) {
        let _ = listed;
    }
    Ok(())
}
