//! Reads input files.

use std::path::Path;

use blob::{read_regular, Result, ResultExt};

/// The longest input file.
const MAX_INPUT: u64 = 256 << 20;

/// The content of a file. Pipes and devices, which may never end, are refused.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    read_regular(path, MAX_INPUT).cannot("read", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_is_refused() {
        let error = read(Path::new("/dev/zero")).unwrap_err().to_string();
        assert!(error.starts_with("cannot read `/dev/zero`: "), "{error}");
    }
}
