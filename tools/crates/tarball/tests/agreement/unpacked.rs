//! umoci, where `./bazelw test` has brought it: all trees are one layer, unpacked to a directory.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use blob::{Blob, Digest};
use tarball::{Entry, EntryPath, Kind, Writer};
use testkit::{reference_tool, Workspace};

use crate::trees::{tree, Made};
use crate::{hex, output_of, TREES};

#[test]
fn umoci_unpacks_the_same_trees() {
    let Some(umoci) = reference_tool("umoci") else {
        return;
    };
    let all: Vec<Made> = (0..TREES).flat_map(below_a_directory).collect();
    let workspace = Workspace::new();
    layout(&workspace, &all);
    let words = ["unpack", "--rootless", "--image", "layout:a", "bundle"];
    output_of(&umoci.display().to_string(), &words, &workspace.path(""));
    let root = workspace.path("bundle/rootfs");
    let mut found = BTreeMap::new();
    describe(&root, &root, &mut found);
    let contents: BTreeMap<&EntryPath, Digest> = all
        .iter()
        .map(|made| (&made.entry.path, Digest::of(&made.content)))
        .collect();
    for made in &all {
        let path = made.entry.path.as_bytes();
        let (line, digest) = (found.remove(path), contents[&made.facts.path]);
        let expected = as_unpacked(made, digest);
        assert_eq!(line, Some(expected), "{}", path.escape_ascii());
    }
    assert!(found.is_empty(), "{found:?}");
    let of_twins = |made: &&Made| matches!(made.entry.kind, Kind::Hardlink { .. });
    for made in all.iter().filter(of_twins) {
        let inode = |entry: &Entry| fs::metadata(join(&root, &entry.path)).unwrap().ino();
        assert_eq!(inode(&made.entry), inode(&made.facts));
    }
}

/// A tree below a directory with its number as name. Any user can unpack it: directories are accessible, owners are not
/// compared, and the names fit the file system.
fn below_a_directory(number: u64) -> Vec<Made> {
    let directory = format!("t{number}");
    let moved = |path: &EntryPath| {
        let path = [directory.as_bytes(), b"/", path.as_bytes()].concat();
        EntryPath::parse(&path).unwrap()
    };
    let top = EntryPath::parse(directory.as_bytes()).unwrap();
    let top = Entry::directory(top, 1_000_000_000);
    let mut made = vec![Made {
        entry: top.clone(),
        facts: top,
        content: Vec::new(),
    }];
    for mut one in tree(number) {
        for entry in [&mut one.entry, &mut one.facts] {
            entry.path = moved(&entry.path);
            match &mut entry.kind {
                Kind::Hardlink { target } => *target = moved(target),
                Kind::Directory => entry.mode |= 0o700,
                Kind::File { .. } => entry.mode |= 0o400,
                Kind::Symlink { .. } => {}
            }
        }
        made.push(one);
    }
    made
}

fn join(root: &Path, path: &EntryPath) -> PathBuf {
    root.join(std::ffi::OsStr::from_bytes(path.as_bytes()))
}

/// Writes a layout of an image whose only layer has these entries.
fn layout(workspace: &Workspace, all: &[Made]) {
    let mut writer = Writer::new(Vec::new());
    for made in all {
        writer
            .append(&made.entry, &mut made.content.as_slice())
            .unwrap();
    }
    let layer = writer.finish().unwrap().inner;
    fs::create_dir_all(workspace.path("layout/blobs/sha256")).unwrap();
    let add = |bytes: &[u8]| {
        let blob = Blob::of(bytes);
        workspace.write(&format!("layout/blobs/sha256/{}", blob.digest.hex()), bytes);
        format!(r#""digest":"{}","size":{}"#, blob.digest, blob.size)
    };
    let vendor = "application/vnd.oci.image";
    let config = format!(
        r#"{{"architecture":"amd64","os":"linux","config":{{}},"rootfs":{{"type":"layers","diff_ids":["{}"]}}}}"#,
        Digest::of(&layer)
    );
    let manifest = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"{vendor}.config.v1+json",{}}},"layers":[{{"mediaType":"{vendor}.layer.v1.tar",{}}}]}}"#,
        add(config.as_bytes()),
        add(&layer)
    );
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"{vendor}.manifest.v1+json",{},"annotations":{{"org.opencontainers.image.ref.name":"a"}}}}]}}"#,
        add(manifest.as_bytes())
    );
    workspace.write("layout/oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
    workspace.write("layout/index.json", index);
}

/// Path to kind, mode, time, and content or target, of everything below a directory.
fn describe(root: &Path, directory: &Path, found: &mut BTreeMap<Vec<u8>, String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let facts = fs::symlink_metadata(&path).unwrap();
        let what = if facts.is_dir() {
            describe(root, &path, found);
            "directory".to_owned()
        } else if facts.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            format!("link {}", hex(&target.into_os_string().into_vec()))
        } else {
            format!("file {}", Digest::of(&fs::read(&path).unwrap()))
        };
        let line = line(&what, facts.mode() & 0o7777, facts.mtime());
        let below = path.strip_prefix(root).unwrap();
        found.insert(below.as_os_str().as_bytes().to_vec(), line);
    }
}

/// `digest` is that of the file's content, whose further name a hard link is.
fn as_unpacked(made: &Made, digest: Digest) -> String {
    let what = match &made.entry.kind {
        Kind::Directory => "directory".to_owned(),
        Kind::Symlink { target } => format!("link {}", hex(target)),
        Kind::File { .. } | Kind::Hardlink { .. } => format!("file {digest}"),
    };
    line(&what, made.facts.mode, made.facts.mtime as i64)
}

/// A symbolic link has no mode on Linux.
fn line(what: &str, mode: u32, mtime: i64) -> String {
    if what.starts_with("link ") {
        format!("{what} {mtime}")
    } else {
        format!("{what} {mode:04o} {mtime}")
    }
}
