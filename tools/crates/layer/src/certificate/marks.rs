//! The BEGIN and END markers of PEM blocks (RFC 7468, section 3), at any position in a line.

use memchr::memchr2_iter;

/// The dashes on each side of a marker.
const DASHES: &[u8] = b"-----";

/// The maximum length of a label; the longest label in use has 28 bytes.
const MAX_LABEL: usize = 64;

/// A marker such as `-----BEGIN CERTIFICATE-----`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    /// Whether it begins a block.
    pub(crate) begins: bool,
    /// The type of the block's content, such as `CERTIFICATE`.
    pub(crate) label: &'a [u8],
    /// The line number, from 1.
    pub(crate) line: usize,
    /// The position of its first dash in the text.
    pub(crate) start: usize,
    /// The position after its last dash.
    pub(crate) end: usize,
}

/// All markers of a text, in order.
///
/// # Errors
///
/// A marker of a certificate is misspelled, as in `----BEGIN CERTIFICATE-----`: other readers would skip the block.
pub(crate) fn find(text: &[u8]) -> Result<Vec<Mark<'_>>, String> {
    let mut marks = Vec::new();
    let (mut line, mut counted) = (1, 0);
    // Finds the first letter of `BEGIN` and of `END`, in upper or lower case, in one pass each.
    let mut words: Vec<(usize, &[u8])> = Vec::new();
    for (word, upper, lower) in [
        (b"BEGIN".as_slice(), b'B', b'b'),
        (b"END".as_slice(), b'E', b'e'),
    ] {
        let found = memchr2_iter(upper, lower, text).filter(|at| starts_with(&text[*at..], word));
        words.extend(found.map(|at| (at, word)));
    }
    words.sort_unstable();
    for (at, word) in words {
        line += lines(&text[counted..at]);
        counted = at;
        match exact(text, at, word, line) {
            Some(mark) => marks.push(mark),
            None if is_misspelled(text, at, word) => {
                return Err(format!(
                    "the mark of a certificate is misspelled at line {line}"
                ));
            }
            None => {}
        }
    }
    Ok(marks)
}

/// The number of lines that end in a text: with LF, CR LF or CR.
pub(crate) fn lines(text: &[u8]) -> usize {
    let ends = (0..text.len()).filter(|at| match text[*at] {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count()
}

fn exact<'a>(text: &'a [u8], at: usize, word: &[u8], line: usize) -> Option<Mark<'a>> {
    let before = text[..at].strip_suffix(DASHES)?;
    let rest = text[at..].strip_prefix(word)?.strip_prefix(b" ")?;
    let length = rest
        .iter()
        .take(MAX_LABEL)
        .position(|byte| !matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'.' | b'#' | b'/'))?;
    let label = &rest[..length];
    rest[length..].strip_prefix(DASHES)?;
    // A label does not start or end with white space.
    if label != label.trim_ascii() {
        return None;
    }
    Some(Mark {
        begins: word == b"BEGIN",
        label,
        line,
        start: before.len(),
        end: at + word.len() + 1 + length + DASHES.len(),
    })
}

/// Whether this looks like a misspelled marker of a certificate: a dash is on either side, or a non-ASCII dash of a word
/// processor.
fn is_misspelled(text: &[u8], at: usize, word: &[u8]) -> bool {
    let rest = &text[at + word.len()..];
    let mut label = rest.trim_ascii_start();
    if label.len() == rest.len() {
        return false;
    }
    for old in [b"X509".as_slice(), b"TRUSTED"] {
        if starts_with(label, old) {
            label = label[old.len()..].trim_ascii_start();
        }
    }
    const NAME: &[u8] = b"CERTIFICATE";
    if !starts_with(label, NAME) {
        return false;
    }
    let is_dash = |byte: Option<&u8>| matches!(byte, Some(b'-' | 0x80..));
    let is_space = |byte: &&u8| !matches!(byte, b' ' | b'\t');
    is_dash(text[..at].iter().rev().find(is_space))
        || is_dash(label[NAME.len()..].iter().find(is_space))
}

fn starts_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}
