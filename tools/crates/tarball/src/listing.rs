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
    };
    for word in words {
        let (key, value) = word.split_once('=')?;
        match key {
            "type" => listed.kind = value,
            "mode" => listed.mode = value,
            "uid" => listed.uid = value,
            "gid" => listed.gid = value,
            "link" | "sha256digest" => listed.content = value,
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
                    ./etc/a\\040b type=file mode=0644 uid=1 gid=2 time=0.0 size=1 sha256digest=ab\n\
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
                ("l", "link", "0777", "0", "0", "etc/a\\040b"),
                (".", "dir", "0755", "0", "0", ""),
            ]
        );
    }

    #[test]
    fn other_lines_are_refused() {
        for bad in [
            "",
            "etc type=dir",
            "./etc type=dir mode=0755 uid=0",
            "./etc dir",
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
