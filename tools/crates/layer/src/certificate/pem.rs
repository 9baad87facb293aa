//! Textual encoding of certificates (RFC 7468): reads all common variants and writes one form.

use base64::alphabet::STANDARD;
use base64::engine::{Engine, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use base64::DecodeError;

use crate::certificate::marks::{self, Mark};

/// Like OpenSSL, ignores the unused bits of the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// RFC 7468, section 2: generators wrap lines at 64 characters.
const COLUMNS: usize = 64;

/// Containers of certificates, which readers of PEM bundles do not open. They are an error, because skipping them would
/// silently lose certificates.
const CONTAINERS: [&[u8]; 3] = [b"PKCS7", b"PKCS #7 SIGNED DATA", b"CMS"];

/// The label of a PEM block with a certificate (`PEM_STRING_X509*` of OpenSSL's `pem.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// `CERTIFICATE`, or its old form `X509 CERTIFICATE`.
    Plain,
    /// `TRUSTED CERTIFICATE`: OpenSSL's trust settings follow the certificate.
    Trusted,
}

impl Label {
    /// `Ok(None)` if the block is not a certificate, such as a key.
    fn of(label: &[u8]) -> Result<Option<Self>, String> {
        match label {
            b"CERTIFICATE" | b"X509 CERTIFICATE" => Ok(Some(Self::Plain)),
            b"TRUSTED CERTIFICATE" => Ok(Some(Self::Trusted)),
            _ if CONTAINERS.contains(&label) || label.ends_with(b"CERTIFICATE") => Err(format!(
                "contains a block `{}`, expected `CERTIFICATE`",
                label.escape_ascii()
            )),
            _ => Ok(None),
        }
    }
}

/// One certificate of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) label: Label,
    /// The line of its BEGIN marker, from 1.
    pub(crate) line: usize,
    pub(crate) der: Vec<u8>,
}

/// A block whose END marker was not found yet.
struct Open<'a> {
    label: Label,
    mark: Mark<'a>,
}

/// The certificates of a text in their order; other text and other kinds of blocks are ignored. Lines may be indented,
/// joined, or end in CR.
///
/// # Errors
///
/// A certificate cannot be read. The error is the end of a sentence that begins with the file. No certificate is
/// skipped silently.
pub(crate) fn blocks(text: &[u8]) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Open<'_>> = None;
    for mark in marks::find(text)? {
        let number = blocks.len() + 1;
        if let (Some(open), true) = (&open, mark.begins) {
            return Err(no_end(number, open));
        }
        let label =
            Label::of(mark.label).map_err(|cause| format!("at line {} it {cause}", mark.line))?;
        open = match (open, label) {
            (None, Some(label)) if mark.begins => Some(Open { label, mark }),
            (None, Some(_)) => {
                return Err(format!(
                    "its certificate {number} has an end mark at line {} and no begin mark",
                    mark.line
                ));
            }
            (None, None) => None,
            (Some(open), _) if open.mark.label == mark.label => {
                blocks.push(close(text, number, &open, &mark)?);
                None
            }
            (Some(open), _) => return Err(no_end(number, &open)),
        };
    }
    match open {
        Some(open) => Err(no_end(blocks.len() + 1, &open)),
        None => Ok(blocks),
    }
}

fn close(text: &[u8], number: usize, open: &Open<'_>, end: &Mark<'_>) -> Result<Block, String> {
    // The END marker may start with the dashes that end the BEGIN marker.
    let content = text.get(open.mark.end..end.start);
    let content = content.ok_or_else(|| no_end(number, open))?;
    let is_kept = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'\x0b';
    let stripped: Vec<u8> = content.iter().copied().filter(is_kept).collect();
    let der = BASE64.decode(&stripped).map_err(|error| {
        let line = open.mark.line;
        let what = format!("its certificate {number}, at line {line}, is not base64");
        match error {
            DecodeError::InvalidByte(at, byte) => {
                let mut kept = (0..content.len()).filter(|at| is_kept(&content[*at]));
                let at = kept.nth(at).unwrap_or(content.len());
                let line = line + marks::lines(&content[..at]);
                format!("{what}: `{}` at line {line}", byte.escape_ascii())
            }
            _ => format!("{what}: characters are missing"),
        }
    })?;
    Ok(Block {
        label: open.label,
        line: open.mark.line,
        der,
    })
}

fn no_end(number: usize, open: &Open<'_>) -> String {
    let (line, label) = (open.mark.line, open.mark.label.escape_ascii());
    format!("its certificate {number}, at line {line}, has no `-----END {label}-----`")
}

