//! The directories that ldconfig searches (`parse_conf` of `elf/ldconfig.c`).

use blob::{Error, Result};

use crate::ld_cache::pattern::Pattern;
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
            Some((_, Node::Directory)) => return Ok(()),
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
        for line in text.split(|byte| *byte == b'\n') {
            let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
            let line = std::str::from_utf8(line).map_err(|_| fail("a line is not UTF-8"))?;
            self.line(path, line.trim_ascii(), depth)?;
            if self.directories.len() > MAX_DIRECTORIES {
                let cause = format!("the directories are more than {MAX_DIRECTORIES}");
                return Err(fail(&cause));
            }
        }
        Ok(())
    }

    fn line(&mut self, path: &str, line: &str, depth: usize) -> Result<()> {
        let argument = |word: &str| {
            let rest = line.strip_prefix(word)?;
            rest.starts_with([' ', '\t']).then_some(rest)
        };
        if let Some(patterns) = argument("include") {
            for pattern in patterns.split_ascii_whitespace() {
                self.include(path, pattern, depth)?;
            }
        } else if line.starts_with('/') {
            // `=TYPE` marked libraries of libc 4 and 5.
            let directory = line.split('=').next().unwrap_or_default();
            let directory = directory.trim_end_matches('/');
            self.directories.push(directory.to_owned());
        } else if !line.is_empty() && argument("hwcap").is_none() {
            let cause = format!("the line `{line}` is neither a directory nor an `include`");
            return Err(Error::cannot("read", &path[1..], cause));
        }
        Ok(())
    }

    /// The files that match a pattern, in byte order. A relative pattern starts at the directory of the including file,
    /// as in ldconfig.
    fn include(&mut self, from: &str, pattern: &str, depth: usize) -> Result<()> {
        let own = from.rsplit_once('/').map_or("", |(directory, _)| directory);
        let pattern = if pattern.starts_with('/') {
            pattern.to_owned()
        } else {
            format!("{own}/{pattern}")
        };
        for file in self.matching(&pattern)? {
            self.read(&file, depth + 1)?;
        }
        Ok(())
    }

    /// The paths that match a pattern. A part without wildcards need not exist.
    fn matching(&mut self, pattern: &str) -> Result<Vec<String>> {
        let tree = self.tree;
        let mut found = vec![String::new()];
        for part in pattern.split('/').filter(|part| !part.is_empty()) {
            let part = Pattern::parse(part.as_bytes());
            let mut next = Vec::new();
            for directory in found {
                if let Some(name) = part.literal() {
                    next.push(format!("{directory}/{}", String::from_utf8_lossy(&name)));
                    continue;
                }
                let Some((real, _)) = tree.resolve(directory.as_bytes()) else {
                    continue;
                };
                for name in tree.names(&real) {
                    self.names += 1;
                    if self.names > MAX_NAMES {
                        let cause = "the patterns match against more than 1,000,000 names";
                        return Err(Error::cannot("include", pattern, cause));
                    }
                    if part.matches(name) {
                        next.push(format!("{directory}/{}", String::from_utf8_lossy(name)));
                    }
                }
            }
            found = next;
        }
        found.sort();
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directories_of(files: &[(&str, &str)]) -> Result<Vec<String>> {
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
            directories_of(&files).unwrap(),
            ["/opt/a", "/opt/b", "/usr/local/lib"]
        );
        assert_eq!(directories_of(&files[1..]).unwrap(), [""; 0]);
    }

    #[test]
    fn lines_that_are_not_understood() {
        for (line, message) in [
            ("opt/a", "cannot read `etc/ld.so.conf`: the line `opt/a` is neither a directory nor an `include`"),
            ("hwcaps 1", "cannot read `etc/ld.so.conf`: the line `hwcaps 1` is neither a directory nor an `include`"),
            ("include ld.so.conf", "cannot read `etc/ld.so.conf`: it includes itself"),
        ] {
            let error = directories_of(&[("etc/ld.so.conf", line)]).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    /// The results are those of ldconfig of glibc 2.36.
    #[test]
    fn as_ldconfig_reads_them() {
        let files = |conf| {
            [
                ("etc/ld.so.conf", conf),
                ("etc/ld.so.conf.d/a.conf", "/opt/a\r\n"),
                ("etc/ld.so.conf.d/b.conf", "/opt/b\t\n"),
                ("etc/ld.so.conf.d/*.conf", "/opt/star"),
            ]
        };
        for (conf, expected) in [
            ("hwcap 1 nosegneg\nhwcap x y\n/opt/a\n", &["/opt/a"][..]),
            ("/opt/a=libc6\n/opt/b/=foo\n", &["/opt/a", "/opt/b"]),
            ("include ld.so.conf.d/[!a*].conf\n", &["/opt/b"]),
            ("include /etc/*.d/[a-b].conf\n", &["/opt/a", "/opt/b"]),
            ("include /e?c//ld*/b.conf /x/*/y\n", &["/opt/b"]),
            ("include ld.so.conf.d/\\*.conf\n", &["/opt/star"]),
            ("include ld.so.conf.d/{a,b}.conf missing.conf\n", &[]),
            ("include ld.so.conf.d /*/ld.so.conf.d\n", &[]),
            ("include\t*.d/*\n", &["/opt/star", "/opt/a", "/opt/b"]),
        ] {
            assert_eq!(directories_of(&files(conf)).unwrap(), expected, "{conf}");
        }
    }

    #[test]
    fn limits_of_included_files() {
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
        assert!(directories_of(&all).is_err());
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
        let error = directories_of(&all).unwrap_err().to_string();
        assert!(
            error.ends_with("the files that are included are more than 1000"),
            "{error}"
        );
        let error = directories_of(&[("etc/ld.so.conf", &many)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read `etc/ld.so.conf`: the directories are more than 1000"
        );
    }
}
