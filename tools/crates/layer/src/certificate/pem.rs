//! Textual encoding of certificates (RFC 7468).

use base64::prelude::{Engine, BASE64_STANDARD};

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// What each block of a file encodes. Text between blocks is of no interest; the error is the end of a sentence.
pub(crate) fn blocks(text: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    let mut current: Option<Vec<u8>> = None;
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        let number = blocks.len() + 1;
        match &mut current {
            None if line == BEGIN => current = Some(Vec::new()),
            None => {}
            Some(_) if line == BEGIN => return Err(truncated(number)),
            Some(content) if line == END => {
                let decoded = BASE64_STANDARD.decode(content);
                let decoded =
                    decoded.map_err(|_| format!("its certificate {number} is not base64"))?;
                blocks.push(decoded);
                current = None;
            }
            Some(content) => content.extend_from_slice(line),
        }
    }
    match current {
        Some(_) => Err(truncated(blocks.len() + 1)),
        None => Ok(blocks),
    }
}

fn truncated(number: usize) -> String {
    format!("its certificate {number} is truncated")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_among_other_text() {
        let text = "# A root\r\n-----BEGIN CERTIFICATE-----\r\nAAEC\r\nAw==\r\n-----END CERTIFICATE-----\r\n\
            -----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n\
            -----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----";
        assert_eq!(blocks(text.as_bytes()), Ok(vec![vec![0, 1, 2, 3], vec![]]));
    }

    #[test]
    fn blocks_that_are_damaged() {
        let begin = "-----BEGIN CERTIFICATE-----\n";
        let end = "-----END CERTIFICATE-----\n";
        for (text, cause) in [
            (format!("{begin}AAEC\n"), "its certificate 1 is truncated"),
            (
                format!("{begin}{end}{begin}AAEC\n{begin}{end}"),
                "its certificate 2 is truncated",
            ),
            (
                format!("{begin}A?\n{end}"),
                "its certificate 1 is not base64",
            ),
            (
                format!("{begin}AAE\n{end}"),
                "its certificate 1 is not base64",
            ),
        ] {
            assert_eq!(blocks(text.as_bytes()), Err(cause.to_owned()));
        }
    }
}
