use blob::{Error, Result};

/// Fields of a paragraph. The longest paragraphs of Debian have 40; each field is compared with those before it.
const MAX_FIELDS: usize = 256;

/// A paragraph of control data (Policy 5.1): fields with their values, in their order. It borrows the text that it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph<'a> {
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Paragraph<'a> {
    /// The value of a field, whatever the case of its name. Line breaks within it are kept, blanks around it are not.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let field = self.fields.iter();
        let mut field = field.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        field.next().map(|(_, value)| *value)
    }

    /// The value of a field that must be there.
    pub fn require(&self, name: &str) -> Result<&'a str> {
        match self.get(name) {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(Error::cannot("read field", name, "it is empty")),
            None => Err(Error::cannot("read field", name, "it is missing")),
        }
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.fields.iter().copied()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// The paragraphs of a text, one after the other. After an error comes nothing more.
pub fn paragraphs(text: &str) -> Paragraphs<'_> {
    Paragraphs {
        text,
        at: 0,
        line: 0,
    }
}

/// See [`paragraphs`].
#[derive(Clone, Debug)]
pub struct Paragraphs<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Paragraphs<'a> {
    /// The line at hand, with its end; empty after the last one.
    fn line(&self) -> &'a str {
        let rest = &self.text[self.at..];
        match rest.find('\n') {
            Some(end) => &rest[..=end],
            None => rest,
        }
    }

    fn advance(&mut self, line: &str) {
        self.at += line.len();
        self.line += 1;
    }

    /// The field that begins with this line, and the lines that continue it.
    fn field(&mut self, line: &'a str) -> Result<(&'a str, &'a str)> {
        let start = self.at;
        self.advance(line);
        let fail = |cause| Error::cannot("read", format_args!("line {}", self.line), cause);
        let name = match line.split_once(':') {
            _ if line.starts_with([' ', '\t']) => return Err(fail("it continues no field")),
            Some((name, _)) if is_name(name) => name,
            _ => return Err(fail("expected `Field: value`")),
        };
        loop {
            let next = self.line();
            if !next.starts_with([' ', '\t']) || is_blank(next) {
                break;
            }
            self.advance(next);
        }
        Ok((name, self.text[start + name.len() + 1..self.at].trim()))
    }

    fn paragraph(&mut self) -> Result<Option<Paragraph<'a>>> {
        let mut paragraph = Paragraph::default();
        loop {
            let line = self.line();
            if !is_blank(line) {
                let (name, value) = self.field(line)?;
                if paragraph.fields.len() == MAX_FIELDS {
                    let cause = format!("the paragraph has more than {MAX_FIELDS} fields");
                    let place = format!("line {}", self.line);
                    return Err(Error::cannot("read", place, cause));
                }
                if paragraph.get(name).is_some() {
                    let place = format_args!("line {}", self.line).to_string();
                    let cause = format!("the field `{name}` is there twice");
                    return Err(Error::cannot("read", place, cause));
                }
                paragraph.fields.push((name, value));
            } else if line.is_empty() || !paragraph.is_empty() {
                return Ok(Some(paragraph).filter(|paragraph| !paragraph.is_empty()));
            } else {
                self.advance(line);
            }
        }
    }
}

impl<'a> Iterator for Paragraphs<'a> {
    type Item = Result<Paragraph<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let paragraph = self.paragraph();
        if paragraph.is_err() {
            self.at = self.text.len();
        }
        paragraph.transpose()
    }
}

fn is_blank(line: &str) -> bool {
    line.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\n'))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(['#', '-'])
        && name.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Vec<(&str, &str)>>> {
        paragraphs(text)
            .map(|paragraph| Ok(paragraph?.iter().collect()))
            .collect()
    }

    #[test]
    fn fields_in_their_order() {
        let text = "\n\nPackage: a\nDepends: b,\n c (>= 1)\n\t, d\nDescription: one\n two\n .\n three\n \t \nPackage:b\nEmpty:";
        let expected = vec![
            vec![
                ("Package", "a"),
                ("Depends", "b,\n c (>= 1)\n\t, d"),
                ("Description", "one\n two\n .\n three"),
            ],
            vec![("Package", "b"), ("Empty", "")],
        ];
        assert_eq!(all(text).unwrap(), expected);
        assert_eq!(all("").unwrap(), Vec::<Vec<_>>::new());
        assert_eq!(all("\n \n\n").unwrap(), Vec::<Vec<_>>::new());
    }

    #[test]
    fn names_have_no_case() {
        let paragraph = paragraphs("SHA256: x\nEmpty:\n").next().unwrap().unwrap();
        assert_eq!(paragraph.get("sha256"), Some("x"));
        assert_eq!(paragraph.require("Sha256").unwrap(), "x");
        let missing = paragraph.require("Size").unwrap_err().to_string();
        assert_eq!(missing, "cannot read field `Size`: it is missing");
        let empty = paragraph.require("Empty").unwrap_err().to_string();
        assert_eq!(empty, "cannot read field `Empty`: it is empty");
    }

    #[test]
    fn malformed_text() {
        for (text, message) in [
            (
                "A: 1\n\n b\n",
                "cannot read `line 3`: it continues no field",
            ),
            (" b\n", "cannot read `line 1`: it continues no field"),
            ("A\n", "cannot read `line 1`: expected `Field: value`"),
            (": 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("#A: 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("-A: 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("A b: 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("Ä: 1\n", "cannot read `line 1`: expected `Field: value`"),
            (
                "A: 1\nB: 2\na: 3\n",
                "cannot read `line 3`: the field `a` is there twice",
            ),
        ] {
            assert_eq!(all(text).unwrap_err().to_string(), message, "{text}");
        }
    }
}
