//! Times of certificates (X.690, sections 11.7 and 11.8), also in the forms of old ones: without seconds, with
//! fractions or offsets.

use jiff::civil::Date;

/// `UTCTime` and `GeneralizedTime`.
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Seconds since 1970, negative for earlier times; `None` if the encoding is invalid.
pub(crate) fn seconds(encoded: &[u8]) -> Option<i64> {
    let [tag, length, text @ ..] = encoded else {
        return None;
    };
    if usize::from(*length) != text.len() {
        return None;
    }
    let mut rest = text;
    let year = match *tag {
        // RFC 5280, section 4.1.2.5.1: years up to 49 are 20xx.
        UTC_TIME => match number(&mut rest, 2)? {
            year @ 0..=49 => 2000 + year,
            year => 1900 + year,
        },
        GENERALIZED_TIME => number(&mut rest, 4)?,
        _ => return None,
    };
    let (month, day) = (number(&mut rest, 2)?, number(&mut rest, 2)?);
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let epoch = Date::constant(1970, 1, 1);
    let days = i64::from(date.ok()?.since(epoch).ok()?.get_days());
    let (hour, minute) = (below(&mut rest, 24)?, below(&mut rest, 60)?);
    let second = match rest.first() {
        Some(b'0'..=b'9') => below(&mut rest, 60)?,
        _ => 0,
    };
    if let [b'.' | b',', fraction @ ..] = rest {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit());
        rest = &fraction[digits.count()..];
    }
    let offset = offset(rest)?;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

/// The offset from UTC in seconds; `None` if there is no time zone.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match text {
        b"Z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let seconds = below(&mut rest, 24)? * 3600 + below(&mut rest, 60)? * 60;
    rest.is_empty().then_some(sign * seconds)
}

fn below(rest: &mut &[u8], limit: i64) -> Option<i64> {
    number(rest, 2).filter(|number| *number < limit)
}

fn number(rest: &mut &[u8], digits: usize) -> Option<i64> {
    let (start, end) = rest.split_at_checked(digits)?;
    *rest = end;
    if !start.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = start.iter().map(|digit| i64::from(digit - b'0'));
    Some(digits.fold(0, |value, digit| value * 10 + digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        for (tag, text, expected) in [
            (UTC_TIME, "200101000000Z", Some(1_577_836_800)),
            (UTC_TIME, "2001010000Z", Some(1_577_836_800)),
            (UTC_TIME, "200101010000+0100", Some(1_577_836_800)),
            (UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (UTC_TIME, "500101000000Z", Some(-631_152_000)),
            (GENERALIZED_TIME, "20200101000000Z", Some(1_577_836_800)),
            (GENERALIZED_TIME, "20200101000000.5Z", Some(1_577_836_800)),
            (GENERALIZED_TIME, "20191231230000-0100", Some(1_577_836_800)),
            (GENERALIZED_TIME, "19000101000000Z", Some(-2_208_988_800)),
            (GENERALIZED_TIME, "20200101000000", None),
            (UTC_TIME, "200230000000Z", None),
            (UTC_TIME, "-00101000000Z", None),
            (UTC_TIME, "2001010000 0Z", None),
            (UTC_TIME, "200101240000Z", None),
            (UTC_TIME, "200101000060Z", None),
            (UTC_TIME, "201301000000Z", None),
            (UTC_TIME, "200101000000Zx", None),
            (UTC_TIME, "2001010000+1", None),
            (UTC_TIME, "", None),
            (4, "200101000000Z", None),
        ] {
            let encoded = [&[tag, text.len() as u8], text.as_bytes()].concat();
            assert_eq!(seconds(&encoded), expected, "{text}");
        }
        assert_eq!(seconds(b"\x17\x0e200101000000Z"), None);
        assert_eq!(seconds(b""), None);
    }
}
