//! JSON of files: the place of a mistake.

use serde::de::DeserializeOwned;

use crate::escape;

/// Parses JSON.
///
/// # Errors
///
/// The cause for a message, with the place if there is one: ``at `images[0].name`: invalid type: integer `1`, expected a
/// string``. It is one line, with escaped characters, because it may repeat a text of the file.
pub fn parse_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let cause = match error.path().to_string() {
            path if path == "." => error.inner().to_string(),
            path => format!("at `{path}`: {}", error.inner()),
        };
        escape(&cause)
    })?;
    deserializer
        .end()
        .map_err(|error| escape(&error.to_string()))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn cause(text: &str) -> String {
        let parsed: Result<BTreeMap<String, Vec<String>>, String> = parse_json(text.as_bytes());
        parsed.unwrap_err()
    }

    #[test]
    fn the_cause_has_the_place() {
        assert_eq!(
            cause(r#"{"a": ["b", 1]}"#),
            "at `a[1]`: invalid type: integer `1`, expected a string at line 1 column 13"
        );
    }

    #[test]
    fn a_mistake_of_the_whole_text_has_no_path() {
        assert_eq!(
            cause("[]"),
            "invalid type: sequence, expected a map at line 1 column 0"
        );
        assert_eq!(cause("{} x"), "trailing characters at line 1 column 4");
    }

    #[test]
    fn texts_of_the_file_are_escaped() {
        let text = "{\"\\u001b[31m\": 1}";
        assert!(
            cause(text).starts_with("at `\\u{1b}[31m`: "),
            "{}",
            cause(text)
        );
    }
}
