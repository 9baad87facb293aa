//! The compact form of a snapshot, which a repository keeps as a lock: one line for each issue, with sorted keys. Equal
//! snapshots give equal bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use blob::{Blob, Digest, Error, Result, ResultExt};
use serde::de::DeserializeOwned;
use serde::Deserialize;
use serde_json::json;

use crate::failure;
use crate::issue::is_name;
use crate::limits::{MAX_ALL_ISSUES, MAX_COMPACT, MAX_SOURCES};
use crate::read::OfSource;
use crate::snapshot::{time, Snapshot};
use crate::unique::Unique;

/// The version of the compact form.
const VERSION: u64 = 1;

#[derive(Deserialize)]
struct AnyVersion {
    version: u64,
}

#[derive(Deserialize)]
struct Compact {
    document: Document,
    releases: BTreeSet<String>,
    sources: Unique<OfSource, MAX_SOURCES>,
}

#[derive(Deserialize)]
struct Document {
    sha256: String,
    size: u64,
    time: String,
}

impl Snapshot {
    /// The compact form.
    ///
    /// # Errors
    ///
    /// A value has no form in JSON.
    pub fn to_json(&self) -> Result<String> {
        let document = json!({
            "sha256": self.document.digest.hex(),
            "size": self.document.size,
            "time": self.time.to_string(),
        });
        let releases = json!(self.releases);
        let mut text = format!(
            "{{\n  \"document\": {document},\n  \"releases\": {releases},\n  \"sources\": {{"
        );
        let mut sources = self.sources.iter().peekable();
        while let Some((name, issues)) = sources.next() {
            let _ = write!(text, "\n    {}: {{", json!(name));
            let mut issues = issues.iter().peekable();
            while let Some((name, issue)) = issues.next() {
                let issue = serde_json::to_string(issue).cannot("write issue", name)?;
                let _ = write!(text, "\n      {}: {issue}", json!(name));
                text.push_str(if issues.peek().is_some() {
                    ","
                } else {
                    "\n    "
                });
            }
            text.push('}');
            text.push_str(if sources.peek().is_some() {
                ","
            } else {
                "\n  "
            });
        }
        let _ = write!(text, "}},\n  \"version\": {VERSION}\n}}\n");
        Ok(text)
    }

    /// Parses the compact form. `file` is its name in messages. Unknown keys are ignored.
    ///
    /// # Errors
    ///
    /// The text is larger than [`MAX_COMPACT`], is not JSON, has a newer version, or has a value that is missing or
    /// malformed. The message has the path to the value.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let fail = |cause: String| Error::cannot("read tracker lock", file, cause);
        if text.len() > MAX_COMPACT {
            return Err(fail(format!("it is larger than {MAX_COMPACT} bytes")));
        }
        let AnyVersion { version } = parse(file, text)?;
        if version != VERSION {
            return Err(fail(format!("expected version {VERSION}, found {version}"))
                .hint("use the version of distroless that wrote it, or a newer one"));
        }
        let compact: Compact = parse(file, text)?;
        if let Some(name) = compact.releases.iter().find(|name| !is_name(name)) {
            let name = name.escape_debug();
            return Err(fail(format!("`{name}` is not the name of a release")));
        }
        let sources = compact.sources.0.into_iter();
        let snapshot = Self {
            document: Blob {
                digest: Digest::from_hex(&compact.document.sha256)
                    .map_err(|error| error.within("read tracker lock", file))?,
                size: compact.document.size,
            },
            time: time(&compact.document.time)
                .map_err(|error| error.within("read tracker lock", file))?,
            releases: compact.releases,
            sources: sources.map(|(name, issues)| (name, issues.0)).collect(),
        };
        let issues: usize = snapshot.sources.values().map(|issues| issues.len()).sum();
        if issues > MAX_ALL_ISSUES {
            return Err(fail(format!("it has more than {MAX_ALL_ISSUES} issues")));
        }
        Ok(snapshot)
    }
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    const VERB: &str = "read tracker lock";
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| failure::located(VERB, file, error.path(), error.inner()))
        .and_then(|value| {
            deserializer.end().cannot(VERB, file)?;
            Ok(value)
        })
        .map_err(|error| error.hint("restore it from version control, or lock the tracker again"))
}
