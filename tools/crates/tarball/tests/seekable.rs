//! eStargz: the table locates every content, and other readers see the same archive.

#![allow(clippy::unwrap_used)]

use std::io::Read;

use blob::Blob;
use flate2::read::{GzDecoder, MultiGzDecoder};
use serde_json::Value;
use tarball::{Compressed, Compression, Compressor, Entry, EntryPath, Kind, Writer};
use testkit::{tar_of, Noise};

const MIB: usize = 1024 * 1024;

fn entry(path: &[u8], kind: Kind) -> Entry {
    let path = EntryPath::parse(path).unwrap();
    Entry {
        kind,
        mtime: 1_000_000_000,
        uid: 7,
        ..Entry::directory(path, 0)
    }
}

fn write(files: &[(&str, &[u8])]) -> Compressed<Vec<u8>> {
    let compressor = Compressor::new(Vec::new(), Compression::Estargz);
    let mut writer = Writer::new(compressor);
    for (name, mut content) in files {
        let size = content.len() as u64;
        let file = entry(name.as_bytes(), Kind::File { size });
        writer.append(&file, &mut content).unwrap();
    }
    let target = b"empty".to_vec();
    writer
        .append_empty(&entry(b"l", Kind::Symlink { target }))
        .unwrap();
    let target = EntryPath::parse(b"empty").unwrap();
    writer
        .append_empty(&entry(b"m", Kind::Hardlink { target }))
        .unwrap();
    writer.finish().unwrap().inner.finish().unwrap()
}

fn large() -> Vec<u8> {
    let mut noise = Noise::new(1);
    (0..9 * MIB).map(|_| noise.below(200) as u8).collect()
}

/// The table of contents, located by the footer.
fn table(bytes: &[u8]) -> (Value, Blob) {
    let footer = &bytes[bytes.len() - 51..];
    assert_eq!(
        &footer[..16],
        b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x1a\0SG\x16\0"
    );
    assert_eq!(&footer[32..38], b"STARGZ");
    let offset = std::str::from_utf8(&footer[16..32]).unwrap();
    let offset = usize::from_str_radix(offset, 16).unwrap();
    let mut archive = Vec::new();
    let mut member = GzDecoder::new(&bytes[offset..]);
    member.read_to_end(&mut archive).unwrap();
    let mut reader = tarball::Reader::new(archive.as_slice());
    let entry = reader.next_entry().unwrap().unwrap();
    assert_eq!(entry.path.as_bytes(), b"stargz.index.json");
    let mut json = Vec::new();
    reader.read_to_end(&mut json).unwrap();
    (serde_json::from_slice(&json).unwrap(), Blob::of(&json))
}

#[test]
fn contents_are_found_by_the_table() {
    let large = large();
    let exact = &large[..8 * MIB];
    let files: [(&str, &[u8]); 4] = [
        ("a/exact", exact),
        ("a/large", &large),
        ("empty", b""),
        ("small", b"text"),
    ];
    let compressed = write(&files);
    let bytes = &compressed.inner;
    assert_eq!(compressed.blob, Blob::of(bytes));
    let (table, json) = table(bytes);
    assert_eq!(compressed.table, Some(json.digest));
    assert_eq!(table["version"], 1);
    let entries = table["entries"].as_array().unwrap();
    for (name, content) in files {
        let of_it = entries.iter().filter(|entry| entry["name"] == name);
        let of_it: Vec<_> = of_it.collect();
        assert_eq!(
            of_it.len(),
            content.len().div_ceil(4 * MIB).max(1),
            "{name}"
        );
        assert_eq!(of_it[0]["digest"], Blob::of(content).digest.to_string());
        for (number, (piece, entry)) in content.chunks(4 * MIB).zip(&of_it).enumerate() {
            let kind = if number == 0 { "reg" } else { "chunk" };
            assert_eq!(entry["type"], kind);
            let at = entry["chunkOffset"].as_u64().unwrap_or(0) as usize;
            assert_eq!(at, number * 4 * MIB);
            assert_eq!(entry["chunkDigest"], Blob::of(piece).digest.to_string());
            let offset = entry["offset"].as_u64().unwrap() as usize;
            let mut found = vec![0; piece.len()];
            let mut member = GzDecoder::new(&bytes[offset..]);
            member.read_exact(&mut found).unwrap();
            assert!(found == piece, "{name} {number}");
        }
    }
    let short: Vec<_> = entries
        .iter()
        .filter(|entry| entry["type"] != "reg" && entry["type"] != "chunk")
        .map(Value::to_string)
        .collect();
    assert_eq!(
        short,
        [
            r#"{"mode":493,"modtime":"2001-09-09T01:46:40Z","name":"a/","type":"dir"}"#,
            r#"{"linkName":"empty","mode":493,"modtime":"2001-09-09T01:46:40Z","name":"l","type":"symlink","uid":7}"#,
            r#"{"linkName":"empty","mode":493,"modtime":"2001-09-09T01:46:40Z","name":"m","type":"hardlink","uid":7}"#,
        ]
    );
}

#[test]
fn other_tools_read_the_archive() {
    let compressed = write(&[("empty", b""), ("small", b"text")]);
    let mut plain = Vec::new();
    let mut decoder = MultiGzDecoder::new(compressed.inner.as_slice());
    decoder.read_to_end(&mut plain).unwrap();
    assert_eq!(compressed.plain, Blob::of(&plain));
    let (_, json) = table(&compressed.inner);
    assert_eq!(
        tar_of(&plain),
        format!(
            "\
empty 0 0755 7:0 1000000000 0
small 0 0755 7:0 1000000000 4
l 2 0755 7:0 1000000000 0 -> empty
m 1 0755 7:0 1000000000 0 -> empty
stargz.index.json 0 0444 0:0 0 {}
",
            json.size
        )
    );
}

/// Encoder and format must not change.
#[test]
fn golden() {
    let compressed = write(&[("empty", b""), ("small", b"text"), ("large", &large())]);
    assert_eq!(
        compressed.blob.digest.to_string(),
        "sha256:6f983f4268450a2c7c020e8d86a4d60fe8da8c4f24a16f642c80df59441d0345"
    );
}

#[test]
fn a_name_that_json_cannot_hold() {
    let compressor = Compressor::new(Vec::new(), Compression::Estargz);
    let mut writer = Writer::new(compressor);
    let error = writer
        .append_empty(&entry(b"\xff", Kind::Directory))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot write entry `\u{fffd}`: eStargz cannot hold a name that is not UTF-8"
    );
}
