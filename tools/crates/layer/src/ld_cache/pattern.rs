//! Patterns of `ld.so.conf`: glob(7), by bytes as in the C locale.

/// The pattern of one name.
#[derive(Debug)]
pub(crate) struct Pattern(Vec<Token>);

#[derive(Debug, PartialEq)]
enum Token {
    /// `*`
    Any,
    /// `?`
    One,
    Byte(u8),
    /// `[…]`: the bytes in it.
    Set(Vec<u8>),
}

impl Pattern {
    /// Parses a part of a path. A `[` without an end is an ordinary byte.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            tokens.push(match (first, behind) {
                (b'*', _) => Token::Any,
                (b'?', _) => Token::One,
                (b'\\', [escaped, behind @ ..]) => {
                    rest = behind;
                    Token::Byte(*escaped)
                }
                (b'[', _) => match set(behind) {
                    Some((bytes, behind)) => {
                        rest = behind;
                        Token::Set(bytes)
                    }
                    None => Token::Byte(b'['),
                },
                (byte, _) => Token::Byte(*byte),
            });
        }
        Self(tokens)
    }

    /// The one name that it means, where it has nothing but that.
    pub(crate) fn literal(&self) -> Option<Vec<u8>> {
        let bytes = self.0.iter().map(|token| match token {
            Token::Byte(byte) => Some(*byte),
            _ => None,
        });
        bytes.collect()
    }

    /// Whether it means a name. A `.` at the start must be there as itself.
    ///
    /// Where a `*` was taken for too little, only the last one needs to take more: so the work is at most the product of both
    /// lengths.
    pub(crate) fn matches(&self, name: &[u8]) -> bool {
        if name.starts_with(b".") && self.0.first() != Some(&Token::Byte(b'.')) {
            return false;
        }
        let pattern = &self.0;
        let (mut at, mut seen) = (0, 0);
        // Behind the last `*`, and what it has taken so far.
        let mut star: Option<(usize, usize)> = None;
        while seen < name.len() {
            match pattern.get(at) {
                Some(Token::Any) => {
                    at += 1;
                    star = Some((at, seen));
                }
                Some(token) if token.takes(name[seen]) => {
                    at += 1;
                    seen += 1;
                }
                _ => {
                    let Some((behind, taken)) = star else {
                        return false;
                    };
                    star = Some((behind, taken + 1));
                    (at, seen) = (behind, taken + 1);
                }
            }
        }
        pattern[at..].iter().all(|token| *token == Token::Any)
    }
}

impl Token {
    fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Byte(own) => *own == byte,
            Self::Set(bytes) => bytes.contains(&byte),
        }
    }
}

/// The bytes of a set, and the text after it. `None` if the set has no end.
fn set(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (negated, mut rest) = match text {
        [b'!' | b'^', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut within = [false; 256];
    let mut first = true;
    loop {
        if let [b']', behind @ ..] = rest {
            if !first {
                let bytes = 0..=u8::MAX;
                let bytes = bytes.filter(|byte| within[usize::from(*byte)] != negated);
                return Some((bytes.collect(), behind));
            }
        }
        first = false;
        if let Some((class, behind)) = class(rest) {
            (0..=u8::MAX)
                .filter(class)
                .for_each(|byte| within[usize::from(byte)] = true);
            rest = behind;
            continue;
        }
        let (start, behind) = byte(rest)?;
        let (end, behind) = match behind {
            [b'-', next, ..] if *next != b']' => byte(&behind[1..])?,
            _ => (start, behind),
        };
        (start..=end).for_each(|byte| within[usize::from(byte)] = true);
        rest = behind;
    }
}

fn byte(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b'\\', escaped, rest @ ..] => Some((*escaped, rest)),
        [byte, rest @ ..] => Some((*byte, rest)),
        [] => None,
    }
}

type Class = fn(&u8) -> bool;

/// A class such as `[:alpha:]` at the start of the text.
fn class(text: &[u8]) -> Option<(Class, &[u8])> {
    const CLASSES: [(&[u8], Class); 11] = [
        (b"alnum", u8::is_ascii_alphanumeric),
        (b"alpha", u8::is_ascii_alphabetic),
        (b"blank", |byte| matches!(byte, b' ' | b'\t')),
        (b"cntrl", u8::is_ascii_control),
        (b"digit", u8::is_ascii_digit),
        (b"graph", u8::is_ascii_graphic),
        (b"lower", u8::is_ascii_lowercase),
        (b"print", |byte| matches!(byte, b' '..=b'~')),
        (b"punct", u8::is_ascii_punctuation),
        (b"upper", u8::is_ascii_uppercase),
        (b"xdigit", u8::is_ascii_hexdigit),
    ];
    let text = text.strip_prefix(b"[:")?;
    CLASSES.iter().find_map(|(name, class)| {
        let rest = text.strip_prefix(*name)?.strip_prefix(b":]")?;
        Some((*class, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf.bak", false),
            ("*.conf", ".conf", false),
            (".c*", ".conf", true),
            ("[.]conf", ".conf", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyyd", false),
            ("a?c*", "abc", true),
            ("a?c", "ac", false),
            ("**", "", true),
            ("*a*a*a*b", "aaaaaaaa", false),
            ("[ab].conf", "b.conf", true),
            ("[!a].conf", "a.conf", false),
            ("[^a].conf", "b.conf", true),
            ("[a-c]*", "cx", true),
            ("[a-c]*", "d", false),
            ("[]a]", "]", true),
            ("[a-]", "-", true),
            ("[\\]]", "]", true),
            ("[[:digit:]x]", "7", true),
            ("[[:digit:]x]", "a", false),
            ("[c-a]", "b", false),
            ("[a", "[a", true),
            ("[", "[", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("a\\", "a\\", true),
            ("{a,b}", "a", false),
        ] {
            let found = Pattern::parse(pattern.as_bytes()).matches(name.as_bytes());
            assert_eq!(found, expected, "{pattern} {name}");
        }
        assert!(!Pattern::parse(&b"*a".repeat(2000)).matches(&b"a".repeat(1999)));
        let literal = |text: &[u8]| Pattern::parse(text).literal();
        assert_eq!(literal(b"a\\*[").as_deref(), Some(b"a*[".as_slice()));
        assert_eq!(literal(b"a?"), None);
    }
}
