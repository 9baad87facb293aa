//! PEM texts (<https://www.rfc-editor.org/rfc/rfc7468>): one block with a known label.

use blob::{Error, Result};
use p256::elliptic_curve::zeroize::Zeroizing;
use p256::pkcs8::der::pem;

/// The maximum size of a key file, in bytes.
const MAX_KEY: usize = 64 * 1024;

const BEGIN: &str = "-----BEGIN ";

/// The block of a PEM text: label and content. The content may be a secret.
pub(crate) struct Block {
    pub(crate) label: String,
    pub(crate) content: Zeroizing<Vec<u8>>,
}

/// Reads the only block of a text. Blocks `EC PARAMETERS`, which OpenSSL writes before a private key, are ignored.
pub(crate) fn read(what: &str, name: &str, text: &str) -> Result<Block> {
    let cannot = |cause: &str| Error::cannot(what, name, cause);
    if text.len() > MAX_KEY {
        return Err(cannot("it is larger than 64 KiB, which no key is"));
    }
    let blocks: Vec<&str> = text
        .match_indices(BEGIN)
        .map(|(start, _)| &text[start..])
        .filter(|block| !block.starts_with("-----BEGIN EC PARAMETERS-----"))
        .collect();
    let block = match blocks.as_slice() {
        [] => return Err(cannot("it contains no PEM block (`-----BEGIN …-----`)")),
        [block] => block.trim_end(),
        _ => return Err(cannot("it contains several PEM blocks, expected one")),
    };
    let (label, content) = pem::decode_vec(block.as_bytes())
        .map_err(|error| cannot(&format!("invalid PEM: {error}")))?;
    Ok(Block {
        label: label.to_owned(),
        content: Zeroizing::new(content),
    })
}

/// Writes a block with lines of 64 characters.
pub(crate) fn write(label: &str, content: &[u8]) -> Result<String> {
    pem::encode_string(label, pem::LineEnding::LF, content)
        .map_err(|error| Error::cannot("write PEM", label, error))
}
