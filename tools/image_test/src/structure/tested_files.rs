//! The tests of contents, and their results: no content has to be kept.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;
use rootfs::{lexical, unescape, Image, ImageExt, Inode, Kind, Root};
use tarball::Entry;

use super::{content, licenses};
use crate::config::{ContentTest, LicenseTest};

/// Size limit of a tested file. Real tests use text files, and regular expressions need the whole file in memory.
pub(super) const MAX_CONTENT: u64 = 32 * 1024 * 1024;

/// The problems of a file; `None` if no layer has its content. The error says why it cannot be tested.
pub(super) type Found<'a> = std::result::Result<Option<&'a [String]>, String>;

/// Tests by path, and results by file, after the path was resolved.
#[derive(Debug, Default)]
pub(super) struct TestedFiles<'a> {
    /// The last component of a path → the tests that may apply to files with this name.
    names: BTreeMap<Vec<u8>, Tests>,
    /// All tests of contents; the index is the number of a test.
    tests: Vec<&'a ContentTest>,
    contents: BTreeMap<(Inode, usize), Vec<String>>,
    licenses: BTreeMap<Inode, Vec<String>>,
    /// Paths in tests, except the copyright files of a Debian system.
    paths: Vec<(String, Tests)>,
    debian: bool,
}

/// The tests of a file.
#[derive(Clone, Debug, Default)]
struct Tests {
    contents: Vec<usize>,
    license: bool,
}

impl<'a> TestedFiles<'a> {
    pub(super) fn add_content_test(&mut self, test: &'a ContentTest) {
        let tests = Tests {
            contents: vec![self.tests.len()],
            license: false,
        };
        self.tests.push(test);
        self.add(&test.path, tests);
    }

    pub(super) fn add_license_test(&mut self, test: &'a LicenseTest) {
        let tests = Tests {
            contents: Vec::new(),
            license: true,
        };
        for file in &test.files {
            self.add(file, tests.clone());
        }
        if test.debian {
            self.debian = true;
            self.note(licenses::FILE, &tests);
        }
    }

    fn add(&mut self, path: &str, tests: Tests) {
        let path = lexical(path).into_owned();
        self.note(path.rsplit('/').next().unwrap_or_default(), &tests);
        self.paths.push((path, tests));
    }

    fn note(&mut self, name: &str, tests: &Tests) {
        let known = self.names.entry(unescape(name).into_owned()).or_default();
        known.contents.extend(&tests.contents);
        known.license |= tests.license;
    }

    /// Whether a test may need the content of the entry.
    pub(super) fn needs(&self, entry: &Entry) -> bool {
        let file = matches!(entry.kind, tarball::Kind::File { .. }) && entry.size() <= MAX_CONTENT;
        file && self.tests_of(entry).is_some()
    }

    fn tests_of(&self, entry: &Entry) -> Option<&Tests> {
        let name = entry.path.components().last()?;
        self.names.get(name)
    }

    /// Evaluates all tests that may apply to a file.
    pub(super) fn evaluate(&mut self, entry: &Entry, inode: Inode, content: &[u8]) {
        if let Some(tests) = self.tests_of(entry).cloned() {
            self.evaluate_tests(&tests, inode, content);
        }
    }

    fn evaluate_tests(&mut self, tests: &Tests, inode: Inode, content: &[u8]) {
        for number in &tests.contents {
            let problems = content::evaluate(self.tests[*number], content);
            self.contents.insert((inode, *number), problems);
        }
        if tests.license {
            self.licenses.insert(inode, licenses::evaluate(content));
        }
    }

    /// Evaluates files that were found through links with another name.
    pub(super) fn read_linked(&mut self, image: &Image, root: &Root) -> Result<()> {
        let mut missing: BTreeMap<Inode, Tests> = BTreeMap::new();
        let mut miss = |path: &str, tests: &Tests| {
            let Some(inode) = readable(root, path) else {
                return;
            };
            let open = |number: &usize| !self.contents.contains_key(&(inode, *number));
            let contents = tests.contents.iter().copied().filter(open);
            let contents: Vec<_> = contents.collect();
            let license = tests.license && !self.licenses.contains_key(&inode);
            if license || !contents.is_empty() {
                let tests = missing.entry(inode).or_default();
                tests.contents.extend(contents);
                tests.license |= license;
            }
        };
        for (path, tests) in &self.paths {
            miss(path, tests);
        }
        if self.debian {
            let tests = Tests {
                contents: Vec::new(),
                license: true,
            };
            for (_, path) in licenses::debian(root).unwrap_or_default() {
                miss(&path, &tests);
            }
        }
        let wanted: BTreeSet<_> = missing.keys().copied().collect();
        if wanted.is_empty() {
            return Ok(());
        }
        image.read_again(&wanted, MAX_CONTENT as usize, &mut |inode, content| {
            if let Some(tests) = missing.remove(&inode) {
                self.evaluate_tests(&tests, inode, content);
            }
            Ok(())
        })
    }

    /// The problems of the content test of this number for the file at a path.
    pub(super) fn content(&self, root: &Root, number: usize, path: &str) -> Found<'_> {
        let inode = file(root, path)?;
        Ok(self.contents.get(&(inode, number)).map(Vec::as_slice))
    }

    /// The problems of the license at a path.
    pub(super) fn license(&self, root: &Root, path: &str) -> Found<'_> {
        let inode = file(root, path)?;
        Ok(self.licenses.get(&inode).map(Vec::as_slice))
    }
}

/// The file at a path, if its content can be tested.
fn readable(root: &Root, path: &str) -> Option<Inode> {
    file(root, path).ok()
}

/// The file at a path, all links followed. The error says why there is none, or why it cannot be tested.
fn file(root: &Root, path: &str) -> std::result::Result<Inode, String> {
    let (place, node) = root
        .resolve(&lexical(path))
        .map_err(|why| why.to_string())?;
    match (&node.kind, node.inode) {
        (Kind::File { size }, _) if *size > MAX_CONTENT => Err(format!(
            "`/{place}` has {size} bytes; the limit is {MAX_CONTENT}"
        )),
        (Kind::File { .. }, Some(inode)) => Ok(inode),
        (kind, _) => Err(format!("`/{place}` is a {}, not a file", kind.noun())),
    }
}
