const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

/// A number of bytes with one decimal: `1.2 MiB`.
pub fn bytes(count: u64) -> String {
    let mut unit = 1_u64;
    let mut names = UNITS.iter();
    let mut name = names.next().copied().unwrap_or_default();
    // A number that rounds to 1024.0 has the next unit.
    for next in names {
        if tenths(count, unit) < 10240 {
            break;
        }
        unit = unit.saturating_mul(1024);
        name = next;
    }
    let tenths = tenths(count, unit);
    if unit == 1 {
        format!("{count} {name}")
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

fn tenths(count: u64, unit: u64) -> u128 {
    (u128::from(count) * 10 + u128::from(unit) / 2) / u128::from(unit)
}

/// The sum of numbers of bytes. Contents of others can have any numbers, so it stops at the largest one.
pub fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

/// The difference of two numbers of bytes: `+1.2 MiB`, or `0 B`.
pub fn delta(old: u64, new: u64) -> String {
    let sign = match old.cmp(&new) {
        std::cmp::Ordering::Less => "+",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "-",
    };
    format!("{sign}{}", bytes(old.abs_diff(new)))
}

/// A number with its noun: `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (count, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_048_524, "1023.9 KiB"),
            (1_048_575, "1.0 MiB"),
            (1_258_291, "1.2 MiB"),
            (u64::MAX, "16777216.0 TiB"),
        ] {
            assert_eq!(bytes(count), text);
        }
        assert_eq!((&*delta(1, 3), &*delta(3, 1)), ("+2 B", "-2 B"));
        assert_eq!(
            (&*count(1, "entry"), &*count(2, "entry")),
            ("1 entry", "2 entries")
        );
        assert_eq!(sum([1, 2].into_iter()), 3);
        assert_eq!(sum([u64::MAX, 2].into_iter()), u64::MAX);
    }
}
