use std::collections::HashSet;

use blob::{Error, Result};

/// The maximum number of fields of a paragraph. The largest in Debian has fewer than 60. Without a limit, a hostile
/// text of a few megabytes with a field in every three bytes would need hundreds of megabytes of memory.
pub const MAX_FIELDS: usize = 10_000;

/// Up to this number, field names are compared with each other, which is faster than hashing them.
const FEW_FIELDS: usize = 64;

/// A paragraph of control data (Policy 5.1): fields and values in their order. It borrows the parsed text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph<'a> {
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Paragraph<'a> {
    /// The value of a field, ignoring the case of its name. Keeps line breaks within the value and trims its ends.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let field = self.fields.iter();
        let mut field = field.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        field.next().map(|(_, value)| *value)
    }

    /// The value of a field that may occur only once: in an index ([`index_paragraphs`]), two values would be
    /// ambiguous.
    ///
    /// # Errors
    ///
    /// The field occurs more than once.
    pub fn only(&self, name: &str) -> Result<Option<&'a str>> {
        let fields = self.fields.iter();
        let mut fields = fields.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let first = fields.next().map(|(_, value)| *value);
        match fields.next() {
            None => Ok(first),
            Some(_) => Err(Error::cannot("read field", name, "it occurs twice")),
        }
    }

    /// The value of a required field that may occur only once.
    ///
    /// # Errors
    ///
    /// The field is missing or empty, or occurs more than once.
    pub fn require_only(&self, name: &str) -> Result<&'a str> {
        self.only(name)?;
        self.require(name)
    }

    /// The value of a required field.
    ///
    /// # Errors
    ///
    /// The field is missing or empty.
    pub fn require(&self, name: &str) -> Result<&'a str> {
        match self.get(name) {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(Error::cannot("read field", name, "it is empty")),
            None => Err(Error::cannot("read field", name, "it is missing")),
        }
    }

    /// Names and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.fields.iter().copied()
    }

    /// Whether the paragraph has no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// The paragraphs of a text. The iterator ends after an error. As in dpkg, a duplicate field in a paragraph is an
/// error.
pub fn paragraphs(text: &str) -> Paragraphs<'_> {
    Paragraphs {
        text,
        at: 0,
        line: 0,
        index: false,
    }
}

/// The paragraphs of an index (`Packages`, `Release`), parsed as apt does: duplicate fields are only an error if they
/// are read ([`Paragraph::only`]), and lines may end with a carriage return.
pub fn index_paragraphs(text: &str) -> Paragraphs<'_> {
    Paragraphs {
        index: true,
        ..paragraphs(text)
    }
}

/// Control data as text. If the bytes are not UTF-8, the invalid ones are read as Latin-1 (ISO 8859-1): apt and dpkg
/// accept any bytes, and older packages have Latin-1, usually in names of people.
pub fn control_text(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    // Each of these bytes becomes two.
    let chunks = bytes.utf8_chunks();
    let more: usize = chunks.map(|chunk| chunk.invalid().len()).sum();
    let mut text = String::with_capacity(bytes.len() + more);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}

/// See [`paragraphs`].
#[derive(Clone, Debug)]
pub struct Paragraphs<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// Whether the rules of indexes apply.
    index: bool,
}

impl<'a> Paragraphs<'a> {
    /// The current line with its line end; empty after the last line.
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

    /// The field that starts on this line, with its continuation lines.
    fn field(&mut self, line: &'a str) -> Result<(&'a str, &'a str)> {
        let start = self.at;
        self.advance(line);
        let fail = |cause| Error::cannot("read", format_args!("line {}", self.line), cause);
        let (name, colon) = match line.split_once(':') {
            _ if line.starts_with([' ', '\t']) => return Err(fail("it does not continue a field")),
            // apt and dpkg pass over blanks before the colon.
            Some((start, _)) if is_name(start.trim_end_matches([' ', '\t'])) => {
                (start.trim_end_matches([' ', '\t']), start.len())
            }
            _ => return Err(fail("expected `Field: value`")),
        };
        loop {
            let next = self.line();
            if !next.starts_with([' ', '\t']) || self.is_blank(next) {
                break;
            }
            self.advance(next);
        }
        Ok((name, self.text[start + colon + 1..self.at].trim()))
    }

