//! Parses content lists that [`crate::Writer`] has written.

use blob::{Error, Result};

/// One line of a content list. Names are not unescaped: equal names have equal text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The path without the leading `./`; `.` for the root.
    pub path: &'a str,
    /// `dir`, `file` or `link`.
    pub kind: &'a str,
    /// The permission bits, octal.
    pub mode: &'a str,
    /// The user ID, decimal.
    pub uid: &'a str,
    /// The group ID, decimal.
    pub gid: &'a str,
    /// For a file its SHA-256 in hexadecimal, for a link its target, for a directory an empty string.
    pub content: &'a str,
    /// The SHA-1 of a file in hexadecimal; an empty string if it is not stated.
    pub sha1: &'a str,
    /// The size of a file in bytes, decimal; an empty string for other entries.
    pub size: &'a str,
    /// The path of the file that a hard link names, in the form of `path`; an empty string for other entries.
    pub hardlink: &'a str,
}

/// Parses a content list. Each item is an error if its line is invalid; the message has the line number.
pub fn read_listing(text: &str) -> impl Iterator<Item = Result<Listed<'_>>> {
    text.lines().enumerate().map(|(index, line)| {
        read_line(line).ok_or_else(|| {
            let place = format!("line {}", index + 1);
            Error::cannot("read", place, "expected `./PATH type=… mode=… uid=… gid=…`")
        })
    })
}

fn read_line(line: &str) -> Option<Listed<'_>> {
    let mut words = line.split(' ');
    let path = words.next()?;
    let mut listed = Listed {
        path: match path {
            "." => path,
            _ => path.strip_prefix("./")?,
        },
        kind: "",
        mode: "",
        uid: "",
        gid: "",
        content: "",
        sha1: "",
        size: "",
        hardlink: "",
    };
    for word in words {
        let (key, value) = word.split_once('=')?;
        match key {
            "type" => listed.kind = value,
            "mode" => listed.mode = value,
            "uid" => listed.uid = value,
            "gid" => listed.gid = value,
            "link" | "sha256digest" => listed.content = value,
            "sha1digest" => listed.sha1 = value,
            "size" => listed.size = value,
            "hardlink" => listed.hardlink = value.strip_prefix("./")?,
            _ => {}
        }
    }
    let facts = [listed.kind, listed.mode, listed.uid, listed.gid];
    facts.iter().all(|fact| !fact.is_empty()).then_some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_lists_are_read_back() {
        let text = "./etc type=dir mode=0755 uid=0 gid=0 time=0.0\n\
                    ./etc/a\\040b type=file mode=0644 uid=1 gid=2 time=0.0 size=1 sha256digest=ab sha1digest=cd\n\
                    ./h type=file mode=0644 uid=1 gid=2 time=0.0 size=1 sha256digest=ab sha1digest=cd hardlink=./etc/a\\040b\n\
                    ./l type=link mode=0777 uid=0 gid=0 time=0.0 link=etc/a\\040b\n\
                    . type=dir mode=0755 uid=0 gid=0 time=0.0\n";
        let listed: Vec<_> = read_listing(text).collect::<Result<_>>().unwrap();
        let short: Vec<_> = listed
            .iter()
            .map(|one| (one.path, one.kind, one.mode, one.uid, one.gid, one.content))
            .collect();
        assert_eq!(
            short,
            [
                ("etc", "dir", "0755", "0", "0", ""),
                ("etc/a\\040b", "file", "0644", "1", "2", "ab"),
                ("h", "file", "0644", "1", "2", "ab"),
                ("l", "link", "0777", "0", "0", "etc/a\\040b"),
                (".", "dir", "0755", "0", "0", ""),
            ]
        );
        let files: Vec<_> = listed
            .iter()
            .map(|one| (one.size, one.sha1, one.hardlink))
            .collect();
        let none = ("", "", "");
        let link = ("1", "cd", "etc/a\\040b");
        assert_eq!(files, [none, ("1", "cd", ""), link, none, none]);
    }

    #[test]
    fn other_lines_are_refused() {
        for bad in [
            "",
            "etc type=dir",
            "./etc type=dir mode=0755 uid=0",
            "./etc dir",
            "./h type=file mode=0755 uid=0 gid=0 hardlink=etc",
        ] {
            let read = read_listing(bad).collect::<Result<Vec<_>>>();
            if bad.is_empty() {
                assert_eq!(read.unwrap(), []);
                continue;
            }
            assert_eq!(
                read.unwrap_err().to_string(),
                "cannot read `line 1`: expected `./PATH type=… mode=… uid=… gid=…`"
            );
        }
    }
}
