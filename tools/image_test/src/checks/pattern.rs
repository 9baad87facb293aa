//! Patterns of paths.

/// Whether a text matches a pattern, in which `*` matches any number of characters except `/`, and `**` any number of
/// all characters. Other characters match themselves.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Where to continue when the text after a star does not match: after the star, one character later in the text. A
    // `**` may match characters that a following `*` cannot, so both are stored.
    let (mut star, mut stars) = (None, None);
    while from < text.len() || at < pattern.len() {
        let rest = &pattern[at..];
        if rest.starts_with(b"**") {
            (star, stars) = (None, Some((at + 2, from)));
            at += 2;
            continue;
        }
        if rest.starts_with(b"*") {
            star = Some((at + 1, from));
            at += 1;
            continue;
        }
        if !rest.is_empty() && rest.first() == text.get(from) {
            (at, from) = (at + 1, from + 1);
            continue;
        }
        let further = |(_, from): &(usize, usize)| text.get(*from).copied();
        if let Some(back) = star.filter(|star| further(star).is_some_and(|byte| byte != b'/')) {
            star = Some((back.0, back.1 + 1));
            (at, from) = (back.0, back.1 + 1);
        } else if let Some(back) = stars.filter(|stars| further(stars).is_some()) {
            (star, stars) = (None, Some((back.0, back.1 + 1)));
            (at, from) = (back.0, back.1 + 1);
        } else {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("ab", "a", false),
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "abc", true),
            ("*", "a/b", false),
            ("**", "a/b", true),
            ("a/*", "a/b", true),
            ("a/*", "a/b/c", false),
            ("a/**", "a/b/c", true),
            ("a/**", "a", false),
            ("usr/lib/*/liba.so", "usr/lib/x/liba.so", true),
            ("usr/lib/*/liba.so", "usr/lib/x/y/liba.so", false),
            ("**/x*.so", "a/xb/xc.so", true),
            ("**/x*.so", "a/xb/c.so", false),
            ("*a*b", "aab", true),
            ("*a*b", "aabb/", false),
            ("a.so needs *", "a.so needs libb.so.1", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
