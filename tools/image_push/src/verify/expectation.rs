//! Digests that tags must have: the lines that `push` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use blob::{read_regular, Digest, Error, Result, ResultExt};
use registry::{Reference, Repository};

use super::report::{Problem, ProblemKind};
use crate::published::Selection;

/// The maximum size of the file.
const MAX_FILE: u64 = 16 << 20;

/// The cause of an error.
const EXPECTED_LINE: &str = "expected `REPOSITORY:TAG@DIGEST`, as `push` prints";

/// The digests of tags.
pub(crate) struct Expectation {
    name: String,
    digests: BTreeMap<(Repository, String), Digest>,
}

impl Expectation {
    /// Reads a file with lines `REPOSITORY:TAG@DIGEST`. Further words of a line, empty lines, lines that begin with `#`, and
    /// lines `REPOSITORY@DIGEST`, such as those about signatures, are ignored.
    ///
    /// # Errors
    ///
    /// The file cannot be read, a line has another form, there is no tag, or a tag has two digests.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = read_regular(path, MAX_FILE).cannot("read", &name)?;
        let text = String::from_utf8(bytes).cannot("read", &name)?;
        let mut digests = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let place = || format!("{name}:{}", number + 1);
            let Some(word) = line
                .split_whitespace()
                .next()
                .filter(|word| !word.starts_with('#'))
            else {
                continue;
            };
            let reference = Reference::parse(word);
            let reference = reference.map_err(|error| error.within("read", place()))?;
            let Some(digest) = reference.digest() else {
                return Err(Error::cannot("read", place(), EXPECTED_LINE));
            };
            let Some(tag) = reference.tag() else {
                continue;
            };
            let key = (reference.repository().clone(), tag.to_owned());
            let other = digests.insert(key, digest).filter(|other| *other != digest);
            if let Some(other) = other {
                let cause = format!("an earlier line has another digest of this tag: `{other}`");
                return Err(Error::cannot("read", place(), cause));
            }
        }
        if digests.is_empty() {
            return Err(Error::cannot("read", name, EXPECTED_LINE));
        }
        Ok(Self { name, digests })
    }

    /// All tags of all repositories in the file.
    pub(crate) fn selections(&self) -> Vec<Selection> {
        let repositories = self.digests.keys().map(|(repository, _)| repository);
        let repositories: BTreeSet<&Repository> = repositories.collect();
        let selections = repositories.into_iter().map(|repository| Selection {
            repository: repository.clone(),
            named: None,
        });
        selections.collect()
    }

    /// A problem if a manifest that was named by its digest is not among those of the repository.
    pub(super) fn check_digest(&self, repository: &Repository, digest: Digest) -> Option<Problem> {
        let mut expected = self.digests.iter();
        if expected.any(|((of, _), found)| of == repository && *found == digest) {
            return None;
        }
        let cause = format!("`{}` does not have this digest", self.name);
        let kind = ProblemKind::UnexpectedDigest;
        Some(Problem::new(kind, format!("{repository}@{digest}"), cause))
    }

    /// Compares the tags of a repository. `is_complete` says whether `tags` has all tags of the repository.
    pub(super) fn check(
        &self,
        repository: &Repository,
        tags: &BTreeMap<String, Digest>,
        is_complete: bool,
    ) -> Vec<Problem> {
        let expected = self.digests.iter().filter(|((of, _), _)| of == repository);
        let expected: BTreeMap<&str, Digest> = expected
            .map(|((_, tag), digest)| (tag.as_str(), *digest))
            .collect();
        let mut problems = Vec::new();
        if expected.is_empty() {
            let cause = format!("`{}` has no digest of its tags", self.name);
            let kind = ProblemKind::UnexpectedTag;
            problems.push(Problem::new(kind, repository.to_string(), cause));
            return problems;
        }
        for (tag, wanted) in &expected {
            let object = format!("{repository}:{tag}");
            let name = &self.name;
            match tags.get(*tag) {
                Some(found) if found == wanted => {}
                Some(found) => {
                    let cause = format!("expected `{wanted}` ({name}), found `{found}`");
                    problems.push(Problem::new(ProblemKind::UnexpectedDigest, object, cause));
                }
                None if is_complete => {
                    let cause = format!("expected `{wanted}` ({name}), the tag does not exist");
                    problems.push(Problem::new(ProblemKind::MissingTag, object, cause));
                }
                None => {}
            }
        }
        let unknown = tags
            .keys()
            .filter(|tag| !is_complete && !expected.contains_key(tag.as_str()));
        problems.extend(unknown.map(|tag| {
            let cause = format!("`{}` has no digest of it", self.name);
            Problem::new(
                ProblemKind::UnexpectedTag,
                format!("{repository}:{tag}"),
                cause,
            )
        }));
        problems
    }
}
