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
            Error::cannot("read time", text, "it is not in canonical form")
                .hint(format!("write `{}`", created.time)),
        )
    }

    /// Parses any RFC 3339 time and keeps its text, for times of base images and layers.
    pub(crate) fn parse_foreign(text: &str) -> Result<Self> {
        let fail = |cause| Error::cannot("read time", text, cause);
        if !has_the_form_of_go(text) {
            return Err(fail(
                "expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`",
            ));
        }
        let time = text.parse::<Timestamp>();
        let time = time.map_err(|_| {
            fail("no such time exists, or it is after 9999-12-30T22:00:00Z, the latest supported time")
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

/// Whether a time has the one form of RFC 3339 that Go reads: engines refuse a whole configuration for `t` and `z`, a blank in the
/// middle, an offset without a colon or the sixtieth second.
fn has_the_form_of_go(text: &str) -> bool {
    let fits = |text: &str, form: &str| {
        let mut pairs = text.bytes().zip(form.bytes());
        text.len() == form.len()
            && pairs.all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                form => byte == form,
            })
    };
    let Some((time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let fraction = rest.strip_prefix(['.', ',']).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        rest.split_at(end.unwrap_or(rest.len()))
    });
    let (digits, zone) = fraction.unwrap_or(("0", rest));
    let has_zone = zone == "Z" || fits(zone, "+00:00") || fits(zone, "-00:00");
    fits(time, "0000-00-00T00:00:00") && !time.ends_with(":60") && !digits.is_empty() && has_zone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_are_refused() {
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
                "cannot read time `2026-02-30T00:00:00Z`: no such time exists, or it is after 9999-12-30T22:00:00Z, the latest supported time",
            ),
            (
                "2026-11-21T04:34:56+02:00",
                "cannot read time `2026-11-21T04:34:56+02:00`: it is not in canonical form\n\
                 hint: write `2026-11-21T02:34:56Z`",
            ),
        ] {
            assert_eq!(Created::parse(text).unwrap_err().to_string(), message);
        }
    }

    /// What Go's `time` reads and refuses, which was asked.
    #[test]
    fn times_of_bases_as_go_reads_them() {
        for text in [
            "2020-01-01T00:00:00+02:00",
            "2020-01-01T00:00:00.5-11:30",
            "2020-01-01T00:00:00,5Z",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(Created::parse_foreign(text).unwrap().text(), text);
        }
        for text in [
            "2020-01-01t00:00:00z",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:00+0200",
            "2016-12-31T23:59:60Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-1T00:00:00Z",
            "2020-01-01T00:00:00Z[UTC]",
            "2020-01-01T00:00",
            "",
        ] {
            assert!(Created::parse_foreign(text).is_err(), "{text}");
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
