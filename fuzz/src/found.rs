//! Inputs that broke something: kept in found/, and printed, because a check removes its directory.

use std::fs;
use std::path::Path;

use base64::prelude::{Engine, BASE64_STANDARD};

/// A longer input is not printed: the same seed number makes it again.
const MAX_PRINTED: usize = 8 * 1024;

/// Keeps an input under a name, and says what it broke and how to see it again.
pub(crate) fn keep(
    directory: &Path,
    target: &str,
    name: &str,
    fault: &str,
    input: &[u8],
) -> Result<String, String> {
    let found = directory.join("found");
    let path = found.join(name);
    fs::create_dir_all(&found)
        .and_then(|()| fs::write(&path, input))
        .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    let again = format!("fuzz/run.sh --target {target} --replay fuzz/found/{name}");
    let size = input.len();
    let mut text = format!("FAULT {target} {fault} ({size} bytes)\n  replay: {again}\n");
    if size <= MAX_PRINTED {
        let packed = BASE64_STANDARD.encode(input);
        text += &format!("  input: base64 -d <<<'{packed}' >fuzz/found/{name}\n");
    }
    Ok(text)
}
