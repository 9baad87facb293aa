//! Text of others in messages.

/// The maximum length of such a text, in characters.
const MAX_LINE: usize = 200;

/// Text of a parser or another program, which may quote hostile input: shortened, and without control characters.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(MAX_LINE) {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    if text.chars().nth(MAX_LINE).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_see_no_control_characters() {
        assert_eq!(
            line("a \"b\" \\ \u{1b}[2J\n\u{202e}é"),
            "a \"b\" \\ \\u{1b}[2J\\n\\u{202e}é"
        );
        assert_eq!(line(&"é".repeat(300)).chars().count(), 201);
    }
}
