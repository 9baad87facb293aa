//! The files of a layer or an unpacked image, as listed by GNU tar and `find`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{bail, ensure, Context, Result};

use crate::process;
use crate::reference_tools::ReferenceTools;

/// One entry of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Without leading `./` and trailing `/`; the root is `.`.
    pub(crate) path: String,
    /// As `ls -l` prints it: `-rw-r--r--`; a leading `h` means a hard link.
    pub(crate) mode: String,
    /// `UID:GID`.
    pub(crate) owner: String,
    pub(crate) size: String,
    /// `2026-11-21 02:34:56`, in UTC.
    pub(crate) time: String,
    /// The target of a link.
    pub(crate) link: Option<String>,
}

impl Entry {
    pub(crate) fn kind(&self) -> char {
        self.mode.chars().next().unwrap_or('?')
    }

    /// `-rw-r--r-- 0:0 etc/passwd`.
    pub(crate) fn line(&self) -> String {
        let arrow = match self.kind() {
            'h' => " link to ",
            _ => " -> ",
        };
        let link = self
            .link
            .iter()
            .map(|link| format!("{arrow}{link}"))
            .collect::<String>();
        format!("{} {} {}{link}", self.mode, self.owner, self.path)
    }
}

/// The entries of a tar, compressed or not, in its order.
pub(crate) fn of_tar(tools: &ReferenceTools, tar: &Path) -> Result<Vec<Entry>> {
    let mut command = tools.system("tar");
    command.args([
        "--list",
        "--verbose",
        "--numeric-owner",
        "--full-time",
        "--quoting-style=literal",
        "--file",
    ]);
    let output = process::text(command.arg(tar))?;
    output.lines().map(parse_tar_line).collect()
}

/// `-rw-r--r-- 0/0     1234 2026-11-21 02:34:56 ./etc/passwd`
fn parse_tar_line(line: &str) -> Result<Entry> {
    let mut rest = line;
    let mut word = || -> Result<&str> {
        let (word, after) = rest
            .split_once(' ')
            .with_context(|| format!("tar said `{line}`"))?;
        rest = after.trim_start();
        Ok(word)
    };
    let (mode, owner, size, day, time) = (word()?, word()?, word()?, word()?, word()?);
    let separator = match mode.as_bytes().first() {
        Some(b'l') => " -> ",
        Some(b'h') => " link to ",
        _ => "\0",
    };
    let (path, link) = match rest.split_once(separator) {
        Some((path, link)) => (path, Some(link.to_owned())),
        None => (rest, None),
    };
    Ok(Entry {
        path: plain(path).to_owned(),
        mode: mode.to_owned(),
        owner: owner.replace('/', ":"),
        size: size.to_owned(),
        time: format!("{day} {time}"),
        link,
    })
}

fn plain(path: &str) -> &str {
    match path
        .strip_prefix("./")
        .unwrap_or(path)
        .trim_end_matches('/')
    {
        "" => ".",
        path => path,
    }
}

/// The content of a file system: path to `mode owner` and link target. Without owners if they are unknown.
pub(crate) type Tree = BTreeMap<String, String>;

/// The tree that the layers make in their order; also checks the rules for every layer.
pub(crate) fn fold<'a>(
    layers: impl IntoIterator<Item = &'a [Entry]>,
    owners: bool,
) -> Result<Tree> {
    let mut tree = Tree::new();
    for layer in layers {
        check_layer(layer)?;
        for entry in layer {
            let old = tree.get(&entry.path).and_then(|line| line.chars().next());
            let flips = old.is_some_and(|old| (old == 'd') != (entry.kind() == 'd'));
            ensure!(
                !flips,
                "`{}` is a directory in one layer and none in another",
                entry.path
            );
            tree.insert(
                entry.path.clone(),
                tree_line(&entry.mode, &entry.owner, entry.link.as_deref(), owners),
            );
        }
    }
    Ok(tree)
}

/// Checks that a layer has no duplicate path, no parent after its child, no path outside the root, no whiteout and no
/// device.
pub(crate) fn check_layer(layer: &[Entry]) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for Entry { path, mode, .. } in layer {
        ensure!(!path.starts_with('/'), "`{path}` is absolute");
        ensure!(
            !path
                .split('/')
                .any(|part| part == ".." || part.starts_with(".wh.")),
            "`{path}` is not plain"
        );
        ensure!(seen.insert(path.as_str()), "`{path}` is there twice");
        ensure!(
            "d-lh".contains(&mode[..1]),
            "`{path}` is no file, directory or link: {mode}"
        );
        let below = format!("{path}/");
        let late = seen
            .range(below.as_str()..)
            .next()
            .is_some_and(|child| child.starts_with(&below));
        ensure!(!late, "`{path}` comes after what is in it");
    }
    Ok(())
}

