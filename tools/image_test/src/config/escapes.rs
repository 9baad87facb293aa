//! JSON's escapes of characters beyond 16 bits, which it writes as two halves (RFC 8259, section 7) and YAML as one (`\UXXXXXXXX`).

use std::borrow::Cow;

/// Both halves together: `\ud83d\ude00`.
const PAIR: usize = 12;

/// JSON whose pairs of halves are what YAML reads as the character; a half alone is U+FFFD, as Go takes it.
pub(super) fn joined(json: &str) -> Cow<'_, str> {
    let mut result = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = json[at..].find('\\') {
        at += found;
        let Some(first) = half(&json[at..]).filter(|first| (0xd800..0xe000).contains(first)) else {
            // The escape and what is escaped, which may be a backslash too.
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
