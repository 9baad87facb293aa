//! The sort order of names in a cache.

use std::cmp::Ordering;

/// The order of glibc's `_dl_cache_libcmp` (`elf/dl-cache.c`), by which the loader searches: runs of digits
/// compare as numbers and come after other characters.
pub(crate) fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        match (left.first(), right.first()) {
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let order = take_number(&mut left).cmp(&take_number(&mut right));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(a), _) if a.is_ascii_digit() => return Ordering::Greater,
            (_, Some(b)) if b.is_ascii_digit() => return Ordering::Less,
            (Some(a), Some(b)) if a == b => (left, right) = (&left[1..], &right[1..]),
            (a, b) => return a.cmp(&b),
        }
    }
}

/// Numbers above 64 bits are equal; no library has such a number in its name.
fn take_number(text: &mut &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    let count = digits.clone().count();
    let number = digits.fold(0_u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    *text = &text[count..];
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_numbers_and_come_last() {
        for (smaller, larger) in [
            ("libc.so.6", "libc.so.10"),
            ("libcrypt.so.1", "libcrypto.so.1"),
            ("libx.so", "libx.so.1"),
            ("libkeyutils.so.1", "libk5crypto.so.3"),
            ("libdb-5.3.so", "libdb1.so"),
            ("", "a"),
        ] {
            assert_eq!(
                compare(smaller.as_bytes(), larger.as_bytes()),
                Ordering::Less,
                "{smaller}"
            );
            assert_eq!(
                compare(larger.as_bytes(), smaller.as_bytes()),
                Ordering::Greater
            );
        }
        assert_eq!(compare(b"libx.so.01", b"libx.so.1"), Ordering::Equal);
    }
}
