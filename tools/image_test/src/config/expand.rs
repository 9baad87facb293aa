//! Replaces `$NAME` and `${NAME}` in texts as container-structure-test does: with the rules of Go's `os.Expand`.

/// Replaces variables; an unset variable is empty. `$$`, `$1` and the shell's other special names are variables as
/// well, and therefore empty. A `$` before other characters is unchanged.
pub(crate) fn expand(text: &str, get: impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        result.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if after.is_empty() {
            rest = &rest[at..];
            break;
        }
        let (name, length) = name(after);
        match name {
            Some(name) => result.push_str(&get(name).unwrap_or_default()),
            // Invalid syntax such as `${` without an end is removed; a `$` before other characters is unchanged.
            None if length > 0 => {}
            None => result.push('$'),
        }
        rest = &after[length..];
    }
    result.push_str(rest);
    result
}

/// The name at the start of a text, and its length in bytes.
fn name(text: &str) -> (Option<&str>, usize) {
    let bytes = text.as_bytes();
    if bytes[0] == b'{' {
        let inner = &text[1..];
        if let Some(special) = inner.chars().next().filter(|c| is_special(*c)) {
            if inner[special.len_utf8()..].starts_with('}') {
                return (Some(&inner[..1]), 3);
            }
        }
        return match inner.find('}') {
            Some(0) => (None, 2),
            Some(end) => (Some(&inner[..end]), end + 2),
            None => (None, 1),
        };
    }
    if is_special(char::from(bytes[0])) {
        return (Some(&text[..1]), 1);
    }
    let length = bytes
        .iter()
        .take_while(|b| **b == b'_' || b.is_ascii_alphanumeric())
        .count();
    match length {
        0 => (None, 0),
        length => (Some(&text[..length]), length),
    }
}

fn is_special(c: char) -> bool {
    matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-' | '0'..='9')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let get = |name: &str| match name {
            "A" => Some("one".to_owned()),
            "B_2" => Some("two".to_owned()),
            _ => None,
        };
        expand(text, get)
    }

    #[test]
    fn names_with_and_without_braces() {
        assert_eq!(expanded("$A/${B_2}/$B_2x $A"), "one/two/ one");
        assert_eq!(expanded("x$NOPE-${NOPE}y"), "x-y");
        assert_eq!(expanded("é${A}é$A"), "éoneéone");
    }

    // The results of Go 1.26 for the same texts.
    #[test]
    fn odd_ones_are_as_in_go() {
        assert_eq!(expanded("a$"), "a$");
        assert_eq!(expanded("$$A $1 ${*} $é $/"), "A   $é $/");
        assert_eq!(expanded("${"), "");
        assert_eq!(expanded("a${}b"), "ab");
        assert_eq!(expanded("${A"), "A");
    }
}
