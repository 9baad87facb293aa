//! Characters and character classes.

use super::names::known;
use super::parser::{Parser, Wrong};

/// The last character of Unicode.
const LAST: u32 = 0x10_ffff;

/// Names between `[:` and `:]`, which the crate `regex` supports as well.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// The characters of a one-letter class, in brackets: ASCII only, and without the vertical tab.
fn perl(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "0-9",
        'D' => "[^0-9]",
        's' => "\\t\\n\\f\\r ",
        'S' => "[^\\t\\n\\f\\r ]",
        'w' => "0-9A-Za-z_",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

/// A range of characters, in brackets. Surrogates never occur in a text, and the crate `regex` does not accept them.
fn range(low: u32, high: u32) -> String {
    let surrogates = 0xd800..=0xdfff;
    let low = if surrogates.contains(&low) {
        0xe000
    } else {
        low
    };
    let high = if surrogates.contains(&high) {
        0xd7ff
    } else {
        high
    };
    if low <= high {
        format!("\\x{{{low:x}}}-\\x{{{high:x}}}")
    } else {
        String::new()
    }
}

impl Parser<'_> {
    /// Translates a class or a character after a backslash.
    pub(super) fn escape(&mut self) -> Result<String, Wrong> {
        if let Some(class) = self.class_escape()? {
            if self.flags.fold {
                self.count_class()?;
            }
            return Ok(self.class_piece(&class, false));
        }
        let character = self.character()?;
        Ok(self.literal(character))
    }

    /// Translates one character.
    pub(super) fn literal(&self, character: u32) -> String {
        let is_plain = char::from_u32(character).filter(char::is_ascii_alphanumeric);
        match is_plain.filter(|_| !self.flags.fold) {
            Some(character) => character.to_string(),
            None => self.class_piece(&range(character, character), false),
        }
    }

    fn class_piece(&self, items: &str, is_negated: bool) -> String {
        let fold = if self.flags.fold { "(?i:" } else { "(?-i:" };
        let piece = match (items.is_empty(), is_negated) {
            (false, false) => format!("[{items}]"),
            (false, true) => format!("[^{items}]"),
            (true, false) => format!("[^{}]", range(0, LAST)),
            (true, true) => format!("[{}]", range(0, LAST)),
        };
        format!("{fold}{piece})")
    }

    /// `\d` or `\p{…}`, in brackets; `None` if the backslash begins another escape.
    fn class_escape(&mut self) -> Result<Option<String>, Wrong> {
        let rest = self.rest();
        let Some(letter) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) else {
            return Ok(None);
        };
        if let Some(items) = perl(letter) {
            self.skip(2);
            return Ok(Some(items.to_owned()));
        }
        if letter != 'p' && letter != 'P' {
            return Ok(None);
        }
        let after = &rest[2..];
        let wrong = |text: &str| Wrong::new("invalid character class range", text);
        let (name, length) = match after.chars().next() {
            None => return Err(wrong(rest)),
            Some('{') => {
                let end = after.find('}').ok_or_else(|| wrong(rest))?;
                (&after[1..end], end + 1)
            }
            Some(letter) => (&after[..letter.len_utf8()], letter.len_utf8()),
        };
        let whole = &rest[..2 + length];
        let (name, is_negated) = match name.strip_prefix('^') {
            Some(name) => (name, letter == 'p'),
            None => (name, letter == 'P'),
        };
        let name = known(name).ok_or_else(|| wrong(whole))?;
        self.skip(whole.len());
        self.count_class()?;
        let letter = if is_negated { 'P' } else { 'p' };
        Ok(Some(match name {
            // The crate `regex` has no class for surrogates, which no text contains.
            "Cs" if is_negated => range(0, LAST),
            "Cs" => String::new(),
            name => format!("\\{letter}{{{name}}}"),
        }))
    }

    /// Translates a class in brackets.
    pub(super) fn class(&mut self) -> Result<String, Wrong> {
        if self.flags.fold {
            self.count_class()?;
        }
        let start = self.rest();
        self.skip(1);
        let is_negated = self.take('^');
        let mut items = String::new();
        let mut is_first = true;
        while is_first || !self.rest().starts_with(']') {
            is_first = false;
            if let Some(named) = self.named_class()? {
                items.push_str(&named);
            } else if let Some(escaped) = self.class_escape()? {
                items.push_str(&escaped);
            } else {
                items.push_str(&self.class_range(start)?);
            }
        }
        self.skip(1);
        Ok(self.class_piece(&items, is_negated))
    }

    /// `[:alpha:]`; `None` if the bracket is an ordinary character.
    fn named_class(&mut self) -> Result<Option<String>, Wrong> {
        let rest = self.rest();
        let end = rest.strip_prefix("[:").and_then(|rest| rest.find(":]"));
        let Some(end) = end else {
            return Ok(None);
        };
        let whole = &rest[..end + 4];
        let name = &rest[2..end + 2];
        let plain = name.strip_prefix('^').unwrap_or(name);
        if !POSIX.contains(&plain) {
            return Err(Wrong::new("invalid character class range", whole));
        }
        self.skip(whole.len());
        Ok(Some(whole.to_owned()))
    }

    fn class_range(&mut self, class: &str) -> Result<String, Wrong> {
        let start = self.rest();
        let low = self.class_character(class)?;
        let rest = self.rest();
        if rest.len() < 2 || !rest.starts_with('-') || rest.starts_with("-]") {
            return Ok(range(low, low));
        }
        self.skip(1);
        let high = self.class_character(class)?;
        if high < low {
            let length = start.len() - self.rest().len();
            let text = &start[..length];
            return Err(Wrong::new("invalid character class range", text));
        }
        Ok(range(low, high))
    }

    fn class_character(&mut self, class: &str) -> Result<u32, Wrong> {
        match self.rest().chars().next() {
            None => Err(Wrong::new("missing closing ]", class)),
            Some('\\') => self.character(),
            Some(character) => {
                self.skip(character.len_utf8());
                Ok(character.into())
            }
        }
    }

    /// The character of an escape.
    fn character(&mut self) -> Result<u32, Wrong> {
        let start = self.rest();
        self.skip(1);
        let Some(letter) = self.next() else {
            return Err(Wrong::new("trailing backslash at end of expression", ""));
        };
        let character = match letter {
            '0' => Some(self.octal(0)),
            // A single digit would be a back reference.
            '1'..='7' if self.rest().starts_with(|next| matches!(next, '0'..='7')) => {
                letter.to_digit(8).map(|first| self.octal(first))
            }
            'x' => self.hexadecimal(),
            'a' => Some(7),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            letter if letter.is_ascii() && !letter.is_ascii_alphanumeric() => Some(letter.into()),
            _ => None,
        };
        let length = start.len() - self.rest().len();
        character.ok_or_else(|| Wrong::new("invalid escape sequence", &start[..length]))
    }

    /// At most two more digits.
    fn octal(&mut self, first: u32) -> u32 {
        let mut number = first;
        for _ in 0..2 {
            let Some(digit) = self.rest().chars().next().and_then(|next| next.to_digit(8)) else {
                break;
            };
            number = number * 8 + digit;
            self.skip(1);
        }
        number
    }

    /// `41` or `{1F600}`.
    fn hexadecimal(&mut self) -> Option<u32> {
        let digit = |next: Option<char>| next?.to_digit(16);
        let first = self.next()?;
        if first != '{' {
            let high = digit(Some(first));
            let low = digit(self.next());
            return Some(high? * 16 + low?);
        }
        let mut number = None;
        loop {
            match self.next()? {
                '}' => return number,
                next => {
                    let digit = next.to_digit(16)?;
                    let value = number.unwrap_or(0) * 16 + digit;
                    number = Some(value).filter(|value| *value <= LAST);
                    number?;
                }
            }
        }
    }
}
