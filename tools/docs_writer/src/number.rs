//! Formats numbers for pages.

/// Bytes in MB with two decimal places, rounded half up.
pub(crate) fn megabytes(bytes: u64) -> String {
    let hundredths = (bytes + 5_000) / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
