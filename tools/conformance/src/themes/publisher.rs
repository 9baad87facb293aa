//! The publisher that documents of images state: configurations, manifests, descriptors and indexes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{ensure, Result};
use clap::Args;
use serde_json::{json, Value};

use crate::json;
use crate::report::Report;

/// The annotations that state a publisher.
const STATEMENTS: [&str; 5] = [
    "org.opencontainers.image.base.name",
    "org.opencontainers.image.documentation",
    "org.opencontainers.image.source",
    "org.opencontainers.image.url",
    "org.opencontainers.image.vendor",
];

/// Compares the publisher that documents of images state with the expected one.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// JSON documents of images.
    #[arg(required = true)]
    documents: Vec<PathBuf>,
    /// JSON: annotation to a sorted list of its different values in all documents.
    #[arg(long)]
    expected: PathBuf,
    /// A text that no document may contain; may be given several times.
    #[arg(long)]
    absent: Vec<String>,
}

pub(crate) fn test(options: &Options, report: &mut Report) -> Result<()> {
    let mut stated = BTreeMap::new();
    for path in &options.documents {
        let document = json::read(path)?;
        report.check(
            format_args!("{} does not name others", path.display()),
            absent(&document, &options.absent),
        );
        collect(&document, &mut stated);
    }
    let expected = json::pretty(&json::read(&options.expected)?);
    report.equal("the publisher", &expected, &json::pretty(&json!(stated)));
    Ok(())
}

/// Checks that a document contains none of the texts. Compact JSON escapes no character of them.
fn absent(document: &Value, texts: &[String]) -> Result<()> {
    let document = document.to_string();
    for text in texts {
        ensure!(!document.contains(text), "it contains `{text}`: {document}");
    }
    Ok(())
}

/// Adds the values of the annotations in all objects of a document.
fn collect(value: &Value, stated: &mut BTreeMap<String, BTreeSet<String>>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) if STATEMENTS.contains(&key.as_str()) => {
                stated
                    .entry(key.clone())
                    .or_default()
                    .insert(text.to_owned());
            }
            _ => collect(value, stated),
        }
    }
    for item in json::items(value) {
        collect(item, stated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collects_statements_of_nested_objects() {
        let mut stated = BTreeMap::new();
        let index = json!({"manifests": [
            {"annotations": {STATEMENTS[2]: "b", "other": "c"}},
            {"annotations": {STATEMENTS[2]: "a"}},
        ]});
        collect(&index, &mut stated);
        assert_eq!(json!(stated), json!({STATEMENTS[2]: ["a", "b"]}));
    }

    #[test]
    fn finds_absent_texts() {
        let texts = ["gcr.io".to_owned()];
        absent(&json!({"a": "registry.example"}), &texts).unwrap();
        let error = absent(&json!({"a": ["gcr.io/b"]}), &texts).unwrap_err();
        assert!(error.to_string().starts_with("it contains `gcr.io`"));
    }
}
