//! Dated tags: `<tag>-<YYYYMMDD>`, or `<tag>-<YYYYMMDD>.<number>` for a revision. They never point to another image.

use jiff::civil::Date;

/// The date of a dated tag; `None` for any other tag.
pub(crate) fn date_of(tag: &str) -> Option<Date> {
    let (name, date) = tag.rsplit_once('-')?;
    let (date, revision) = match date.split_once('.') {
        Some((date, revision)) => (date, Some(revision)),
        None => (date, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if name.is_empty() || date.len() != 8 || !is_number(date) || !revision.is_none_or(is_number) {
        return None;
    }
    let year = date[..4].parse().ok()?;
    let (month, day) = (date[4..6].parse().ok()?, date[6..].parse().ok()?);
    let date = Date::new(year, month, day).ok()?;
    // A number of eight digits may also be a version.
    (1990..2200).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_tags() {
        for (tag, date) in [
            ("latest-20261121", Some("2026-11-21")),
            ("debug-nonroot-arm64-20240229", Some("2024-02-29")),
            ("21.0.5-20261121.2", Some("2026-11-21")),
            ("latest-20260229", None),
            ("latest-00010101", None),
            ("latest-2026112", None),
            ("latest-20261121.", None),
            ("latest-20261121.x", None),
            ("-20261121", None),
            ("20261121", None),
            ("latest", None),
        ] {
            let found = date_of(tag).map(|date| date.to_string());
            assert_eq!(found.as_deref(), date, "{tag}");
        }
    }
}
