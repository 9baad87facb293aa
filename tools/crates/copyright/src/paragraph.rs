use std::iter;

use blob::Result;

use crate::limits;
use crate::problem::Problems;
use crate::{MAX_FIELDS, MAX_PARAGRAPHS};

/// A paragraph of control data (Policy 5.1).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Paragraph<'a> {
    fields: Vec<Field<'a>>,
}

/// A field of a paragraph.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    name: &'a str,
    /// The line of its name, from 1.
    pub(crate) line: usize,
    /// The first line of the value, without blanks at its ends.
    first: &'a str,
    /// The continuation lines, without their first blank.
    rest: Vec<&'a str>,
}

impl<'a> Paragraph<'a> {
    /// The first field with this name, ignoring case.
    pub(crate) fn get(&self, name: &str) -> Option<&Field<'a>> {
        let mut fields = self.fields.iter();
        fields.find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The line of the first field.
    pub(crate) fn line(&self) -> usize {
        self.fields.first().map_or(1, |field| field.line)
    }
}

impl<'a> Field<'a> {
    /// The first line.
    pub(crate) fn first(&self) -> &'a str {
        self.first
    }

    /// All lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a str> + '_ {
        iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// The lines after the first one, without blank lines at the ends; `None` if there are none.
    pub(crate) fn text(&self) -> Option<String> {
        joined(&self.rest)
    }

    /// All lines, without blank lines at the ends; `None` if there are none.
    pub(crate) fn whole(&self) -> Option<String> {
        joined(&self.lines().collect::<Vec<_>>())
    }
}

fn joined(lines: &[&str]) -> Option<String> {
    let start = lines.iter().position(|line| !line.is_empty())?;
    let end = lines.iter().rposition(|line| !line.is_empty())?;
    Some(lines[start..=end].join("\n"))
}

/// The first paragraph of a text that may be of any kind. Its problems do not matter, nor do fields above the maximum.
pub(crate) fn first(text: &str) -> Paragraph<'_> {
    let mut reader = Reader::default();
    for (line, text) in numbered(text) {
        let ended = reader.line(line, text, &mut Problems::default());
        let fields = reader
            .paragraphs
            .first()
            .map_or(0, |first| first.fields.len());
        if (ended && fields > 0) || fields > MAX_FIELDS {
            break;
        }
    }
    reader.paragraphs.into_iter().next().unwrap_or_default()
}

/// All paragraphs. Lines that do not follow the format are problems and are left out, except indented lines after a
/// blank line: people forget the dot of blank lines in licence texts, so they continue the field before.
pub(crate) fn all<'a>(
    package: &str,
    text: &'a str,
    problems: &mut Problems,
) -> Result<Vec<Paragraph<'a>>> {
    let mut reader = Reader::default();
    for (line, text) in numbered(text) {
        reader.line(line, text, problems);
        let number = reader.paragraphs.len();
        limits::check(package, number, MAX_PARAGRAPHS, "paragraphs")?;
        let fields = reader.paragraphs.last().map_or(0, |last| last.fields.len());
        limits::check(package, fields, MAX_FIELDS, "fields in a paragraph")?;
    }
    Ok(reader.paragraphs)
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.trim_start_matches('\u{feff}').lines())
}

#[derive(Default)]
struct Reader<'a> {
    paragraphs: Vec<Paragraph<'a>>,
    /// Whether a blank line ended the last paragraph.
    ended: bool,
    /// Whether the last line was not a field, so that its continuation lines are left out, too.
    skipped: bool,
}

impl<'a> Reader<'a> {
    /// Reads a line. Whether it ends a paragraph.
    fn line(&mut self, number: usize, line: &'a str, problems: &mut Problems) -> bool {
        if line.trim_matches([' ', '\t', '\r']).is_empty() {
            self.ended = true;
            self.skipped = false;
            return true;
        }
        if line.starts_with([' ', '\t']) {
            self.continuation(number, line, problems);
            return false;
        }
        match field(number, line) {
            Some(field) => self.field(field, problems),
            None => {
                self.skipped = true;
                let line = message::shorten(line.trim_end());
                problems.add(number, format_args!("`{line}` is not a field"));
            }
        }
        false
    }

