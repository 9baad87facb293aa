//! The calls that visitors receive.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use blob::Result;
use rootfs::{ContentPart, ImageExt, Raw, Visitor};
use support::Layout;
use tarball::Entry;
use testkit::{Item, Workspace};

/// Records all calls.
struct Notes {
    part: ContentPart,
    text: String,
}

impl Notes {
    fn new(part: ContentPart) -> Self {
        let text = String::new();
        Self { part, text }
    }
}

impl Visitor for Notes {
    fn layer(&mut self, layer: usize) -> Result<()> {
        self.text += &format!("layer {layer}\n");
        Ok(())
    }

    fn raw(&mut self, _: usize, raw: &Raw) -> Result<()> {
        let name = raw.name.escape_ascii();
        self.text += &format!("{} {name}", raw.inode.entry);
        for (key, value) in &raw.attributes {
            self.text += &format!(" {key}={}", value.escape_ascii());
        }
        if let Some(problem) = &raw.problem {
            self.text += &format!(" ({problem})");
        }
        self.text += "\n";
        Ok(())
    }

    fn content_part(&mut self, _: usize, _: &Entry) -> ContentPart {
        self.part
    }

    fn entry(&mut self, layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        let content = content.escape_ascii();
        self.text += &format!("  {layer} {} `{content}`\n", entry.path);
        Ok(())
    }
}

#[test]
fn everything_is_seen_once_and_in_order() {
    let layout = Layout::of(
        ".gz",
        &[
            &[
                Item::directory("./etc/"),
                Item::file("/etc/x", "content").record("SCHILY.xattr.security.capability", "\u{1}"),
                Item::file("../up", "hidden"),
            ],
            &[
                Item::file(".wh.etc", ""),
                Item::new(b'6', "pipe"),
                Item::symlink("l", "x"),
            ],
        ],
    );
    let (mut nothing, mut head, mut all) = (
        Notes::new(ContentPart::None),
        Notes::new(ContentPart::Head(3)),
        Notes::new(ContentPart::All),
    );
    layout.open().read(&mut [&mut nothing]).unwrap();
    layout.open().read(&mut [&mut head]).unwrap();
    let expected = "\
layer 0
0 ./etc/
  0 etc ``
1 /etc/x security.capability=\\x01
  0 etc/x `con`
2 ../up (its name contains `..`)
layer 1
0 .wh.etc
  1 .wh.etc ``
1 pipe
2 l
  1 l ``
";
    assert_eq!(head.text, expected);
    assert_eq!(nothing.text, expected.replace("`con`", "``"));
    // All visitors receive the longest requested part.
    let mut short = Notes::new(ContentPart::Head(1));
    layout.open().read(&mut [&mut short, &mut all]).unwrap();
    assert_eq!(all.text, expected.replace("`con`", "`content`"));
    assert_eq!(short.text, all.text);
}

/// Takes contents in pieces, regardless of the requests of other visitors.
#[derive(Default)]
struct Pieces {
    taken: Vec<u8>,
    largest: usize,
    seen: Vec<String>,
}

impl Visitor for Pieces {
    fn needs_pieces(&mut self, _: usize, _: &Entry) -> bool {
        true
    }

    fn piece(&mut self, _: usize, _: &Entry, piece: &[u8]) -> Result<()> {
        self.taken.extend_from_slice(piece);
        self.largest = self.largest.max(piece.len());
        Ok(())
    }

    fn entry(&mut self, _: usize, entry: &Entry, _: &[u8]) -> Result<()> {
        let taken = std::mem::take(&mut self.taken);
        let digest = blob::Digest::of(&taken);
        self.seen
            .push(format!("{} {} {digest}", entry.path, taken.len()));
        Ok(())
    }
}

