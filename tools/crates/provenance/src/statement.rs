use blob::{Digest, Result, ResultExt};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::predicate::Written;
use crate::resource::Digests;
use crate::Predicate;

/// The type of the predicate.
pub const PREDICATE_TYPE: &str = "https://slsa.dev/provenance/v1";

/// The type of the statement.
pub(crate) const TYPE: &str = "https://in-toto.io/Statement/v1";

/// A statement about the provenance of an image or index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The index or image, and the images of the index.
    pub subjects: Vec<Subject>,
    /// How it was built.
    pub predicate: Predicate,
}

/// A document that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The name for people: of the index or image, and the platform of an image of an index.
    pub name: String,
    /// The digest of the manifest or index.
    pub digest: Digest,
}

/// The form of a statement in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    #[serde(rename = "_type")]
    pub(crate) kind: String,
    pub(crate) predicate: Written,
    pub(crate) predicate_type: String,
    pub(crate) subject: Vec<Described>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Described {
    pub(crate) digest: Digests,
    #[serde(default)]
    pub(crate) name: String,
}

impl Statement {
    /// Whether the statement is about this manifest or index.
    pub fn is_about(&self, digest: Digest) -> bool {
        self.subjects.iter().any(|subject| subject.digest == digest)
    }

    /// The statement as JSON: compact, with sorted keys, and a newline at its end.
    ///
    /// # Errors
    ///
    /// It cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        let write = || -> serde_json::Result<String> {
            canonical(&Document {
                kind: TYPE.to_owned(),
                predicate: self.predicate.written()?,
                predicate_type: PREDICATE_TYPE.to_owned(),
                subject: self.subjects.iter().map(Described::of).collect(),
            })
        };
        write().cannot("write", "provenance")
    }

    /// The predicate alone, in the same form. Programs that sign an image add the statement around it.
    ///
    /// # Errors
    ///
    /// It cannot be written as JSON.
    pub fn predicate_json(&self) -> Result<String> {
        let write = || canonical(&self.predicate.written()?);
        write().cannot("write", "provenance")
    }
}

/// JSON with sorted keys: serde_json's maps are sorted.
fn canonical(document: &impl Serialize) -> serde_json::Result<String> {
    let value: Value = serde_json::to_value(document)?;
    Ok(format!("{value}\n"))
}

impl Described {
    fn of(subject: &Subject) -> Self {
        Self {
            digest: Digests {
                sha256: subject.digest.hex(),
            },
            name: subject.name.clone(),
        }
    }

    pub(crate) fn subject(self) -> Result<Subject> {
        let digest = Digest::from_hex(&self.digest.sha256);
        let digest =
            digest.map_err(|error| error.within("read subject", message::shorten(&self.name)))?;
        Ok(Subject {
            name: self.name,
            digest,
        })
    }
}