    fn paragraph(&mut self) -> Result<Option<Paragraph<'a>>> {
        let mut paragraph = Paragraph::default();
        let mut seen = Seen::default();
        loop {
            let line = self.line();
            if !self.is_blank(line) {
                let (name, value) = self.field(line)?;
                let fail = |cause: String| {
                    let place = format!("line {}", self.line);
                    Err(Error::cannot("read", place, cause))
                };
                if paragraph.fields.len() == MAX_FIELDS {
                    return fail(format!("its paragraph has more than {MAX_FIELDS} fields"));
                }
                if !self.index && !seen.is_new(&paragraph, name) {
                    return fail(format!("the field `{name}` occurs twice"));
                }
                paragraph.fields.push((name, value));
            } else if line.is_empty() || !paragraph.is_empty() {
                return Ok(Some(paragraph).filter(|paragraph| !paragraph.is_empty()));
            } else {
                self.advance(line);
            }
        }
    }

    fn is_blank(&self, line: &str) -> bool {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = if self.index {
            line.strip_suffix('\r').unwrap_or(line)
        } else {
            line
        };
        line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }
}

/// The names of the fields so far in lower case, if there are many.
#[derive(Debug, Default)]
struct Seen(HashSet<String>);

impl Seen {
    fn is_new(&mut self, paragraph: &Paragraph<'_>, name: &str) -> bool {
        if paragraph.fields.len() < FEW_FIELDS {
            return paragraph.get(name).is_none();
        }
        if self.0.is_empty() {
            let names = paragraph.fields.iter();
            self.0 = names.map(|(name, _)| name.to_ascii_lowercase()).collect();
        }
        self.0.insert(name.to_ascii_lowercase())
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
    fn field_names_ignore_case() {
        let paragraph = paragraphs("SHA256: x\nEmpty:\n").next().unwrap().unwrap();
        assert_eq!(paragraph.get("sha256"), Some("x"));
        assert_eq!(paragraph.require("Sha256").unwrap(), "x");
        let missing = paragraph.require("Size").unwrap_err().to_string();
        assert_eq!(missing, "cannot read field `Size`: it is missing");
        let empty = paragraph.require("Empty").unwrap_err().to_string();
        assert_eq!(empty, "cannot read field `Empty`: it is empty");
    }

    #[test]
    fn an_index_is_read_as_apt_reads_it() {
        let text =
            "Package: a\r\nHomepage: x\r\nDepends: b,\r\n c\r\nHomepage: y\r\n\r\nPackage: b\r\n";
        let found: Vec<_> = index_paragraphs(text).map(|p| p.unwrap()).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].only("depends").unwrap(), Some("b,\r\n c"));
        assert_eq!(found[0].only("Size").unwrap(), None);
        assert_eq!(found[1].require_only("Package").unwrap(), "b");
        let twice = found[0].only("Homepage").unwrap_err().to_string();
        assert_eq!(twice, "cannot read field `Homepage`: it occurs twice");
    }

    #[test]
    fn many_fields() {
        let field = |number| format!("Field-{number}: x\n");
        let most: String = (0..MAX_FIELDS).map(field).collect();
        assert_eq!(all(&most).unwrap()[0].len(), MAX_FIELDS);
        let twice = all(&format!("{most}field-{}: x\n", 7)).unwrap_err();
        let place = format!("cannot read `line {}`: ", MAX_FIELDS + 1);
        let over = format!("{place}its paragraph has more than {MAX_FIELDS} fields");
        assert_eq!(twice.to_string(), over);
        let some: String = (0..1000).map(field).collect();
        let twice = all(&format!("{some}FIELD-999: x\n")).unwrap_err();
        assert_eq!(
            twice.to_string(),
            "cannot read `line 1001`: the field `FIELD-999` occurs twice"
        );
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_latin_1() {
        assert_eq!(control_text(b"Jos\xc3\xa9".to_vec()), "José");
        assert_eq!(control_text(b"Jos\xe9 \xff".to_vec()), "José ÿ");
        assert_eq!(control_text(b"\xc3\xa9\xe9".to_vec()), "éé");
    }

    #[test]
    fn malformed_text() {
        for (text, message) in [
            (
                "A: 1\n\n b\n",
                "cannot read `line 3`: it does not continue a field",
            ),
            (" b\n", "cannot read `line 1`: it does not continue a field"),
            ("A\n", "cannot read `line 1`: expected `Field: value`"),
            (": 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("#A: 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("-A: 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("A b: 1\n", "cannot read `line 1`: expected `Field: value`"),
            ("Ä: 1\n", "cannot read `line 1`: expected `Field: value`"),
            (
                "A: 1\nB: 2\na: 3\n",
                "cannot read `line 3`: the field `a` occurs twice",
            ),
        ] {
            assert_eq!(all(text).unwrap_err().to_string(), message, "{text}");
        }
    }
}
