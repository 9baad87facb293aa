//! The directories that ldconfig searches (`parse_conf` of `elf/ldconfig.c`).

use blob::{Error, Result};

use crate::ld_cache::tree::{Node, Tree};

const CONF: &str = "/etc/ld.so.conf";

/// The maximum depth of includes, because files may include each other; Debian's files have depth 2.
const MAX_DEPTH: usize = 16;

/// The maximum number of files to read, counted at each include; Debian's images have 3 at most.
const MAX_FILES: usize = 1000;

/// The maximum number of directories in all files, because each is searched; Debian's images have 5 at most.
const MAX_DIRECTORIES: usize = 1000;

/// The maximum number of names that are compared with patterns.
const MAX_NAMES: usize = 1_000_000;

/// Whether the tree must keep the content of a file: only these files may be included.
pub(crate) fn is_conf(path: &[u8]) -> bool {
    path == b"etc/ld.so.conf" || path.starts_with(b"etc/ld.so.conf.d/")
}

/// The directories that `etc/ld.so.conf` lists, in its order; none if there is no such file.
///
/// # Errors
///
/// A line is invalid, or a limit is exceeded.
pub(crate) fn directories(tree: &Tree) -> Result<Vec<String>> {
    let mut reader = Reader {
        tree,
        directories: Vec::new(),
        files: 0,
        names: 0,
    };
    reader.read(CONF, 0)?;
    Ok(reader.directories)
}

struct Reader<'a> {
    tree: &'a Tree,
    directories: Vec<String>,
    /// The number of files that were read.
    files: usize,
    /// The number of names that were compared with patterns.
    names: usize,
}

impl Reader<'_> {
    fn read(&mut self, path: &str, depth: usize) -> Result<()> {
        let fail = |cause: &str| Error::cannot("read", &path[1..], cause);
        let text = match self.tree.resolve(path.as_bytes()) {
            Some((_, Node::Text(text))) => text,
            Some(_) => return Err(fail("it is neither etc/ld.so.conf nor in etc/ld.so.conf.d")),
            None => return Ok(()),
        };
        if depth > MAX_DEPTH {
            return Err(fail("it includes itself"));
        }
        self.files += 1;
        if self.files > MAX_FILES {
            let cause = format!("the files that are included are more than {MAX_FILES}");
            return Err(fail(&cause));
        }
        let text = std::str::from_utf8(text).map_err(|_| fail("it is not UTF-8"))?;
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            match line
                .strip_prefix("include")
                .filter(|rest| rest.starts_with([' ', '\t']))
            {
                Some(patterns) => {
                    for pattern in patterns.split_whitespace() {
                        self.include(path, pattern, depth)?;
                    }
                }
                None if line.is_empty() => {}
                None if line.starts_with('/') && !line.contains('=') => {
                    let line = line.trim_end_matches('/');
                    self.directories.push(line.to_owned());
                }
                None => {
                    let cause = format!("the line `{line}` is neither a folder nor an `include`");
                    return Err(fail(&cause));
                }
            }
            if self.directories.len() > MAX_DIRECTORIES {
                let cause = format!("the directories are more than {MAX_DIRECTORIES}");
                return Err(fail(&cause));
            }
        }
        Ok(())
    }

    /// Reads the files that match a pattern, sorted by file name. A relative pattern starts at the directory of the
    /// including file, as in ldconfig.
    fn include(&mut self, from: &str, pattern: &str, depth: usize) -> Result<()> {
        let own = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let pattern = match pattern.starts_with('/') {
            true => pattern.to_owned(),
            false => format!("{own}/{pattern}"),
        };
        let fail = |cause: &str| Error::cannot("include", &pattern, cause);
        let (folder, name) = pattern.rsplit_once('/').unwrap_or_default();
        if folder.contains(['*', '?', '[', '\\']) || name.contains(['[', '\\']) {
            let cause = "only `*` and `?` are supported, and only in the last part";
            return Err(fail(cause));
        }
        let tree = self.tree;
        let Some((real, _)) = tree.resolve(folder.as_bytes()) else {
            return Ok(());
        };
        for (file, _) in tree.list(&real) {
            self.names += 1;
            if self.names > MAX_NAMES {
                return Err(fail("the patterns match against more than 1,000,000 names"));
            }
            let hidden = file.starts_with(b".") && !name.starts_with('.');
            if !hidden && matches(name.as_bytes(), file) {
                let file = String::from_utf8_lossy(file);
                self.read(&format!("{folder}/{file}"), depth + 1)?;
            }
        }
        Ok(())
    }
}

