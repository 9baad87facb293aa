//! Formats numbers for pages.

/// Bytes in MB with two decimal places, rounded half up.
pub(crate) fn megabytes(bytes: u64) -> String {
    // No sum that could overflow: a file of values can have any number.
    let hundredths = bytes / 10_000 + u64::from(bytes % 10_000 >= 5_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn numbers_are_rounded_half_up() {
        for (bytes, text) in [
            (4_999, "0.00"),
            (5_000, "0.01"),
            (8_053_999, "8.05"),
            (u64::MAX, "18446744073709.55"),
        ] {
            assert_eq!(megabytes(bytes), text);
        }
    }
}
