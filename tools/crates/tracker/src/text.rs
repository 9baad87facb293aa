//! Texts of a document: none, or at most as long as the limits permit.

use std::fmt;

use deb::Version;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serializer};

use crate::limits::{MAX_DESCRIPTION, MAX_TEXT};

/// A text of limited length, which is not copied before its length is known.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text, E> {
        if text.len() > MAX_TEXT {
            let size = text.len();
            return Err(E::custom(format!(
                "the text has {size} bytes; the limit is {MAX_TEXT}"
            )));
        }
        Ok(Text(text.to_owned()))
    }
}

/// A text; `null` and the empty text are none.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = Option::<Text>::deserialize(deserializer)?;
    Ok(text.map(|text| text.0).filter(|text| !text.is_empty()))
}

/// The beginning of a description.
pub(crate) fn description<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(optional(deserializer)?.map(beginning))
}

fn beginning(text: String) -> String {
    match text.char_indices().nth(MAX_DESCRIPTION) {
        None => text,
        // Reading the result again must not change it, so the mark counts as a character.
        Some(_) => {
            let mut cut: String = text.chars().take(MAX_DESCRIPTION - 1).collect();
            cut.push('…');
            cut
        }
    }
}

/// A version; `null` and the empty text are none.
pub(crate) fn optional_version<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Version>, D::Error> {
    let text = optional(deserializer)?;
    text.map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

/// Writes a version that [`optional_version`] reads.
pub(crate) fn write_version<S: Serializer>(
    version: &Option<Version>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match version {
        Some(version) => serializer.serialize_str(version.as_str()),
        None => serializer.serialize_none(),
    }
}

/// The text of a version.
#[derive(Clone, Debug)]
pub(crate) struct VersionText(pub(crate) Version);

impl<'de> Deserialize<'de> for VersionText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?.0;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}
