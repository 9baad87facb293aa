//! A file with the content of a statement.

use std::path::{Path, PathBuf};

use blob::{read_regular, Digest, Error, Result, ResultExt};
use serde::Deserialize;
use serde_json::Value;
use sign::Statement;

/// The maximum size of a predicate, in bytes. Its bundle in base64 has at most 16 MiB.
const MAX_PREDICATE: u64 = 11 << 20;

/// The beginning of the types of all versions of in-toto statements.
const STATEMENT: &str = "https://in-toto.io/Statement/";

/// A JSON file with a predicate. It may also be a whole in-toto statement, such as a program for provenance writes; then
/// it must be about the image that gets it.
#[derive(Clone, Debug)]
pub(crate) struct StatementFile {
    path: PathBuf,
    predicate_type: String,
}

/// The fields of a whole statement.
#[derive(Deserialize)]
struct Whole {
    #[serde(rename = "predicateType")]
    predicate_type: String,
    subject: Vec<Subject>,
    predicate: Value,
}

#[derive(Deserialize)]
struct Subject {
    digest: SubjectDigest,
}

#[derive(Deserialize)]
struct SubjectDigest {
    sha256: Option<String>,
}

impl StatementFile {
    /// A file with a predicate of this type, a URL. The file is not read.
    pub(crate) fn new(path: PathBuf, predicate_type: String) -> Self {
        Self {
            path,
            predicate_type,
        }
    }

    /// The type, a URL.
    pub(crate) fn predicate_type(&self) -> &str {
        &self.predicate_type
    }

    /// The path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file, and checks everything that does not depend on an image.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not a JSON object, or is a statement of another type.
    pub(crate) fn check(&self) -> Result<()> {
        self.read().map(drop)
    }

    /// The statement for an image.
    ///
    /// # Errors
    ///
    /// As [`Self::check`], or the file is a statement about another image.
    pub(crate) fn statement(&self, subject: Digest) -> Result<Statement> {
        let (subjects, predicate) = self.read()?;
        let hex = subject.hex();
        if subjects.as_ref().is_some_and(|all| !all.contains(&hex)) {
            let cause = format!("it is a statement about another image, expected `{subject}`");
            return Err(Error::cannot("use statement", self.path.display(), cause));
        }
        Ok(Statement {
            subject,
            predicate_type: self.predicate_type.clone(),
            predicate,
        })
    }

    /// The digests of the images that a whole statement is about, and the predicate.
    fn read(&self) -> Result<(Option<Vec<String>>, Value)> {
        let name = self.path.display();
        let bytes = read_regular(&self.path, MAX_PREDICATE).cannot("read", &name)?;
        let value: Value = serde_json::from_slice(&bytes).cannot("read", &name)?;
        if !value.is_object() {
            return Err(Error::cannot("read", name, "expected a JSON object"));
        }
        let kind = value.get("_type").and_then(Value::as_str);
        if !kind.is_some_and(|kind| kind.starts_with(STATEMENT)) {
            return Ok((None, value));
        }
        let whole: Whole = serde_json::from_value(value).cannot("read statement", &name)?;
        if whole.predicate_type != self.predicate_type {
            let found = message::shorten(&whole.predicate_type);
            let expected = &self.predicate_type;
            let cause = format!("expected a statement of type `{expected}`, found `{found}`");
            return Err(Error::cannot("use statement", name, cause));
        }
        if !whole.predicate.is_object() {
            let cause = "expected a JSON object as `predicate`";
            return Err(Error::cannot("read statement", name, cause));
        }
        let subjects = whole.subject.into_iter();
        let subjects = subjects.filter_map(|subject| subject.digest.sha256);
        Ok((Some(subjects.collect()), whole.predicate))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    const TYPE: &str = "https://slsa.dev/provenance/v1";

    fn file(directory: &Path, content: &Value) -> StatementFile {
        let path = directory.join("statement.json");
        fs::write(&path, content.to_string()).unwrap();
        StatementFile::new(path, TYPE.to_owned())
    }

    fn error(result: Result<impl std::fmt::Debug>) -> String {
        let error = result.unwrap_err().to_string();
        error.split_once("`: ").unwrap().1.to_owned()
    }

    #[test]
    fn predicates_and_whole_statements() {
        let directory = tempfile::tempdir().unwrap();
        let (image, other) = (Digest::of(b"image"), Digest::of(b"other"));
        let predicate = json!({"buildDefinition": {}});
        let bare = file(directory.path(), &predicate);
        assert_eq!(bare.statement(image).unwrap().predicate, predicate);

        let whole = json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": TYPE,
            "subject": [{"digest": {"sha256": image.hex()}}], "predicate": predicate});
        let whole = file(directory.path(), &whole);
        assert_eq!(
            whole.statement(image).unwrap(),
            bare_statement(image, &predicate)
        );
        assert_eq!(
            error(whole.statement(other)),
            format!("it is a statement about another image, expected `{other}`")
        );
    }

    fn bare_statement(subject: Digest, predicate: &Value) -> Statement {
        Statement {
            subject,
            predicate_type: TYPE.to_owned(),
            predicate: predicate.clone(),
        }
    }

    #[test]
    fn wrong_files() {
        let directory = tempfile::tempdir().unwrap();
        let whole = |predicate_type: &str, predicate: Value| {
            json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": predicate_type,
                "subject": [], "predicate": predicate})
        };
        for (content, cause) in [
            (json!([]), "expected a JSON object"),
            (
                whole("https://spdx.dev/Document", json!({})),
                "expected a statement of type `https://slsa.dev/provenance/v1`, found `https://spdx.dev/Document`",
            ),
            (whole(TYPE, json!("text")), "expected a JSON object as `predicate`"),
            (json!({"_type": "https://in-toto.io/Statement/v1"}), "missing field `predicateType`"),
        ] {
            assert_eq!(error(file(directory.path(), &content).check()), cause);
        }
    }
}
