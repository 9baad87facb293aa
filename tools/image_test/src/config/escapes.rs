//! JSON's escapes of characters above 16 bits: JSON writes two surrogates (RFC 8259, section 7), YAML one escape
//! (`\UXXXXXXXX`).

use std::borrow::Cow;

/// The length of both surrogates: `\ud83d\ude00`.
const PAIR: usize = 12;

/// Replaces surrogate pairs in JSON by YAML's escapes. A single surrogate becomes U+FFFD, as in Go.
pub(super) fn joined(json: &str) -> Cow<'_, str> {
    let mut result = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = json[at..].find('\\') {
        at += found;
        let Some(first) = half(&json[at..]).filter(|first| (0xd800..0xe000).contains(first)) else {
            // Skip the backslash and the escaped character, which may be a backslash as well.
            let escaped = json[at + 1..].chars().next();
            at += 1 + escaped.map_or(0, char::len_utf8);
            continue;
        };
        let second = half(&json[at + PAIR / 2..]);
        let pair = second.and_then(|second| {
            char::decode_utf16([first, second])
                .next()
                .and_then(Result::ok)
        });
        result.push_str(&json[copied..at]);
        match pair {
            Some(character) => result.push_str(&format!("\\U{:08x}", u32::from(character))),
            None => result.push_str("\\ufffd"),
        }
        at += if pair.is_some() { PAIR } else { PAIR / 2 };
        copied = at;
    }
    match copied {
        0 => Cow::Borrowed(json),
        _ => Cow::Owned(result + &json[copied..]),
    }
}

/// The number of an escape `\uXXXX` at the start of the text.
fn half(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn halves_become_characters() {
        for (json, yaml) in [
            (r#""a\n\u00e9""#, r#""a\n\u00e9""#),
            (
                r#""x\ud83d\ude00y\uD83D\uDE00""#,
                r#""x\U0001f600y\U0001f600""#,
            ),
            (r#""\\ud83d\ude00""#, r#""\\ud83d\ufffd""#),
            (r#""\ud83d\u0041\ud83d""#, r#""\ufffd\u0041\ufffd""#),
            (r#""\ud83"#, r#""\ud83"#),
            ("\\é\\", "\\é\\"),
        ] {
            assert_eq!(joined(json), yaml);
        }
    }
}
