use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use serde::Deserialize;
use tarball::{Entry, EntryPath, Kind};

use crate::LayerWriter;

/// A list of entries, parsed and checked, in the order of the layer.
#[derive(Debug)]
pub struct FileList(Vec<(Entry, Content)>);

/// The source of a file's content.
#[derive(Debug)]
enum Content {
    None,
    Text(String),
    Source(PathBuf),
}

/// One entry in the format of `docs/tool_contract.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    path: String,
    #[serde(rename = "type")]
    kind: ListedKind,
    mode: String,
    #[serde(default)]
    uid: u64,
    #[serde(default)]
    gid: u64,
    #[serde(default)]
    mtime: u64,
    content: Option<String>,
    source: Option<PathBuf>,
    target: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ListedKind {
    File,
    Dir,
    Symlink,
    Hardlink,
}

impl FileList {
    /// Parses the JSON list. Sorts entries by path, hard links after all other entries.
    ///
    /// # Errors
    ///
    /// The JSON or an entry is invalid.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let listed = serde_json::from_slice(json);
        Self::new(listed.map_err(|cause| Error::cannot("read", "list of entries", cause))?)
    }

    /// Parses the entries, each of which is a JSON object as in a list. Sorts them as [`FileList::parse`] does.
    ///
    /// # Errors
    ///
    /// The JSON of an entry or an entry is invalid.
    pub fn parse_each(texts: &[String]) -> Result<Self> {
        let entry = |text: &String| {
            serde_json::from_str(text).map_err(|cause| Error::cannot("read", "entry", cause))
        };
        Self::new(texts.iter().map(entry).collect::<Result<_>>()?)
    }

    fn new(listed: Vec<Listed>) -> Result<Self> {
        let entries = listed.into_iter().map(Listed::check);
        let mut entries = entries.collect::<Result<Vec<_>>>()?;
        let is_link = |entry: &Entry| matches!(entry.kind, Kind::Hardlink { .. });
        entries.sort_by(|(a, _), (b, _)| (is_link(a), &a.path).cmp(&(is_link(b), &b.path)));
        Ok(Self(entries))
    }
}

impl Listed {
    fn check(self) -> Result<(Entry, Content)> {
        let path = self.path.clone();
        let fail = |cause: String| Error::cannot("add entry", &path, cause);
        let (kind, content) = self.kind().map_err(fail)?;
        let name = EntryPath::parse(self.path.as_bytes());
        let entry = Entry {
            path: name.map_err(|why| fail(format!("its {why}")))?,
            kind,
            mode: parse_mode(&self.mode).map_err(fail)?,
            uid: self.uid,
            gid: self.gid,
            mtime: self.mtime,
        };
        Ok((entry, content))
    }

    /// The kind of the entry; the size of a file is set when it is opened.
    fn kind(&self) -> std::result::Result<(Kind, Content), String> {
        let file = Kind::File { size: 0 };
        match (self.kind, &self.content, &self.source, &self.target) {
            (ListedKind::File, Some(text), None, None) => Ok((file, Content::Text(text.clone()))),
            (ListedKind::File, None, Some(path), None) => Ok((file, Content::Source(path.clone()))),
            (ListedKind::File, ..) => Err("a file has one of `content` and `source`".to_owned()),
            (ListedKind::Dir, None, None, None) => Ok((Kind::Directory, Content::None)),
            (ListedKind::Dir, ..) => {
                Err("a directory has no `content`, `source` or `target`".to_owned())
            }
            (ListedKind::Symlink, None, None, Some(target)) if !target.is_empty() => {
                let target = target.clone().into_bytes();
                Ok((Kind::Symlink { target }, Content::None))
            }
            (ListedKind::Hardlink, None, None, Some(target)) => {
                let target = EntryPath::parse(target.as_bytes());
                let target = target.map_err(|why| format!("its target's {why}"))?;
                Ok((Kind::Hardlink { target }, Content::None))
            }
            _ => Err(
                "a link needs a `target` and accepts no `content`, `source` or `mode`".to_owned(),
            ),
        }
    }
}

/// Parses permission bits: `0644` or `1777`.
///
/// # Errors
///
/// The text is not an octal number up to `7777`.
pub fn parse_mode(text: &str) -> std::result::Result<u32, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    match u32::from_str_radix(text, 8) {
        Ok(mode) if digits && mode <= 0o7777 => Ok(mode),
        _ => Err(format!(
            "its mode is `{text}`, expected octal such as `0644`"
        )),
    }
}

/// Writes the entries of a list as a layer. `resolve` maps the path of a source to its real path.
///
/// # Errors
///
/// A source cannot be read or is not a regular file, or an entry cannot be added to the layer.
pub fn files(
    list: &FileList,
    resolve: &dyn Fn(&Path) -> PathBuf,
    layer: &mut LayerWriter,
) -> Result<()> {
    for (entry, content) in &list.0 {
        match content {
            Content::None => layer.append(entry, &mut std::io::empty())?,
            Content::Text(text) => append_file(entry, text.len() as u64, text.as_bytes(), layer)?,
            Content::Source(path) => {
                let file = File::open(resolve(path)).cannot("read", path.display())?;
                let facts = file.metadata().cannot("read", path.display())?;
                if !facts.is_file() {
                    return Err(Error::cannot("read", path.display(), "it is not a file"));
                }
                append_file(entry, facts.len(), file, layer)?;
            }
        }
    }
    Ok(())
}

fn append_file(
    entry: &Entry,
    size: u64,
    mut content: impl Read,
    layer: &mut LayerWriter,
) -> Result<()> {
    let kind = Kind::File { size };
    let entry = Entry {
        kind,
        ..entry.clone()
    };
    layer.append(&entry, &mut content)
}
