use std::fmt;
use std::str::FromStr;

use blob::{Error, Result};
use jiff::Timestamp;

/// A creation time: whole seconds since 1970, written as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Created(u64);

impl Created {
    /// The time that is this number of seconds after the start of 1970.
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the start of 1970.
    pub fn seconds(self) -> u64 {
        self.0
    }
}

impl FromStr for Created {
    type Err = Error;

    /// Parses only the form that [`Created`] prints.
    fn from_str(text: &str) -> Result<Self> {
        let created = text.parse::<Timestamp>().ok();
        let created = created.and_then(|time| u64::try_from(time.as_second()).ok());
        match created.map(Self) {
            Some(created) if created.to_string() == text => Ok(created),
            _ => Err(Error::cannot(
                "read time",
                text,
                "expected RFC 3339 in UTC, such as `2026-11-21T02:34:56Z`",
            )),
        }
    }
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0).unwrap_or(i64::MAX);
        let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        write!(f, "{}", time.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_is_read() {
        for text in ["1970-01-01T00:00:00Z", "2026-11-21T02:34:56Z"] {
            assert_eq!(text.parse::<Created>().unwrap().to_string(), text);
        }
        let created: Created = "2026-11-21T02:34:56Z".parse().unwrap();
        assert_eq!(created.seconds(), 1_795_228_496);
        for bad in [
            "",
            "2026-11-21",
            "2026-11-21T02:34:56",
            "2026-11-21T02:34:56+00:00",
            "2026-11-21T02:34:56.5Z",
            "2026-11-21 02:34:56Z",
            "1969-12-31T23:59:59Z",
            "1795228496",
        ] {
            assert!(bad.parse::<Created>().is_err(), "{bad}");
        }
    }
}
