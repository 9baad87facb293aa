//! Writes a history: JSON with one line for each image, so that differences of versions of the file are readable.

use std::fmt::Write;

use blob::{Error, Result};
use serde::Serialize;

use crate::history::model::{History, Record};

/// The history as JSON.
pub(crate) fn text(history: &History) -> Result<String> {
    let records: Vec<_> = history.records.iter().map(record).collect::<Result<_>>()?;
    Ok(format!(
        "{{\"version\": {}, \"records\": [{}]}}\n",
        history.version,
        records.join(", ")
    ))
}

fn record(record: &Record) -> Result<String> {
    let mut text = format!("{{\"locks\": {}, \"images\": {{", json(&record.locks)?);
    for (position, (name, image)) in record.images.iter().enumerate() {
        let separator = if position == 0 { "" } else { "," };
        let (name, image) = (json(name)?, json(image)?);
        write!(text, "{separator}\n{name}: {image}")
            .map_err(|error| Error::cannot("write", "the history", error))?;
    }
    Ok(text + "\n}}")
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::cannot("write", "the history", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_read_back() {
        let expected = r#"{"version": 1, "records": [{"locks": {"debian12":"2026-11-21T02:34:56Z"}, "images": {
"cc-debian12": {"packages":{"libc6":{"amd64":"2"},"netbase":"6.4"},"latest":{"architectures":{"amd64":{"digest":"sha256:a","size":1}},"digest":"sha256:b"}},
"old-debian12": null
}}, {"locks": {}, "images": {
}}]}
"#;
        let history = History::parse("history.json", expected.as_bytes()).unwrap();
        assert_eq!(text(&history).unwrap(), expected);
    }
}