    fn continuation(&mut self, number: usize, line: &'a str, problems: &mut Problems) {
        if self.skipped {
            return;
        }
        let last = self.paragraphs.last_mut();
        let Some(field) = last.and_then(|last| last.fields.last_mut()) else {
            problems.add(number, "the line does not continue a field");
            return;
        };
        if self.ended {
            self.ended = false;
            problems.add(number, "the line continues a field after a blank line");
            field.rest.push("");
        }
        let line = line[1..].trim_end();
        let is_blank = line.trim_start_matches([' ', '\t']) == ".";
        field.rest.push(if is_blank { "" } else { line });
    }

    fn field(&mut self, field: Field<'a>, problems: &mut Problems) {
        self.skipped = false;
        if self.ended || self.paragraphs.is_empty() {
            self.ended = false;
            self.paragraphs.push(Paragraph::default());
        }
        let Some(last) = self.paragraphs.last_mut() else {
            return;
        };
        if last.get(field.name).is_some() {
            let name = message::shorten(field.name);
            problems.add(field.line, format_args!("field `{name}` occurs twice"));
        }
        last.fields.push(field);
    }
}

/// `NAME: VALUE`.
fn field(line: usize, text: &str) -> Option<Field<'_>> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim_end_matches([' ', '\t']);
    let valid = !name.is_empty()
        && !name.starts_with(['#', '-'])
        && name.bytes().all(|byte| byte.is_ascii_graphic());
    valid.then(|| Field {
        name,
        line,
        first: value.trim(),
        rest: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names with their lines.
    type Fields<'a> = Vec<(&'a str, String)>;

    fn read(text: &str) -> (Vec<Fields<'_>>, Vec<String>) {
        let mut problems = Problems::default();
        let paragraphs = all("a", text, &mut problems).unwrap();
        let paragraphs = paragraphs.iter().map(|paragraph| {
            let fields = paragraph.fields.iter();
            let field = |field: &Field<'_>| field.lines().collect::<Vec<_>>().join("|");
            fields.map(|each| (each.name, field(each))).collect()
        });
        let problems = problems.finish();
        let problems = problems.iter().map(ToString::to_string);
        (paragraphs.collect(), problems.collect())
    }

    #[test]
    fn values_have_lines() {
        let text = "\u{feff}\nA:  x \r\nB:\n one\n   two\n .\n\t.\n three\n \t\n\nC : y\n";
        let expected = vec![
            vec![
                ("A", "x".to_owned()),
                ("B", "|one|  two|||three".to_owned()),
            ],
            vec![("C", "y".to_owned())],
        ];
        assert_eq!(read(text), (expected, vec![]));
        let field = field(1, "A: x").unwrap();
        assert_eq!((field.first(), field.text()), ("x", None));
        assert_eq!(joined(&["", "a", "", "b", ""]), Some("a\n\nb".to_owned()));
    }

    #[test]
    fn odd_lines_are_problems() {
        let (paragraphs, problems) =
            read(" early\nA: x\n\n late\n\n later\n# comment\n left out\nwords\nA: y\na: z\n");
        let field = |name, value: &str| (name, value.to_owned());
        let fields = vec![
            field("A", "x||late||later"),
            field("A", "y"),
            field("a", "z"),
        ];
        assert_eq!(paragraphs, [fields]);
        assert_eq!(
            problems,
            [
                "line 1: the line does not continue a field",
                "line 4: the line continues a field after a blank line",
                "line 6: the line continues a field after a blank line",
                "line 7: `# comment` is not a field",
                "line 9: `words` is not a field",
                "line 10: field `A` occurs twice",
                "line 11: field `a` occurs twice",
            ]
        );
    }

    #[test]
    fn the_first_paragraph_of_any_text() {
        assert_eq!(first("Some prose.\n\nA: x\nB: y\n\nC: z\n").fields.len(), 2);
        assert_eq!(first("prose").fields.len(), 0);
        assert_eq!(first("\n\n\nA: x\n\n").fields.len(), 1);
    }

    #[test]
    fn limits() {
        let text = "A: x\n\n".repeat(MAX_PARAGRAPHS + 1);
        let error = all("a", &text, &mut Problems::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read the copyright file of `a`: it has more than 10000 paragraphs"
        );
        let text = "A: x\n".repeat(MAX_FIELDS + 1);
        let error = all("a", &text, &mut Problems::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read the copyright file of `a`: it has more than 500 fields in a paragraph"
        );
    }
}
