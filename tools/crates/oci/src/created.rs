//! Creation times.

use blob::{Error, Result};
use jiff::Timestamp;

/// The creation time of an image or a layer, as RFC 3339 in UTC. It is never the current time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    text: String,
    time: Timestamp,
}

impl Created {
    /// Parses the form that we write: `2026-11-21T02:34:56Z`.
    ///
    /// # Errors
    ///
    /// The text is not a time, or is in another form.
    pub fn parse(text: &str) -> Result<Self> {
        let created = Self::parse_foreign(text)?;
        if created.time.to_string() == text {
            return Ok(created);
        }
        Err(
            Error::cannot("read time", text, "it is not in the canonical spelling")
                .hint(format!("write `{}`", created.time)),
        )
    }

    /// Parses any RFC 3339 time and keeps its text, for times of base images and layers.
    pub(crate) fn parse_foreign(text: &str) -> Result<Self> {
        let time = text.parse::<Timestamp>().map_err(|_| {
            Error::cannot(
                "read time",
                text,
                "expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`",
            )
        })?;
        let text = text.to_owned();
        Ok(Self { text, time })
    }

    /// The default time: 1970-01-01T00:00:00Z.
    pub fn epoch() -> Self {
        Self {
            text: Timestamp::UNIX_EPOCH.to_string(),
            time: Timestamp::UNIX_EPOCH,
        }
    }

    /// The time of a layer in this image: the layer's own time, or the image's time if that is earlier or the layer has
    /// none.
    pub(crate) fn of_layer(&self, layer: Option<&str>) -> Result<Self> {
        let Some(text) = layer else {
            return Ok(self.clone());
        };
        let layer = Self::parse_foreign(text)?;
        let later = layer.time > self.time;
        Ok(if later { self.clone() } else { layer })
    }

    /// The text that was parsed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_are_refused() {
        for (text, message) in [
            (
                "yesterday",
                "cannot read time `yesterday`: expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`",
            ),
            (
                "2026-11-21T02:34:56",
                "cannot read time `2026-11-21T02:34:56`: expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`",
            ),
            (
                "2026-02-30T00:00:00Z",
                "cannot read time `2026-02-30T00:00:00Z`: expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`",
            ),
            (
                "2026-11-21T04:34:56+02:00",
                "cannot read time `2026-11-21T04:34:56+02:00`: it is not in the canonical spelling\n\
                 hint: write `2026-11-21T02:34:56Z`",
            ),
        ] {
            assert_eq!(Created::parse(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_layer_is_not_later_than_its_image() {
        let image = Created::parse("2026-11-21T02:34:56Z").unwrap();
        for (layer, expected) in [
            (None, "2026-11-21T02:34:56Z"),
            (Some("2026-11-21T02:34:57Z"), "2026-11-21T02:34:56Z"),
            (Some("2020-01-01T00:00:00.5Z"), "2020-01-01T00:00:00.5Z"),
        ] {
            assert_eq!(image.of_layer(layer).unwrap().text(), expected);
        }
        assert!(image.of_layer(Some("once")).is_err());
        assert_eq!(Created::epoch().text(), "1970-01-01T00:00:00Z");
    }
}
