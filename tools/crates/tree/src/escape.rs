//! Converts between names, which are bytes, and paths, which are text. The conversion is one-to-one.

use std::borrow::Cow;

/// Converts a name to text: UTF-8 is unchanged, every other byte becomes `\xNN`. If a UTF-8 name contains such an
/// escape itself, its backslash becomes `\x5c`; other backslashes, as in systemd's `\x2d`, are unchanged.
pub fn escape(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok(text) if !has_escape(name) => Cow::Borrowed(text),
        _ => Cow::Owned(with_escapes(name)),
    }
}

/// Characters of a name in a message: a name may have a million.
const SHOWN: usize = 256;

/// An escaped name for messages, shortened if it is long.
pub fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The bytes of a name that [`escape`] has converted.
pub fn unescape(text: &str) -> Cow<'_, [u8]> {
    let mut rest = text.as_bytes();
    if !has_escape(rest) {
        return Cow::Borrowed(rest);
    }
    let mut name = Vec::with_capacity(rest.len());
    while let [first, tail @ ..] = rest {
        match escaped_byte(rest) {
            Some(byte) => {
                name.push(byte);
                rest = &rest[4..];
            }
            None => {
                name.push(*first);
                rest = tail;
            }
        }
    }
    Cow::Owned(name)
}

fn with_escapes(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            let is_escape = escaped_byte(&rest.as_bytes()[at..]).is_some();
            text.push_str(if is_escape { "\\x5c" } else { "\\" });
            rest = &rest[at + 1..];
        }
        text.push_str(rest);
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

fn has_escape(name: &[u8]) -> bool {
    name.windows(4).any(|window| escaped_byte(window).is_some())
}

/// The byte of an escape at the start of the text.
fn escaped_byte(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let byte = (digit(high)? << 4) | digit(low)?;
    (byte >= 0x80 || byte == b'\\').then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_one_form() {
        for (name, text) in [
            (&b"usr/bin"[..], "usr/bin"),
            ("Főtanúsítvány".as_bytes(), "Főtanúsítvány"),
            (b"a\\x2db", "a\\x2db"),
            (b"a\xffb", "a\\xffb"),
            (b"a\\xffb", "a\\x5cxffb"),
            (b"\\x5c\xc3", "\\x5cx5c\\xc3"),
            (b"\\\xff", "\\\\xff"),
            (b"\\x5\xff", "\\x5\\xff"),
        ] {
            assert_eq!(escape(name), text);
            assert_eq!(*unescape(text), *name, "{text}");
        }
    }
}
