use blob::{Error, Result};
use message::shorten;
use serde::de::IgnoredAny;
use serde::Deserialize;

use crate::predicate::Predicate;
use crate::statement::{Document, Statement, PREDICATE_TYPE, TYPE};

/// The maximum size of a statement in bytes: ten times that of an index of all images of this project for all
/// platforms.
pub const MAX_STATEMENT: u64 = 16 << 20;

/// The fields that say what a document is.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "_type")]
    kind: Option<String>,
    #[serde(rename = "predicateType")]
    predicate_type: Option<String>,
    #[serde(rename = "buildDefinition")]
    build_definition: Option<IgnoredAny>,
}

impl Statement {
    /// Parses a statement that [`Statement::to_json`] wrote. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The text is too large or is not JSON, is a statement of another type or of another program, or a field is missing
    /// or malformed.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        read(text).map_err(|error| error.within("read provenance", file))
    }
}

fn read(text: &str) -> Result<Statement> {
    if text.len() as u64 > MAX_STATEMENT {
        let cause = format!(
            "it has {} bytes, at most {MAX_STATEMENT} are read",
            text.len()
        );
        return Err(Error::cannot("read", "statement", cause));
    }
    check_head(text)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.inner().to_string());
        Error::cannot("read field", shorten(&path), shorten(&cause))
    })?;
    let subjects = document.subject.into_iter();
    let subjects: Vec<_> = subjects
        .map(|subject| subject.subject())
        .collect::<Result<_>>()?;
    if subjects.is_empty() {
        return Err(Error::cannot("use field", "subject", "it is empty"));
    }
    Ok(Statement {
        subjects,
        predicate: Predicate::read(document.predicate)?,
    })
}

fn check_head(text: &str) -> Result<()> {
    let head: Head = serde_json::from_str(text)
        .map_err(|error| Error::cannot("read", "statement", shorten(&error.to_string())))?;
    let Some(kind) = head.kind else {
        let error = Error::cannot("use", "document", "it has no field `_type`");
        return Err(if head.build_definition.is_some() {
            error.hint("this is the predicate alone: give the statement, which has the subject")
        } else {
            error
        });
    };
    let predicate_type = head.predicate_type.unwrap_or_default();
    for (field, expected, found) in [
        ("_type", TYPE, kind),
        ("predicateType", PREDICATE_TYPE, predicate_type),
    ] {
        if found != expected {
            let cause = format!("expected `{expected}`, found `{}`", shorten(&found));
            return Err(Error::cannot("use field", field, cause));
        }
    }
    Ok(())
}
