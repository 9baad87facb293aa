//! Images that expand beyond the limits.

#![allow(clippy::unwrap_used)]

mod support;

use rootfs::ImageExt;
use support::Layout;
use testkit::{tar, Item};

/// The error of reading an image with one uncompressed layer: compression is slow in a build without optimization.
fn error(plain: &[u8]) -> String {
    let layout = Layout::new();
    let layer = layout.layer("", plain);
    let entry = layout.image("amd64", vec![layer]);
    let error = layout.add(entry).open().read(&mut []).unwrap_err();
    let text = error.to_string();
    let start = text.find("`: ").unwrap_or_default() + 3;
    text[start..].to_owned()
}

/// A tar header with a checksum: name, type flag and size.
fn header(name: &[u8], letter: u8, size: u64) -> [u8; 512] {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name);
    block[100..108].copy_from_slice(b"0000755\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    block[136..148].copy_from_slice(b"00000000000\0");
    block[148..156].fill(b' ');
    block[156] = letter;
    block[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// An entry whose name or link target precedes it, as GNU tar writes long ones.
fn long(letter: u8, text: &[u8], entry: [u8; 512]) -> Vec<u8> {
    let mut bytes = header(b"././@LongLink", letter, text.len() as u64).to_vec();
    bytes.extend(text);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes.extend(entry);
    bytes
}

#[test]
fn a_file_with_a_hole() {
    // A sparse file of 1.5 GiB that stores no data (PAX records of GNU tar, version 0.1).
    let records = "22 GNU.sparse.major=0\n22 GNU.sparse.minor=1\n30 GNU.sparse.size=1610612736\n22 GNU.sparse.map=0,0\n";
    let mut plain = header(b"x", b'x', records.len() as u64).to_vec();
    plain.extend(records.as_bytes());
    plain.resize(1024, 0);
    plain.extend(header(b"hole", b'0', 0));
    plain.resize(plain.len() + 1024, 0);
    let text = error(&plain);
    assert!(text.starts_with("cannot read entry `hole`: its "), "{text}");
    assert!(
        text.ends_with(" bytes unpack to more than 1073741824: the limit is 1073741824 bytes, or 32 times what is stored"),
        "{text}"
    );
}

#[test]
fn a_layer_that_is_named_again_and_again() {
    let layout = Layout::new();
    let zeros = vec![0; 4 << 20];
    let layer = layout.layer("", &tar(&[Item::file("zeros", &zeros)]));
    let entry = layout.image("amd64", vec![layer.clone(); 300]);
    let text = layout
        .add(entry)
        .open()
        .read(&mut [])
        .unwrap_err()
        .to_string();
    assert!(
        text.contains(" bytes unpack to more than 1073741824"),
        "{text}"
    );
    let layout = Layout::new();
    let layer = layout.layer("", &tar(&[Item::file("a", b"")]));
    let entry = layout.image("amd64", vec![layer; 513]);
    let text = layout
        .add(entry)
        .open()
        .read(&mut [])
        .unwrap_err()
        .to_string();
    assert!(
        text.ends_with("it has 513 layers, at most 512 are read"),
        "{text}"
    );
}

#[test]
fn deep_and_long_paths() {
    let deep = "d/".repeat(300);
    let text = error(&long(b'L', deep.as_bytes(), header(b"d", b'5', 0)));
    assert!(
        text.starts_with("it has a path of more than 256 directories: `d/d/d/"),
        "{text}"
    );
    assert!(text.len() < 400, "{text}");
    let paths = (0..20_000).flat_map(|number| {
        let path = format!("{number}/{}", format!("{}/", "n".repeat(250)).repeat(15));
        long(b'L', path.as_bytes(), header(b"d", b'5', 0))
    });
    let text = error(&paths.collect::<Vec<_>>());
    assert!(
        text.starts_with("the paths and links of the image have more than 67108864 bytes, at `"),
        "{text}"
    );
    let links = (0..20_000).flat_map(|number| {
        let name = format!("l{number}");
        long(b'K', &[b'x'; 4000], header(name.as_bytes(), b'2', 0))
    });
    let text = error(&links.collect::<Vec<_>>());
    assert!(
        text.starts_with("the paths and links of the image have more than 67108864 bytes, at `l"),
        "{text}"
    );
}

#[test]
fn long_chains_of_links() {
    let mut plain = header(b"a", b'5', 0).to_vec();
    for number in 0..39 {
        let target = format!("{}l{}", "a/../".repeat(700), number + 1);
        let name = format!("l{number}");
        plain.extend(long(
            b'K',
            target.as_bytes(),
            header(name.as_bytes(), b'2', 0),
        ));
    }
    plain.extend(header(b"l39", b'5', 0));
    for number in 0..1000 {
        plain.extend(header(format!("l0/f{number}").as_bytes(), b'0', 0));
    }
    let text = error(&plain);
    assert!(
        text.starts_with(
            "to follow the links of the image takes more than 16777216 steps, at `l0/f"
        ),
        "{text}"
    );
}

#[test]
fn many_whiteouts() {
    let names = |count: usize| {
        (0..count)
            .map(|number| format!("d/f{number}"))
            .collect::<Vec<_>>()
    };
    let lower: Vec<u8> = names(20_000)
        .iter()
        .flat_map(|name| header(name.as_bytes(), b'0', 0))
        .collect();
    let upper = names(20_000);
    let upper = upper.iter().flat_map(|name| {
        [
            header(name.as_bytes(), b'0', 0),
            header(b"d/.wh..wh..opq", b'0', 0),
            header(b".wh.d", b'0', 0),
        ]
    });
    let upper: Vec<u8> = upper.flatten().collect();
    let layout = Layout::new();
    let layers = vec![layout.layer("", &lower), layout.layer("", &upper)];
    let entry = layout.image("amd64", layers);
    let root = layout.add(entry).root();
    assert_eq!(root.iter().count(), 20_001);
}
