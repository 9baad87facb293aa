/// The units of Debian, registries and our other pages: powers of 1000.
const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

/// A number of bytes with one decimal: `1.2 MB`.
pub fn bytes(count: u64) -> String {
    let mut unit = 1_u64;
    let mut names = UNITS.iter();
    let mut name = names.next().copied().unwrap_or_default();
    // A number that rounds to 1000.0 has the next unit.
    for next in names {
        if tenths(count, unit) < 10_000 {
            break;
        }
        unit = unit.saturating_mul(1000);
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

/// The difference of two numbers of bytes: `+1.2 MB`, or `0 B`.
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
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (1_234_567, "1.2 MB"),
            (u64::MAX, "18446744.1 TB"),
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
