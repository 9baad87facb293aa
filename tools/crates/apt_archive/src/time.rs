//! Dates in the formats that apt reads (`RFC1123StrToTime` in
//! [apt-pkg/contrib/strutl.cc](https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/contrib/strutl.cc)).

use blob::{Error, Result};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;
use message::shorten;

const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Parses the date of a Release file in one of the three forms of HTTP dates (RFC 9110, section 5.6.7), padded or not:
///
/// - `Sat, 11 Jul 2026 10:16:37 UTC` (RFC 1123),
/// - `Saturday, 11-Jul-26 10:16:37 GMT` (RFC 850; years up to 68 are in this century, as in POSIX for `%y`),
/// - `Sat Jul 11 10:16:37 2026` (asctime, in UTC).
///
/// The time zone is `UTC`, `GMT`, `Z` or an offset of zero. The weekday need not match the date.
///
/// # Errors
///
/// Fails if the text has another form or another time zone, or is not a date of the calendar.
pub(crate) fn release_date(text: &str) -> Result<Timestamp> {
    let date = fields(text).and_then(|fields| fields.timestamp());
    date.ok_or_else(|| {
        let cause = "expected a date like `Sat, 11 Jul 2026 10:16:37 UTC`";
        Error::cannot("read date", shorten(text), cause)
    })
}

/// The parts of a date, as text.
struct Fields<'a> {
    day: &'a str,
    month: &'a str,
    year: i16,
    time: &'a str,
}

fn fields(text: &str) -> Option<Fields<'_>> {
    let words: Vec<&str> = text.split_ascii_whitespace().take(7).collect();
    let weekday = words.first()?.to_ascii_lowercase();
    if !WEEKDAYS.contains(&weekday.get(..3)?) {
        return None;
    }
    let comma = weekday.ends_with(',');
    match (weekday.len(), &words[1..]) {
        (4, [day, month, year, time, zone]) if comma && is_utc(zone) => Some(Fields {
            day,
            month,
            year: year.parse().ok()?,
            time,
        }),
        (3, [month, day, time, year]) => Some(Fields {
            day,
            month,
            year: year.parse().ok()?,
            time,
        }),
        (5.., [date, time, zone]) if comma && is_utc(zone) => {
            let (day, rest) = date.split_once('-')?;
            let (month, year) = rest.split_once('-')?;
            Some(Fields {
                day,
                month,
                year: year_of(year)?,
                time,
            })
        }
        _ => None,
    }
}

/// Parses a year of two or more digits.
fn year_of(text: &str) -> Option<i16> {
    let year: i16 = number(text)?.try_into().ok()?;
    Some(match year {
        0..=68 => 2000 + year,
        69..=99 => 1900 + year,
        year => year,
    })
}

fn is_utc(zone: &str) -> bool {
    let digits = zone.strip_prefix(['+', '-']).unwrap_or(zone);
    let zero = !digits.is_empty() && digits.bytes().all(|byte| byte == b'0');
    matches!(zone, "UTC" | "GMT" | "UT" | "Z") || zero
}

fn number(text: &str) -> Option<i32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

impl Fields<'_> {
    fn timestamp(&self) -> Option<Timestamp> {
        let month = self.month.to_ascii_lowercase();
        let month = MONTHS
            .iter()
            .position(|name| month.get(..3) == Some(name))?;
        let parts: Vec<i32> = self.time.split(':').map(number).collect::<Option<_>>()?;
        let [hour, minute, second] = parts[..] else {
            return None;
        };
        let date = DateTime::new(
            self.year,
            i8::try_from(month + 1).ok()?,
            i8::try_from(number(self.day)?).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            0,
        );
        let date = date.ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(date.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms of apt's own test (`test/libapt/strutil_test.cc`), with another date.
    #[test]
    fn forms_that_apt_reads() {
        for text in [
            "Sun, 05 Jul 2026 08:49:37 GMT",
            "Sun, 5 Jul 2026 08:49:37 UTC",
            "Sun,  5 Jul 2026 08:49:37 Z",
            "Sun, 05 Jul 2026  8:49:37 UTC",
            "Sun, 05 Jul 2026 08:49:37 -0000",
            "Sun, 05 Jul 2026 08:49:37 +0000",
            "sun, 05 JUL 2026 08:49:37 UT",
            "Mon, 05 July 2026 08:49:37 UTC",
            "Sunday, 05-Jul-26 08:49:37 GMT",
            "Sunday,  5-Jul-26 08:49:37 GMT",
            "Sunday, 05-Jul-2026 8:49:37 GMT",
            "Sun Jul  5 08:49:37 2026",
            "Sun Jul 05 08:49:37 2026",
            "Sun Jul  5  8:49:37 2026",
            "  Sun Jul 5 8:49:37 2026\t",
        ] {
            let date = release_date(text).unwrap();
            assert_eq!(date.to_string(), "2026-07-05T08:49:37Z", "{text}");
        }
        let date = release_date("Sunday, 06-Nov-94 08:49:37 GMT").unwrap();
        assert_eq!(date.to_string(), "1994-11-06T08:49:37Z");
    }

    #[test]
    fn forms_that_apt_refuses() {
        for text in [
            "",
            "UTC",
            "yesterday",
            "2026-07-11T10:16:37Z",
            "2026-11-16 13:22:30 UTC",
            "Mon, Nov 16 2026 15:24:22 +0000",
            "Mon, 16 Nov 2026 14:18:06 -0800",
            "Sat, 11 Jul 2026 10:16:37 CEST",
            "So, 06 Nov 1994 08:49:37 UTC",
            ", 06 Nov 1994 08:49:37 UTC",
            "Son, 06 Nov 1994 08:49:37 UTC",
            "Sun: 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 GMT+1",
            "Sun, 06 Nov 1994 GMT",
            "Sunday, 06 Nov 1994 GMT",
            "Sonntag, 06 Nov 1994 08:49:37 GMT",
            "domingo Nov 6 08:49:37 1994",
            "Sunday: 06-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 EDT",
            "Sunday, 06-Nov-94 08:49:37 -0100",
            "Sunday, 06-Nov-94 08:49:37 -0.1",
            "Sun, 31 Feb 2026 08:49:37 UTC",
            "Sun, 05 Jul 2026 25:00:00 UTC",
            "Sun, 05 Jul 999999 08:49:37 UTC",
            "Sün, 05 Jul 2026 08:49:37 UTC",
            "Sun, 05 Jül 2026 08:49:37 UTC",
            "Sun, 05 Foo 2026 08:49:37 UTC",
            "Sun, -5 Jul 2026 08:49:37 UTC",
        ] {
            assert!(release_date(text).is_err(), "{text}");
        }
        let error = release_date("yesterday").unwrap_err().to_string();
        assert_eq!(
            error,
            "cannot read date `yesterday`: expected a date like `Sat, 11 Jul 2026 10:16:37 UTC`"
        );
    }
}
