//! Which folders ldconfig searches (`parse_conf` of `elf/ldconfig.c`).

use blob::{Error, Result};

use crate::ld_cache::tree::{Node, Tree};

const CONF: &str = "/etc/ld.so.conf";

/// Files may include each other without end; Debian's are two deep.
const MAX_DEPTH: usize = 16;

/// Whether the tree must keep the text of a file: only these may be included.
pub(crate) fn is_conf(path: &[u8]) -> bool {
    path == b"etc/ld.so.conf" || path.starts_with(b"etc/ld.so.conf.d/")
}

/// The folders that `etc/ld.so.conf` names, in its order; none where there is no such file.
pub(crate) fn folders(tree: &Tree) -> Result<Vec<String>> {
    let mut folders = Vec::new();
    read(tree, CONF, 0, &mut folders)?;
    Ok(folders)
}

fn read(tree: &Tree, path: &str, depth: usize, folders: &mut Vec<String>) -> Result<()> {
    let fail = |cause: &str| Error::cannot("read", &path[1..], cause);
    let text = match tree.resolve(path.as_bytes()) {
        Some((_, Node::Text(text))) => text,
        Some(_) => return Err(fail("it is neither etc/ld.so.conf nor in etc/ld.so.conf.d")),
        None => return Ok(()),
    };
    if depth > MAX_DEPTH {
        return Err(fail("it includes itself"));
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
                    include(tree, path, pattern, depth, folders)?;
                }
            }
            None if line.is_empty() => {}
            None if line.starts_with('/') && !line.contains('=') => {
                folders.push(line.trim_end_matches('/').to_owned());
            }
            None => {
                let cause = format!("the line `{line}` is neither a folder nor an `include`");
                return Err(fail(&cause));
            }
        }
    }
    Ok(())
}

/// The files of one pattern, in byte order. Like ldconfig, a relative one counts from the file that includes it.
fn include(
    tree: &Tree,
    from: &str,
    pattern: &str,
    depth: usize,
    folders: &mut Vec<String>,
) -> Result<()> {
    let own = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let pattern = match pattern.starts_with('/') {
        true => pattern.to_owned(),
        false => format!("{own}/{pattern}"),
    };
    let (folder, name) = pattern.rsplit_once('/').unwrap_or_default();
    if folder.contains(['*', '?', '[', '\\']) || name.contains(['[', '\\']) {
        let cause = "only `*` and `?` are supported, and only in the last part";
        return Err(Error::cannot("include", &pattern, cause));
    }
    let Some((real, _)) = tree.resolve(folder.as_bytes()) else {
        return Ok(());
    };
    for (file, _) in tree.list(&real) {
        let hidden = file.starts_with(b".") && !name.starts_with('.');
        if !hidden && matches(name.as_bytes(), file) {
            let file = String::from_utf8_lossy(file);
            read(tree, &format!("{folder}/{file}"), depth + 1, folders)?;
        }
    }
    Ok(())
}

/// glob(7) without sets.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', pattern @ ..], _) => (0..=name.len()).any(|at| matches(pattern, &name[at..])),
        ([b'?', pattern @ ..], [_, name @ ..]) => matches(pattern, name),
        ([a, pattern @ ..], [b, name @ ..]) => a == b && matches(pattern, name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders_of(files: &[(&str, &str)]) -> Result<Vec<String>> {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.add(path.as_bytes(), Node::Text(text.as_bytes().to_vec()));
        }
        folders(&tree)
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
}
