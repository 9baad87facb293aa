//! Patterns of the field `Files`: `*` is any text, also with slashes, `?` is one character, and a backslash is before
//! `*`, `?` and a backslash that mean themselves.

/// Whether a pattern matches a path of the source package.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = tokens(pattern.trim_start_matches("./"));
    let path: Vec<char> = path.trim_start_matches("./").chars().collect();
    let (mut at, mut from) = (0, 0);
    // The place after the last `*`, and the first character that it does not cover.
    let mut star: Option<(usize, usize)> = None;
    while from < path.len() {
        match pattern.get(at) {
            Some(Token::Any) => {
                at += 1;
                star = Some((at, from));
            }
            Some(Token::One) => (at, from) = (at + 1, from + 1),
            Some(Token::Char(c)) if *c == path[from] => (at, from) = (at + 1, from + 1),
            _ => {
                // The star covers one character more.
                let Some((after, covered)) = star else {
                    return false;
                };
                star = Some((after, covered + 1));
                (at, from) = (after, covered + 1);
            }
        }
    }
    pattern[at..].iter().all(|token| *token == Token::Any)
}

#[derive(PartialEq, Eq)]
enum Token {
    Any,
    One,
    Char(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut chars = pattern.chars();
    let mut tokens = Vec::new();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' => Token::Any,
            '?' => Token::One,
            '\\' => Token::Char(chars.next().unwrap_or('\\')),
            c => Token::Char(c),
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, path, expected) in [
            ("*", "a/b/c", true),
            ("*", "", true),
            ("a/*", "a/b/c", true),
            ("a/*", "a", false),
            ("./a/*", "a/b", true),
            ("*.c", "a/b.c", true),
            ("*.c", "a/b.cc", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", true),
            ("a?c", "ac", false),
            (r"a\*c", "a*c", true),
            (r"a\*c", "abc", false),
            (r"a\\", r"a\", true),
            ("a*b*c", "aXbYbZc", true),
            ("é?", "éü", true),
            ("Debian/*", "debian/rules", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_are_fast() {
        let pattern = "*a".repeat(1000);
        let path = "a".repeat(20_000) + "b";
        assert!(!matches(&pattern, &path));
    }
}
