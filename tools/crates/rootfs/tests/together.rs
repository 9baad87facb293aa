//! Reading several images together gives the same results as reading each one alone.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use blob::Result;
use rootfs::{read_together, ContentPart, Image, ImageExt, Raw, Reading, Root, Visitor};
use support::{listing, Layout};
use tarball::Entry;
use testkit::{tar, Item};

/// Records all calls.
#[derive(Default)]
struct Notes(String);

impl Visitor for Notes {
    fn layer(&mut self, layer: usize) -> Result<()> {
        self.0 += &format!("layer {layer}\n");
        Ok(())
    }

    fn raw(&mut self, layer: usize, raw: &Raw) -> Result<()> {
        self.0 += &format!("{layer} {raw:?}\n");
        Ok(())
    }

    fn content_part(&mut self, _: usize, _: &Entry) -> ContentPart {
        ContentPart::All
    }

    fn entry(&mut self, _: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        self.0 += &format!("{} `{}`\n", entry.path, content.escape_ascii());
        Ok(())
    }
}

/// Four images of one layout: most share their lowest layers, one has another layer in between, and one has fewer.
fn layout() -> Layout {
    let layout = Layout::new();
    let layer = |items: &[Item]| layout.layer(".gz", &tar(items));
    let lowest = layer(&[Item::directory("etc/"), Item::file("etc/a", "a")]);
    let upper = layer(&[Item::file("etc/b", "b"), Item::hardlink("c", "etc/a")]);
    let other = layer(&[Item::file(".wh.etc", "")]);
    let images = [
        ("amd64", vec![lowest.clone(), upper.clone()]),
        ("arm64", vec![lowest.clone(), other, upper.clone()]),
        ("s390x", vec![lowest.clone()]),
        ("arm", vec![lowest, upper]),
    ];
    let entries = images.map(|(architecture, layers)| layout.image(architecture, layers));
    entries.into_iter().fold(layout, Layout::add)
}

const ALL: [&str; 4] = ["amd64", "arm64", "s390x", "arm"];

fn open(layout: &Layout, architecture: &str) -> Image {
    Image::open(&layout.path(), Some(&format!("linux/{architecture}"))).unwrap()
}

fn message(root: &Root) -> String {
    format!("{}{:?}", listing(root), root.problems())
}

#[test]
fn each_image_is_read_as_if_it_were_alone() {
    let layout = layout();
    let images = ALL.map(|architecture| open(&layout, architecture));
    let mut notes = ALL.map(|_| Notes::default());
    let mut visitors = notes.each_mut().map(|notes| [notes as &mut dyn Visitor]);
    let mut readings: Vec<Reading> = images
        .iter()
        .zip(&mut visitors)
        .map(|(image, visitors)| Reading { image, visitors })
        .collect();
    let roots = read_together(&mut readings).unwrap();
    for ((image, notes), root) in images.iter().zip(&notes).zip(&roots) {
        let mut alone = Notes::default();
        let expected = image.read(&mut [&mut alone]).unwrap();
        assert_eq!(message(root), message(&expected));
        assert_eq!(notes.0, alone.0);
    }
    // The hard link is broken in only one of the roots.
    let problems = roots.iter().map(|root| root.problems().len());
    assert_eq!(problems.collect::<Vec<_>>(), [0, 1, 0, 0]);
}

#[test]
fn a_damaged_copy_of_a_shared_layer_is_read() {
    let (right, wrong) = (layout(), layout());
    let blobs = fs::read_dir(wrong.file("blobs/sha256")).unwrap();
    for blob in blobs.map(|blob| blob.unwrap().path()) {
        let bytes = fs::read(&blob).unwrap();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let same_length = vec![0; bytes.len()];
            fs::write(&blob, same_length).unwrap();
        }
    }
    let images = [open(&right, "amd64"), open(&wrong, "amd64")];
    let mut readings: Vec<Reading> = Vec::new();
    let mut nobody: [&mut [&mut dyn Visitor]; 2] = [&mut [], &mut []];
    for (image, visitors) in images.iter().zip(&mut nobody) {
        readings.push(Reading { image, visitors });
    }
    let error = read_together(&mut readings).unwrap_err().to_string();
    assert!(error.contains("its bytes are those of"), "{error}");
}
