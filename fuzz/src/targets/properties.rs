//! Properties of every input: written data is read back unchanged, and comparisons are total orders.

use std::cmp::Ordering;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{self, AtomicUsize};

use deb::Version;
use tarball::{Compression, Compressor, Entry, EntryPath, Kind, Reader, Writer};

use super::{same, seeded, target, text, Outcome, Target};

/// dpkg(1) is asked about so many pairs only: each costs a process.
const ASKED: usize = 400;

pub(super) fn targets() -> Vec<Target> {
    vec![
        seeded(
            "tar_name",
            target(
                "property_tar_round_trip",
                &["./", "/", "usr/bin/"],
                tar_round_trip,
            ),
        ),
        seeded(
            "tar_name",
            target("property_compressor", &["aaaaaaaa"], compressor),
        ),
        seeded(
            "deb_version",
            target(
                "property_version_order",
                &["~", "+b1", "-1", ":", ".", "0", "a", "\n"],
                order,
            ),
        ),
        seeded(
            "deb_version",
            target(
                "property_version_as_dpkg",
                &["~", "+b1", "-1", "1:", ".", "00", "a", "\n"],
                as_dpkg,
            ),
        ),
    ]
}

/// Entries that the bytes choose: kind, mode, owner, time and size from the first ones of a line, the name from the rest.
fn chosen(input: &[u8]) -> Vec<Entry> {
    let number = |byte: u8| (u64::from(byte)).pow(u32::from(byte) % 4);
    let lines = input.split(|byte| *byte == b'\n');
    let entries = lines.filter_map(|line| {
        let (facts, name) = line.split_at_checked(5)?;
        let path = EntryPath::parse(name).ok().filter(|path| !path.is_root())?;
        let kind = match facts[0] % 4 {
            0 => Kind::File {
                size: u64::from(facts[1]) * 7,
            },
            1 => Kind::Directory,
            2 => Kind::Symlink {
                target: name.repeat(usize::from(facts[1]) % 3 + 1),
            },
            _ => Kind::Hardlink {
                target: EntryPath::parse(&name[..name.len() / 2]).ok()?,
            },
        };
        Some(Entry {
            path,
            kind,
            mode: 0o7777 & (u32::from(facts[2]) << 4),
            uid: number(facts[3]),
            gid: number(facts[4]),
            mtime: number(facts[1]),
        })
    });
    entries.collect()
}

fn tar_round_trip(input: &[u8]) -> Outcome {
    let mut writer = Writer::new(Vec::new());
    let mut written: Vec<Entry> = Vec::new();
    for entry in chosen(input) {
        let mut content = io::repeat(b'x').take(entry.size());
        let is_new = writer.noun(&entry.path).is_none();
        match writer.append(&entry, &mut content) {
            Ok(()) if is_new && !matches!(entry.kind, Kind::Hardlink { .. }) => written.push(entry),
            Ok(()) => {}
            // A file that was refused halfway ends the archive.
            Err(_) => return Ok(()),
        }
    }
    let archive = writer.finish().map_err(|error| error.to_string())?.inner;
    let mut reader = Reader::new(archive.as_slice());
    let mut read = Vec::new();
    while let Some(entry) = reader
        .next_entry()
        .map_err(|error| format!("our reader refuses: {error}"))?
    {
        let mut content = Vec::new();
        reader
            .read_to_end(&mut content)
            .map_err(|error| format!("our reader refuses: {error}"))?;
        same("content", &content, &vec![b'x'; entry.size() as usize])?;
        read.push(entry);
    }
    // The archive also has missing parents and hard links.
    for entry in written {
        if !read.contains(&entry) {
            return Err(format!("lost: {entry:?}"));
        }
    }
    Ok(())
}

fn compressor(input: &[u8]) -> Outcome {
    for form in ["none", "gzip", "zstd"] {
        let form: Compression = form.parse().map_err(|error| format!("{error}"))?;
        let mut writer = Compressor::with_threads(Vec::new(), form, 2);
        for piece in input.chunks(1000) {
            writer.write_all(piece).map_err(|error| error.to_string())?;
        }
        let packed = writer.finish().map_err(|error| error.to_string())?.inner;
        let mut unpacked = Vec::new();
        let size = packed.len() as u64;
        let reader = deb::decompressed(packed.as_slice(), size).map_err(|error| error.to_string());
        // Without compression, the input may look like another form.
        if form != Compression::None {
            reader?
                .read_to_end(&mut unpacked)
                .map_err(|error| error.to_string())?;
            same("content", &unpacked.as_slice(), &input)?;
        }
    }
    Ok(())
}

/// The versions of the first lines; a line is cut where it becomes one.
fn versions(input: &[u8], most: usize) -> Vec<Version> {
    let text = text(input);
    text.split_whitespace()
        .filter_map(|line| line.parse().ok())
        .take(most)
        .collect()
}

fn order(input: &[u8]) -> Outcome {
    let versions = versions(input, 12);
    for a in &versions {
        for b in &versions {
            if a.cmp(b) != b.cmp(a).reverse() {
                return Err(format!("order: `{a}` and `{b}` differ by the side"));
            }
            for c in &versions {
                if a.cmp(b) != Ordering::Greater
                    && b.cmp(c) != Ordering::Greater
                    && a.cmp(c) == Ordering::Greater
                {
                    return Err(format!(
                        "order: `{a}` <= `{b}` <= `{c}`, but not the first and the last"
                    ));
                }
            }
        }
    }
    Ok(())
}

fn as_dpkg(input: &[u8]) -> Outcome {
    static SO_FAR: AtomicUsize = AtomicUsize::new(0);
    let versions = versions(input, 4);
    for pair in versions.windows(2) {
        if SO_FAR.fetch_add(1, atomic::Ordering::Relaxed) >= ASKED {
            return Ok(());
        }
        let relation = match pair[0].cmp(&pair[1]) {
            Ordering::Less => "lt",
            Ordering::Equal => "eq",
            Ordering::Greater => "gt",
        };
        let words = [
            "--compare-versions",
            pair[0].as_str(),
            relation,
            pair[1].as_str(),
        ];
        let status = Command::new("dpkg")
            .args(words)
            .stderr(Stdio::null())
            .status();
        // Where there is no dpkg, or the version looks like an option to it (2), there is nothing to agree with.
        if status.is_ok_and(|status| status.code() == Some(1)) {
            return Err(format!(
                "dpkg: `{}` is not {relation} `{}`",
                pair[0], pair[1]
            ));
        }
    }
    Ok(())
}