#[test]
fn contents_come_in_pieces() {
    let large: Vec<u8> = (0..300_000_u32)
        .flat_map(|number| number.to_le_bytes())
        .collect();
    let items = [
        Item::file("large", &large),
        Item::file("empty", ""),
        Item::symlink("link", "large"),
        Item::file("small", "s"),
    ];
    let layout = Layout::of(".gz", &[&items]);
    let line = |name: &str, content: &[u8]| {
        format!("{name} {} {}", content.len(), blob::Digest::of(content))
    };
    let expected = [
        line("large", &large),
        line("empty", b""),
        line("link", b""),
        line("small", b"s"),
    ];
    for part in [ContentPart::None, ContentPart::Head(1000), ContentPart::All] {
        let (mut pieces, mut other) = (Pieces::default(), Notes::new(part));
        let mut visitors: [&mut dyn Visitor; 2] = [&mut other, &mut pieces];
        layout.open().read(&mut visitors).unwrap();
        assert_eq!(pieces.seen, expected, "{part:?}");
        assert!(part == ContentPart::All || pieces.largest <= 64 * 1024);
    }
}

#[test]
fn contents_can_be_read_later() {
    let layout = Layout::of(
        "",
        &[
            &[Item::file("a", "first"), Item::file("b", "other")],
            &[Item::hardlink("h", "a"), Item::file("a", "second")],
        ],
    );
    let image = layout.open();
    let root = image.read(&mut []).unwrap();
    let wanted: BTreeSet<_> = ["h", "a"]
        .iter()
        .filter_map(|path| root.get(path).unwrap().inode)
        .collect();
    let mut found = Vec::new();
    let mut take = |_, content: &[u8]| {
        found.push(String::from_utf8_lossy(content).into_owned());
        Ok(())
    };
    image.read_again(&wanted, 5, &mut take).unwrap();
    assert_eq!(found, ["first", "secon"]);
}

fn hostile() -> Layout {
    Layout::of(
        ".gz",
        &[
            &[
                Item::directory("./").mode(0o711),
                Item::directory("locked").mode(0o500).mtime(7),
                Item::file("locked/secret", "s")
                    .mode(0o4711)
                    .owner(12, 34)
                    .mtime(5),
                Item::symlink("etc", "/outside"),
                Item::symlink("up", "../../../outside"),
                Item::new(b'6', "pipe").mode(0o640),
                Item::file(b"bytes\xff", "b"),
                Item::file("gone", ""),
            ],
            &[
                Item::hardlink("also", "locked/secret"),
                Item::file(".wh.gone", ""),
                Item::hardlink("etc2", "etc"),
                // Links of this layer, which an unpacker would follow.
                Item::symlink("etc", "/outside"),
                Item::file("etc/passwd", "evil"),
                Item::symlink("up", "../../../outside"),
                Item::file("up/x", "evil"),
            ],
        ],
    )
}

#[test]
fn only_the_root_is_written() {
    let (layout, workspace) = (hostile(), Workspace::new());
    let directory = workspace.path("root");
    layout.open().unpack(&directory).unwrap();
    let stat = |name: &str| fs::symlink_metadata(directory.join(name)).unwrap();
    let mut names: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "also",
            "bytes\u{fffd}",
            "etc",
            "etc2",
            "locked",
            "pipe",
            "up"
        ]
    );
    assert_eq!(fs::read_dir(workspace.path("")).unwrap().count(), 1);
    assert_eq!(
        fs::read_link(directory.join("etc")).unwrap().to_str(),
        Some("/outside")
    );
    assert_eq!(
        fs::read_link(directory.join("etc2")).unwrap().to_str(),
        Some("/outside")
    );
    assert_eq!(stat("locked/secret").ino(), stat("also").ino());
    assert_eq!(stat("locked").mode() & 0o7777, 0o500);
    assert_eq!(stat("locked").mtime(), 7);
    assert_eq!(stat("also").mode() & 0o7777, 0o4711);
    assert_eq!(stat("also").mtime(), 5);
    assert_eq!(
        fs::metadata(&directory).unwrap().permissions().mode() & 0o7777,
        0o711
    );
    assert_eq!(stat("pipe").mode(), 0o010_640);
    // A sandbox may be a user namespace without other owners.
    let map = fs::read_to_string("/proc/self/uid_map").unwrap();
    if stat("locked").uid() == 0 && map.contains("4294967295") {
        assert_eq!((stat("also").uid(), stat("also").gid()), (12, 34));
    }
    let again = layout.open().unpack(&directory).unwrap_err();
    assert_eq!(
        again.to_string(),
        format!(
            "cannot unpack into `{}`: it is not empty",
            directory.display()
        )
    );
}
