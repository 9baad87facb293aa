//! A time in the history of the repositories, for `--snapshot`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::Timestamp;

/// Debian's public snapshot archive.
pub(crate) const SNAPSHOT_ARCHIVE: &str = "https://snapshot.debian.org/archive";

/// A time in the history of the repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(Timestamp);

impl Snapshot {
    /// The state at this time.
    pub(crate) fn at(time: Timestamp) -> Self {
        Self(time)
    }

    /// Parses `2026-11-21T02:34:56Z`, `20261121T023456Z` or `2026-11-21` (its first second).
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let day = || -> Option<Timestamp> {
            let date: Date = text
                .parse()
                .ok()
                .filter(|_| text.len() == "2026-11-21".len())?;
            Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
        };
        let time = text.parse().ok().or_else(day);
        time.map(Self)
            .ok_or_else(|| "expected a time like 2026-11-21T02:34:56Z".to_owned())
    }

    /// Formats the time as in the URLs of the snapshot archive: `20261121T023456Z`.
    pub(crate) fn compact(&self) -> String {
        let time = self.0.to_zoned(TimeZone::UTC);
        time.strftime("%Y%m%dT%H%M%SZ").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_times() {
        for text in [
            "2026-11-21T02:34:56Z",
            "20261121T023456Z",
            "2026-11-21T03:34:56+01:00",
        ] {
            assert_eq!(Snapshot::parse(text).unwrap().compact(), "20261121T023456Z");
        }
        let day = Snapshot::parse("2026-11-21").unwrap();
        assert_eq!(day.compact(), "20261121T000000Z");
        for bad in ["", "yesterday", "2026-13-01", "2026-11-21T02:34:56"] {
            assert!(Snapshot::parse(bad).is_err(), "{bad}");
        }
    }
}