/// glob(7) without character classes. If a `*` matched too few bytes, only the last one needs to match more, so the
/// work is at most the product of both lengths.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // The position after the last `*`, and the end of its match so far.
    let mut star: Option<(usize, usize)> = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                star = Some((at, seen));
            }
            Some(byte) if *byte == b'?' || *byte == name[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((behind, taken)) = star else {
                    return false;
                };
                star = Some((behind, taken + 1));
                (at, seen) = (behind, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders_of(files: &[(&str, &str)]) -> Result<Vec<String>> {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.add(path.as_bytes(), Node::Text(text.as_bytes().to_vec()));
        }
        directories(&tree)
    }

    #[test]
    fn debian_s_files() {
        let files = [
            ("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n\n"),
            (
                "etc/ld.so.conf.d/libc.conf",
                "# libc default\n/usr/local/lib\n",
            ),
            ("etc/ld.so.conf.d/a.conf", "/opt/a/ # more\n  /opt/b"),
            ("etc/ld.so.conf.d/.hidden.conf", "/opt/c\n"),
            ("etc/ld.so.conf.d/readme", "/opt/d\n"),
        ];
        assert_eq!(
            folders_of(&files).unwrap(),
            ["/opt/a", "/opt/b", "/usr/local/lib"]
        );
        assert_eq!(folders_of(&files[1..]).unwrap(), [""; 0]);
    }

    #[test]
    fn lines_that_are_not_understood() {
        for (line, message) in [
            ("hwcap 1 nosegneg", "cannot read `etc/ld.so.conf`: the line `hwcap 1 nosegneg` is neither a folder nor an `include`"),
            ("/lib=libc5", "cannot read `etc/ld.so.conf`: the line `/lib=libc5` is neither a folder nor an `include`"),
            ("include /etc/*/x", "cannot include `/etc/*/x`: only `*` and `?` are supported, and only in the last part"),
            ("include ld.so.conf", "cannot read `etc/ld.so.conf`: it includes itself"),
        ] {
            let error = folders_of(&[("etc/ld.so.conf", line)]).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyyd", false),
            ("a?c*", "abc", true),
            ("a?c", "ac", false),
            ("**", "", true),
            ("*a*a*a*b", "aaaaaaaa", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{pattern} {name}"
            );
        }
        assert!(!matches(&b"*a".repeat(2000), &b"a".repeat(1999)));
    }

    #[test]
    fn files_that_lead_to_too_much() {
        let include = "include /etc/ld.so.conf.d/*\n".repeat(20);
        let many: String = (0..=MAX_DIRECTORIES)
            .map(|n| format!("/opt/{n}\n"))
            .collect();
        let files: Vec<(String, String)> = (0..20)
            .map(|n| (format!("etc/ld.so.conf.d/{n}"), include.clone()))
            .collect();
        let mut all: Vec<(&str, &str)> = vec![("etc/ld.so.conf", &include)];
        all.extend(
            files
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str())),
        );
        assert!(folders_of(&all).is_err());
        // Each file only includes later ones, so there is no cycle.
        let chain: Vec<(String, String)> = (0..10)
            .map(|n| {
                (
                    format!("etc/ld.so.conf.d/{n}"),
                    format!("include {}*\n", n + 1).repeat(20),
                )
            })
            .collect();
        let mut all: Vec<(&str, &str)> = vec![("etc/ld.so.conf", "include ld.so.conf.d/0\n")];
        all.extend(
            chain
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str())),
        );
        let error = folders_of(&all).unwrap_err().to_string();
        assert!(
            error.ends_with("the files that are included are more than 1000"),
            "{error}"
        );
        let error = folders_of(&[("etc/ld.so.conf", &many)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read `etc/ld.so.conf`: the directories are more than 1000"
        );
    }
}
