use blob::{Error, Result};

/// The maximum size of a copyright file. The one of Boost has 2 MB.
pub const MAX_BYTES: usize = 4 << 20;

/// The maximum number of paragraphs of a machine-readable file.
pub const MAX_PARAGRAPHS: usize = 10_000;

/// The maximum number of fields of a paragraph. The format defines nine.
pub const MAX_FIELDS: usize = 500;

/// The maximum number of licence names in the `License` fields of a file.
pub const MAX_NAMES: usize = 20_000;

/// The maximum number of patterns and lines in the fields `Files` and `Copyright` of a file. Boost has 60,000.
pub const MAX_LINES: usize = 200_000;

/// The maximum size of all [texts](crate::Copyright::texts) of a file. One text can belong to several names, so the
/// texts can be larger than the file.
pub const MAX_TEXT_BYTES: usize = 8 << 20;

/// The maximum number of problems that are listed. The last one says how many more there are.
pub const MAX_PROBLEMS: usize = 100;

/// Fails if a file has more of something than the maximum.
pub(crate) fn check(package: &str, number: usize, most: usize, unit: &str) -> Result<()> {
    if number <= most {
        return Ok(());
    }
    Err(Error::cannot(
        "read the copyright file of",
        message::shorten(package),
        format_args!("it has more than {most} {unit}"),
    ))
}
