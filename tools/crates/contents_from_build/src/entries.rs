//! Entries of a content list.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use image_contents::{Content, Entry};
use tarball::{read_listing, unescape_name, Listed};

use crate::build::Source;

/// The entries by path. The path of the root directory is empty.
pub(crate) fn read(mtree: &Source<'_>) -> Result<BTreeMap<String, Entry>> {
    let fail = |cause: String| Error::cannot("read", mtree.file, cause);
    let text = std::str::from_utf8(mtree.text).map_err(|error| fail(error.to_string()))?;
    let mut entries = BTreeMap::new();
    for listed in read_listing(text) {
        let listed = listed.map_err(|error| error.within("read", mtree.file))?;
        let entry = entry(&listed).ok_or_else(|| {
            let path = listed.path;
            fail(format!(
                "the line of `{path}` has an invalid number or hash"
            ))
        })?;
        entries.insert(entry.path.clone(), entry);
    }
    Ok(entries)
}

fn entry(listed: &Listed<'_>) -> Option<Entry> {
    let path = match listed.path {
        "." => String::new(),
        path => text(path),
    };
    Some(Entry {
        path,
        mode: u32::from_str_radix(listed.mode, 8).ok()?,
        uid: listed.uid.parse().ok()?,
        gid: listed.gid.parse().ok()?,
        content: match listed.kind {
            "dir" => Content::Directory,
            "link" => Content::Link {
                target: text(listed.content),
            },
            _ => Content::File {
                sha256: Digest::from_hex(listed.content).ok()?,
                sha1: sha1(listed.sha1)?,
                size: listed.size.parse().ok()?,
            },
        },
    })
}

/// A name as in other models of images.
fn text(escaped: &str) -> String {
    tree::escape(&unescape_name(escaped)).into_owned()
}

/// `Some(None)` if there is none.
fn sha1(text: &str) -> Option<Option<[u8; 20]>> {
    if text.is_empty() {
        return Some(None);
    }
    let mut sum = [0; 20];
    hex::decode_to_slice(text, &mut sum).ok()?;
    Some(Some(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<BTreeMap<String, Entry>> {
        read(&Source {
            file: "a.mtree",
            text: text.as_bytes(),
        })
    }

    #[test]
    fn types_and_names() {
        let hex = Digest::of(b"").hex();
        let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let entries = lines(&format!(
            "./a\\040\\377 type=file mode=4755 uid=1 gid=2 time=0.0 size=0 sha256digest={hex} sha1digest={sha1}\n\
             ./b type=file mode=0644 uid=0 gid=0 time=0.0 size=0 sha256digest={hex}\n\
             ./l type=link mode=0777 uid=0 gid=0 time=0.0 link=a\\040\n\
             . type=dir mode=0755 uid=0 gid=0 time=0.0\n"
        ))
        .unwrap();
        let paths: Vec<_> = entries.keys().map(String::as_str).collect();
        assert_eq!(paths, ["", "a \\xff", "b", "l"]);
        let file = &entries["a \\xff"];
        assert_eq!((file.mode, file.uid, file.gid), (0o4755, 1, 2));
        assert!(matches!(file.content, Content::File { sha1: Some(_), .. }));
        assert!(matches!(
            entries["b"].content,
            Content::File { sha1: None, .. }
        ));
        let target = "a ".to_owned();
        assert_eq!(entries["l"].content, Content::Link { target });
    }

    #[test]
    fn other_values_are_refused() {
        let error = lines("./a type=file mode=0644 uid=0 gid=0 size=0 sha256digest=ab\n");
        assert_eq!(
            error.unwrap_err().to_string(),
            "cannot read `a.mtree`: the line of `a` has an invalid number or hash"
        );
    }
}
