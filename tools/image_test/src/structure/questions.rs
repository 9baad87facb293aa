//! The tests of contents, and their results: no content has to be kept.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;
use rootfs::{lexical, unspell, Image, Inode, Kind, Root};
use tarball::Entry;

use super::{content, licenses};
use crate::config::{ContentTest, LicenseTest};

/// Size limit of a tested file. Real tests use text files, and regular expressions need the whole file in memory.
pub(super) const MAX_CONTENT: u64 = 32 * 1024 * 1024;

/// Tests by path, and results by file, after the path was resolved.
#[derive(Debug, Default)]
pub(super) struct Questions<'a> {
    /// The last component of a path → the tests that may apply to files with this name.
    names: BTreeMap<Vec<u8>, About>,
    /// All tests of contents; the index is the number of a test.
    tests: Vec<&'a ContentTest>,
    contents: BTreeMap<(Inode, usize), Vec<String>>,
    licenses: BTreeMap<Inode, Vec<String>>,
    /// Paths in tests, except the copyright files of a Debian system.
    paths: Vec<(String, About)>,
    debian: bool,
}

/// The tests of a file.
#[derive(Clone, Debug, Default)]
struct About {
    contents: Vec<usize>,
    license: bool,
}

impl<'a> Questions<'a> {
    pub(super) fn ask_content(&mut self, test: &'a ContentTest) {
        let about = About {
            contents: vec![self.tests.len()],
            license: false,
        };
        self.tests.push(test);
        self.ask(&test.path, about);
    }

    pub(super) fn ask_licenses(&mut self, test: &'a LicenseTest) {
        let about = About {
            contents: Vec::new(),
            license: true,
        };
        for file in &test.files {
            self.ask(file, about.clone());
        }
        if test.debian {
            self.debian = true;
            self.note(licenses::FILE, &about);
        }
    }

    fn ask(&mut self, path: &str, about: About) {
        let path = lexical(path).into_owned();
        self.note(path.rsplit('/').next().unwrap_or_default(), &about);
        self.paths.push((path, about));
    }

    fn note(&mut self, name: &str, about: &About) {
        let known = self.names.entry(unspell(name).into_owned()).or_default();
        known.contents.extend(&about.contents);
        known.license |= about.license;
    }

    /// Whether a test may need the content of the entry.
    pub(super) fn concern(&self, entry: &Entry) -> bool {
        let file = matches!(entry.kind, tarball::Kind::File { .. }) && entry.size() <= MAX_CONTENT;
        file && self.about(entry).is_some()
    }

    fn about(&self, entry: &Entry) -> Option<&About> {
        let name = entry.path.components().last()?;
        self.names.get(name)
    }

    /// Evaluates all tests that may apply to a file.
    pub(super) fn answer(&mut self, entry: &Entry, inode: Inode, content: &[u8]) {
        if let Some(about) = self.about(entry).cloned() {
            self.judge(&about, inode, content);
        }
    }

    fn judge(&mut self, about: &About, inode: Inode, content: &[u8]) {
        for number in &about.contents {
            let problems = content::judge(self.tests[*number], content);
            self.contents.insert((inode, *number), problems);
        }
        if about.license {
            self.licenses.insert(inode, licenses::judge(content));
        }
    }

    /// Evaluates files that were found through links with another name.
    pub(super) fn read_the_rest(&mut self, image: &Image, root: &Root) -> Result<()> {
        let mut missing: BTreeMap<Inode, About> = BTreeMap::new();
        let mut miss = |path: &str, about: &About| {
            let Some(inode) = readable(root, path) else {
                return;
            };
            let open = |number: &usize| !self.contents.contains_key(&(inode, *number));
            let contents = about.contents.iter().copied().filter(open);
            let contents: Vec<_> = contents.collect();
            let license = about.license && !self.licenses.contains_key(&inode);
            if license || !contents.is_empty() {
                let about = missing.entry(inode).or_default();
                about.contents.extend(contents);
                about.license |= license;
            }
        };
        for (path, about) in &self.paths {
            miss(path, about);
        }
        if self.debian {
            let about = About {
                contents: Vec::new(),
                license: true,
            };
            for (_, path) in licenses::debian(root).unwrap_or_default() {
                miss(&path, &about);
            }
        }
        let wanted: BTreeSet<_> = missing.keys().copied().collect();
        if wanted.is_empty() {
            return Ok(());
        }
        image.read_again(&wanted, MAX_CONTENT as usize, &mut |inode, content| {
            if let Some(about) = missing.remove(&inode) {
                self.judge(&about, inode, content);
            }
            Ok(())
        })
    }

    /// The result of a test of contents for the file at its path.
    pub(super) fn content(&self, number: usize, inode: Inode) -> Option<&Vec<String>> {
        self.contents.get(&(inode, number))
    }

    /// The problems of a license.
    pub(super) fn license(&self, inode: Inode) -> Option<&Vec<String>> {
        self.licenses.get(&inode)
    }
}

/// The file at a path, if its content can be tested.
fn readable(root: &Root, path: &str) -> Option<Inode> {
    file(root, path).ok()
}

/// The file at a path, all links followed. The error says why there is none, or why it cannot be tested.
pub(super) fn file(root: &Root, path: &str) -> std::result::Result<Inode, String> {
    let (place, node) = root
        .resolve(&lexical(path))
        .map_err(|why| why.to_string())?;
    match (&node.kind, node.inode) {
        (Kind::File { size }, _) if *size > MAX_CONTENT => Err(format!(
            "`/{place}` has {size} bytes, at most {MAX_CONTENT} are looked into"
        )),
        (Kind::File { .. }, Some(inode)) => Ok(inode),
        (kind, _) => Err(format!("`/{place}` is a {}, not a file", kind.noun())),
    }
}
