//! Layers of listed files.

use image_definition::{Compression, Directory, EntriesLayer, Map};

use super::layer::{self, Layer};
use super::step::{Content, Entry, File, Step, Tool, Written};
use super::steps::Steps;

/// A path in the form of tar archives: without the leading slash, `.` for the root.
pub(crate) fn relative(path: &str) -> String {
    match path.strip_prefix('/') {
        Some("") | None => ".".to_owned(),
        Some(relative) => relative.to_owned(),
    }
}

impl Entry {
    /// A file of this text with mode 0644, which belongs to root.
    pub(crate) fn text(path: &str, content: String) -> Self {
        Self {
            path: path.to_owned(),
            content: Content::Text(content),
            mode: "0644".to_owned(),
            uid: 0,
            gid: 0,
            mtime: 0,
        }
    }

    /// A directory.
    pub(crate) fn directory(path: &str, mode: &str, id: u32) -> Self {
        Self {
            content: Content::Directory,
            mode: mode.to_owned(),
            uid: id,
            gid: id,
            ..Self::text(&relative(path), String::new())
        }
    }
}

/// A layer of entries.
pub(crate) fn listed(
    steps: &mut Steps,
    entries: Vec<Entry>,
    name: &str,
    created_by: &str,
    compression: Compression,
) -> Layer {
    let mut step = Step::new(Tool::LayerAssembler, "files");
    step.written("--entries", Written::Entries(entries));
    let id = layer::add(steps, step, name, created_by, compression, true);
    Layer::of_files(id, name)
}

/// A layer of files, directories and links.
pub(crate) fn entries(
    steps: &mut Steps,
    layer: &EntriesLayer,
    name: &str,
    compression: Compression,
) -> Layer {
    let mut listed_entries = Vec::new();
    for (path, file) in layer.files.iter() {
        let content = match (&file.source, &file.content) {
            (Some(source), _) => Content::Source(File::User(source.clone())),
            (None, text) => Content::Text(text.clone().unwrap_or_default()),
        };
        listed_entries.push(Entry {
            path: relative(path),
            content,
            mode: file.mode.clone(),
            uid: file.owner.uid,
            gid: file.owner.gid,
            mtime: layer.mtime,
        });
    }
    listed_entries.extend(directories(&layer.directories, layer.mtime));
    for (path, link) in layer.symlinks.iter() {
        listed_entries.push(Entry {
            path: relative(path),
            content: Content::Symlink(link.target.clone()),
            mode: link.mode.clone(),
            uid: link.owner.uid,
            gid: link.owner.gid,
            mtime: layer.mtime,
        });
    }
    let created_by = layer.created_by.clone();
    let created_by = created_by.unwrap_or_else(|| format!("layer {name}"));
    listed(steps, listed_entries, name, &created_by, compression)
}

/// Entries of directories.
pub(crate) fn directories(directories: &Map<Directory>, mtime: u64) -> Vec<Entry> {
    let entry = |(path, directory): (&str, &Directory)| Entry {
        path: relative(path),
        content: Content::Directory,
        mode: directory.mode.clone(),
        uid: directory.owner.uid,
        gid: directory.owner.gid,
        mtime,
    };
    directories.iter().map(entry).collect()
}

/// A text of lines.
pub(crate) fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The content of `/usr/lib/os-release`.
pub(crate) fn os_release(content: &Map<String>) -> Entry {
    let line = |(key, value): (&str, &String)| format!("{key}=\"{value}\"\n");
    let text = content.iter().map(line).collect();
    Entry::text("usr/lib/os-release", text)
}