/// The tree of a directory, as `find` lists it.
pub(crate) fn of_directory(tools: &ReferenceTools, directory: &Path, owners: bool) -> Result<Tree> {
    let format = r"%M\t%U:%G\t%P\t%l\n";
    let output = process::text(
        tools
            .system("find")
            .arg(directory)
            .args(["-printf", format]),
    )?;
    output
        .lines()
        .map(|line| parse_find_line(line, owners))
        .collect()
}

fn parse_find_line(line: &str, owners: bool) -> Result<(String, String)> {
    let [mode, owner, path, link] = line.split('\t').collect::<Vec<_>>()[..] else {
        bail!("find said `{line}`");
    };
    let link = Some(link).filter(|link| !link.is_empty());
    Ok((plain(path).to_owned(), tree_line(mode, owner, link, owners)))
}

fn tree_line(mode: &str, owner: &str, link: Option<&str>, owners: bool) -> String {
    let (mode, link) = match mode.as_bytes().first() {
        // After unpacking, a hard link is a regular file. The mode of a symbolic link has no meaning.
        Some(b'h') => (format!("-{}", &mode[1..]), None),
        Some(b'l') => ("l".to_owned(), link),
        _ => (mode.to_owned(), link),
    };
    let owner = if owners { owner } else { "" };
    format!("{mode} {owner} {}", link.unwrap_or_default())
        .trim_end()
        .to_owned()
}

/// A tree as text, one path on each line.
pub(crate) fn shown(tree: &Tree) -> String {
    tree.iter()
        .map(|(path, line)| format!("{path}: {line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<Entry> {
        text.lines()
            .map(|line| parse_tar_line(line).unwrap())
            .collect()
    }

    #[test]
    fn reads_what_tar_says() {
        let lines = "drwxr-xr-x 0/0               0 1970-01-01 00:00:00 ./\n\
                     -rw-r--r-- 0/50            12 2026-11-21 02:34:56 usr/a b\n\
                     lrwxrwxrwx 0/0              0 2026-11-21 02:34:56 c -> ../d e\n\
                     hrw-r--r-- 0/0              0 2026-11-21 02:34:56 f link to usr/a b";
        let entries = entries(lines);
        let shown: Vec<_> = entries.iter().map(Entry::line).collect();
        assert_eq!(
            shown,
            [
                "drwxr-xr-x 0:0 .",
                "-rw-r--r-- 0:50 usr/a b",
                "lrwxrwxrwx 0:0 c -> ../d e",
                "hrw-r--r-- 0:0 f link to usr/a b",
            ]
        );
        assert_eq!(
            (entries[1].size.as_str(), entries[1].time.as_str()),
            ("12", "2026-11-21 02:34:56")
        );
    }

    #[test]
    fn later_layers_win_and_unpacked_trees_compare() {
        let one = entries(
            "drwxr-xr-x 0/0 0 1970-01-01 00:00:00 a/\nlrwxrwxrwx 0/0 0 1970-01-01 00:00:00 l -> a",
        );
        let two = entries("drwxrwxrwt 0/0 0 1970-01-01 00:00:00 a");
        let tree = fold([one.as_slice(), two.as_slice()], true).unwrap();
        assert_eq!(shown(&tree), "a: drwxrwxrwt 0:0\nl: l 0:0 a\n");
        assert_eq!(
            parse_find_line("lrwxrwxrwx\t0:0\tl\ta", true).unwrap().1,
            tree["l"]
        );
        assert_eq!(
            parse_find_line("lrwxrwxrwx\t7:7\tl\ta", false).unwrap().1,
            "l  a"
        );
    }

    #[test]
    fn bad_layers_are_seen() {
        let of = |paths: &[&str]| {
            let text: Vec<_> = paths
                .iter()
                .map(|path| format!("-rw-r--r-- 0/0 0 1970-01-01 00:00:00 {path}"))
                .collect();
            check_layer(&entries(&text.join("\n"))).map_err(|error| error.to_string())
        };
        assert_eq!(of(&["a", "a.b", "a-b"]), Ok(()));
        assert_eq!(of(&["a", "a"]), Err("`a` is there twice".into()));
        assert_eq!(
            of(&["a/b", "a.c", "a"]),
            Err("`a` comes after what is in it".into())
        );
        assert_eq!(of(&["/a"]), Err("`/a` is absolute".into()));
        assert_eq!(of(&["a/../b"]), Err("`a/../b` is not plain".into()));
        assert_eq!(of(&["a/.wh.b"]), Err("`a/.wh.b` is not plain".into()));
        let device = entries("crw-r--r-- 0/0 1,3 1970-01-01 00:00:00 dev/null");
        assert!(check_layer(&device).is_err());
        let file = entries("-rw-r--r-- 0/0 0 1970-01-01 00:00:00 a");
        let directory = entries("drwxr-xr-x 0/0 0 1970-01-01 00:00:00 a");
        assert!(fold([file.as_slice(), directory.as_slice()], true).is_err());
    }
}