/// A certificate in the form of RFC 7468: label `CERTIFICATE`, lines of 64 characters, each ended by a newline.
pub(crate) fn encode(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let (mut rest, mut line);
    rest = text.as_str();
    while !rest.is_empty() {
        (line, rest) = rest.split_at(rest.len().min(COLUMNS));
        pem.push_str(line);
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "-----BEGIN CERTIFICATE-----\n";
    const END: &str = "-----END CERTIFICATE-----\n";

    fn ders(text: &str) -> Result<Vec<Vec<u8>>, String> {
        Ok(blocks(text.as_bytes())?
            .into_iter()
            .map(|block| block.der)
            .collect())
    }

    #[test]
    fn a_begin_mark_and_an_end_mark_share_no_dashes() {
        assert_eq!(
            ders("-----BEGIN CERTIFICATE-----END CERTIFICATE-----\n"),
            Err("its certificate 1, at line 1, has no `-----END CERTIFICATE-----`".to_owned())
        );
    }

    #[test]
    fn one_certificate_in_each_form() {
        let plain = format!("{BEGIN}AAEC\nAw==\n{END}");
        for text in [
            plain.clone(),
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\r"),
            plain.replace('\n', "\n    "),
            plain.replace('\n', " \t\n"),
            plain.replace("C\nA", "CA"),
            plain.trim_end().to_owned(),
            format!("\u{feff}{plain}"),
            format!("subject=x\n{plain}# Főtanúsítvány\n"),
            format!("text {}", plain.replace('\n', " ")),
            format!("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n{plain}"),
            format!("-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n{plain}"),
            plain.replace("CERTIFICATE", "X509 CERTIFICATE"),
            plain.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
            plain.replace("w==", "x=="),
        ] {
            assert_eq!(ders(&text), Ok(vec![vec![0, 1, 2, 3]]), "{text}");
        }
    }

    #[test]
    fn several_certificates_in_one_file() {
        let one = format!("{BEGIN}AAEC{}", END.trim_end());
        for between in ["", "\n", "\u{feff}", "\r", "\ntext -- with dashes ---\n"] {
            let text = format!("{one}{between}{one}");
            assert_eq!(ders(&text), Ok(vec![vec![0, 1, 2]; 2]), "{text}");
            assert_eq!(blocks(text.as_bytes()).unwrap()[0].line, 1);
        }
        assert_eq!(ders("no certificate"), Ok(Vec::new()));
    }

    #[test]
    fn certificates_are_written_in_one_form() {
        let der: Vec<u8> = (0..100).collect();
        let text = encode(&der);
        assert_eq!(ders(&text), Ok(vec![der]));
        let lengths: Vec<_> = text.lines().map(str::len).collect();
        assert_eq!(lengths, [27, 64, 64, 8, 25]);
        assert_eq!(encode(&[0; 48]).lines().count(), 3);
    }

    #[test]
    fn no_certificate_is_skipped_silently() {
        for (text, cause) in [
            (
                format!("{BEGIN}AAEC\n"),
                "its certificate 1, at line 1, has no `-----END CERTIFICATE-----`",
            ),
            (
                format!("{BEGIN}AAEC\n-----END X509 CERTIFICATE-----"),
                "its certificate 1, at line 1, has no `-----END CERTIFICATE-----`",
            ),
            (
                format!("{BEGIN}{END}{BEGIN}AAEC\n{BEGIN}{END}"),
                "its certificate 2, at line 3, has no `-----END CERTIFICATE-----`",
            ),
            (
                format!("{BEGIN}AAEC\n-----BEGIN PRIVATE KEY-----\n{END}"),
                "its certificate 1, at line 1, has no `-----END CERTIFICATE-----`",
            ),
            (
                format!("\r\n\r{BEGIN}AAEC\n  A?==\n{END}"),
                "its certificate 1, at line 3, is not base64: `?` at line 5",
            ),
            (
                format!("{BEGIN}AAE\n{END}"),
                "its certificate 1, at line 1, is not base64: characters are missing",
            ),
            (
                format!("{BEGIN}AA==AAEC\n{END}"),
                "its certificate 1, at line 1, is not base64: `=` at line 2",
            ),
            (
                format!("{BEGIN}Proc-Type: 4,ENCRYPTED\n\nAAEC\n{END}"),
                "its certificate 1, at line 1, is not base64: `-` at line 2",
            ),
            (
                format!("AAEC\n{END}"),
                "its certificate 1 has an end mark at line 2 and no begin mark",
            ),
            (
                format!("----BEGIN CERTIFICATE-----\nAAEC\n{END}"),
                "the mark of a certificate is misspelled at line 1",
            ),
            (
                format!("x\n-----BEGIN CERTIFICATE----\nAAEC\n{END}"),
                "the mark of a certificate is misspelled at line 2",
            ),
            (
                format!("{BEGIN}AAEC\n-----End Certificate-----\n"),
                "the mark of a certificate is misspelled at line 3",
            ),
            (
                format!("{BEGIN}AAEC\n----- END CERTIFICATE -----\n"),
                "the mark of a certificate is misspelled at line 3",
            ),
            (
                format!("—–BEGIN CERTIFICATE—–\nAAEC\n{END}"),
                "the mark of a certificate is misspelled at line 1",
            ),
            (
                BEGIN.replace("CERT", " CERT") + END,
                "the mark of a certificate is misspelled at line 1",
            ),
            (
                "-----BEGIN PKCS7-----\nAA==\n-----END PKCS7-----\n".to_owned(),
                "at line 1 it contains a block `PKCS7`, expected `CERTIFICATE`",
            ),
            (
                "-----BEGIN X.509 CERTIFICATE-----\nAA==\n".to_owned(),
                "at line 1 it contains a block `X.509 CERTIFICATE`, expected `CERTIFICATE`",
            ),
        ] {
            assert_eq!(ders(&text), Err(cause.to_owned()), "{text}");
        }
    }
}
