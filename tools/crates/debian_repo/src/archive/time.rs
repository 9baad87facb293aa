//! Times as archives write them.

use blob::{Error, Result};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;

/// Reads the date of a Release file, `Sat, 11 Jul 2026 10:16:37 UTC` (RFC 5322 with a named zone).
pub(crate) fn release_date(text: &str) -> Result<Timestamp> {
    let wrong = || {
        Error::cannot(
            "read date",
            text,
            "expected a form like `Sat, 11 Jul 2026 10:16:37 UTC`",
        )
    };
    let (date, zone) = text.trim().rsplit_once(' ').ok_or_else(wrong)?;
    if !matches!(zone, "UTC" | "GMT" | "UT" | "Z" | "+0000") {
        return Err(wrong());
    }
    let date = DateTime::strptime("%a, %d %b %Y %H:%M:%S", date).map_err(|_| wrong())?;
    let date = date.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(date.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_real_archives() {
        for text in [
            "Sat, 11 Jul 2026 10:16:37 UTC",
            "Sat, 11 Jul 2026 10:16:37 +0000",
            "Sat, 11 Jul 2026 10:16:37 GMT",
        ] {
            let date = release_date(text).unwrap();
            assert_eq!(date.to_string(), "2026-07-11T10:16:37Z");
        }
        let date = release_date("Sun,  5 Jul 2026 10:16:37 UTC").unwrap();
        assert_eq!(date.to_string(), "2026-07-05T10:16:37Z");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "UTC",
            "yesterday",
            "2026-07-11T10:16:37Z",
            "Sat, 11 Jul 2026 10:16:37 CEST",
        ] {
            assert!(release_date(text).is_err(), "{text}");
        }
        let error = release_date("yesterday").unwrap_err().to_string();
        assert_eq!(
            error,
            "cannot read date `yesterday`: expected a form like `Sat, 11 Jul 2026 10:16:37 UTC`"
        );
    }
}
