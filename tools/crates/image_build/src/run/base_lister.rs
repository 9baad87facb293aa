//! Lists the files of a base image: its merged root, as the content list of one layer. It verifies the layers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use blob::{Error, Result, ResultExt};
use image_store::Image;
use rootfs::{unescape, ContentPart, ImageExt, Kind, Node, Root, Visitor};
use serde_json::json;
use tarball::{escape_name, Entry};
use worker::Request;

/// Larger files of accounts are not read, as in layers of ours.
const MAX_ACCOUNTS: usize = 1 << 20;

/// The contents of `/etc/passwd` and `/etc/group` in the highest layer that has them.
#[derive(Default)]
struct Accounts(BTreeMap<Vec<u8>, Vec<u8>>);

impl Visitor for Accounts {
    fn content_part(&mut self, _layer: usize, entry: &Entry) -> ContentPart {
        match entry.path.as_bytes() {
            b"etc/passwd" | b"etc/group" => ContentPart::Head(MAX_ACCOUNTS),
            _ => ContentPart::None,
        }
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        if self.content_part(0, entry) != ContentPart::None {
            let path = entry.path.as_bytes().to_vec();
            self.0.insert(path, content.to_vec());
        }
        Ok(())
    }
}

impl Accounts {
    /// The first field of each line (passwd(5), group(5)), if the root has the file.
    fn names(&self, root: &Root, file: &str) -> Option<Vec<String>> {
        root.get(&format!("/{file}"))?;
        let text = String::from_utf8_lossy(self.0.get(file.as_bytes())?).into_owned();
        let names = text.lines().filter_map(|line| line.split_once(':'));
        Some(names.map(|(name, _)| name.to_owned()).collect())
    }
}

/// Runs `--layout DIR --platform PLATFORM --metadata FILE --mtree FILE`.
pub(super) fn run(request: &Request) -> Result<()> {
    let value = |option: &str| {
        let mut values = request.arguments.iter();
        let value = values.find_map(|argument| argument.strip_prefix(option)?.strip_prefix('='));
        value.ok_or_else(|| Error::cannot("list base image", option, "the option is missing"))
    };
    let path = |option| Ok::<_, Error>(request.path(&PathBuf::from(value(option)?)));
    let image = Image::open(&path("--layout")?, Some(value("--platform")?))?;
    let mut accounts = Accounts::default();
    let root = image.read(&mut [&mut accounts])?;
    let mut listing = String::new();
    for (path, node) in root.iter() {
        append(&mut listing, path, node);
    }
    let mut metadata = json!({
        "annotations": {},
        "history": {"created_by": ""},
        "name": "base image",
    });
    for (field, file) in [("users", "etc/passwd"), ("groups", "etc/group")] {
        if let Some(names) = accounts.names(&root, file) {
            metadata[field] = json!(names);
        }
    }
    for (option, text) in [("--metadata", metadata.to_string()), ("--mtree", listing)] {
        let path = path(option)?;
        fs::write(&path, text).cannot("write", path.display())?;
    }
    Ok(())
}

/// Appends the line of a node. Devices and pipes are left out: no layer of ours has them.
fn append(listing: &mut String, path: &str, node: &Node) {
    let (kind, target) = match &node.kind {
        Kind::File { .. } => ("file", None),
        Kind::Directory => ("dir", None),
        Kind::Link { target } => ("link", Some(escape_name(&unescape(target)))),
        Kind::Device { .. } | Kind::Fifo => return,
    };
    let name = match path.trim_start_matches('/') {
        "" => ".".to_owned(),
        path => format!("./{}", escape_name(&unescape(path))),
    };
    let Node {
        mode,
        uid,
        gid,
        mtime,
        ..
    } = node;
    // Writing to a string cannot fail.
    let _ = write!(
        listing,
        "{name} type={kind} mode={mode:04o} uid={uid} gid={gid} time={mtime}.0"
    );
    if let Some(target) = target {
        let _ = write!(listing, " link={target}");
    }
    listing.push('\n');
}
