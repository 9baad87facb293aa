use std::collections::BTreeMap;

use blob::Result;

use crate::licences::{Licence, Resolver};
use crate::limits;
use crate::paragraph::{self, Paragraph};
use crate::pattern;
use crate::problem::Problems;
use crate::texts::{Text, Texts};
use crate::{Expression, Format, LicenceText, Problem, MAX_BYTES, MAX_LINES};

/// The licences in a copyright file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copyright {
    /// The kind of the file.
    pub format: Format,
    /// The `Files` paragraphs in their order; none if the file is not machine-readable.
    pub groups: Vec<Group>,
    /// The licence of the package as a whole, which the first paragraph may state.
    pub overall: Option<Expression>,
    /// The licences of all groups, combined with `AND`. Without groups: `overall`, or else a reference to the whole text.
    pub declared: Expression,
    /// The licences behind each `LicenseRef-…` of the expressions.
    pub texts: BTreeMap<String, LicenceText>,
    /// The places that do not follow the format, in the order of their lines.
    pub problems: Vec<Problem>,
}

/// A `Files` paragraph: files of the source package with the same licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The line of the field `Files`, from 1.
    pub line: usize,
    /// Patterns of paths of the source package: `src/*.c`.
    pub files: Vec<String>,
    /// The lines of the field `Copyright`.
    pub copyrights: Vec<String>,
    /// The licence.
    pub licence: Expression,
}

impl Copyright {
    /// Reads the copyright file of a binary package. Text that does not follow the format is never an error.
    ///
    /// # Errors
    ///
    /// The file exceeds a limit: [`MAX_BYTES`], [`MAX_PARAGRAPHS`](crate::MAX_PARAGRAPHS),
    /// [`MAX_FIELDS`](crate::MAX_FIELDS), [`MAX_LINES`], [`MAX_NAMES`](crate::MAX_NAMES) or
    /// [`MAX_TEXT_BYTES`](crate::MAX_TEXT_BYTES).
    pub fn parse(package: &str, text: &str) -> Result<Self> {
        limits::check(package, text.len(), MAX_BYTES, "bytes")?;
        let format = Format::of(&paragraph::first(text));
        if format == Format::NotMachineReadable {
            return not_machine_readable(package, text);
        }
        let mut problems = Problems::default();
        let paragraphs = paragraph::all(package, text, &mut problems)?;
        let fields = Fields::of(&paragraphs, format, &mut problems);
        limits::check(
            package,
            fields.lines(),
            MAX_LINES,
            "patterns and lines of copyright",
        )?;
        if format == Format::Draft {
            problems.add(1, "the file follows a draft of the format");
        }
        fields.copyright(package, text, format, problems)
    }

    /// The group of a path of the source package: the last one with a matching pattern.
    pub fn group_of(&self, path: &str) -> Option<&Group> {
        let mut groups = self.groups.iter().rev();
        groups.find(|group| {
            let mut files = group.files.iter();
            files.any(|file| pattern::matches(file, path))
        })
    }
}

fn not_machine_readable(package: &str, text: &str) -> Result<Copyright> {
    let mut texts = Texts::of(package);
    let mut problems = Problems::default();
    problems.add(1, "the file is not machine-readable");
    Ok(Copyright {
        format: Format::NotMachineReadable,
        groups: Vec::new(),
        overall: None,
        declared: whole(package, text, &mut texts)?,
        texts: texts.finish(),
        problems: problems.finish(),
    })
}

/// A reference to the whole text.
fn whole(package: &str, text: &str, texts: &mut Texts<'_>) -> Result<Expression> {
    let name = format!("copyright file of {package}");
    let text = Some(text.trim()).filter(|text| !text.is_empty());
    let text = text.map(|text| Text::new(text.to_owned()));
    let reference = texts.reference(&name, text.as_ref())?;
    Ok(Expression::licence(reference))
}

/// The fields of a machine-readable file.
struct Fields {
    overall: Option<Licence>,
    files: Vec<Files>,
    /// The `License` paragraphs without `Files`.
    alone: Vec<Licence>,
}

/// A `Files` paragraph.
struct Files {
    line: usize,
    patterns: Vec<String>,
    copyrights: Vec<String>,
    licence: Option<Licence>,
}

impl Fields {
    fn of(paragraphs: &[Paragraph<'_>], format: Format, problems: &mut Problems) -> Self {
        let mut fields = Self {
            overall: None,
            files: Vec::new(),
            alone: Vec::new(),
        };
        for (at, paragraph) in paragraphs.iter().enumerate() {
            let licence = paragraph.get("License").map(Licence::of);
            match licence {
                licence if paragraph.get("Files").is_some() => {
                    fields
                        .files
                        .push(Files::of(paragraph, licence, format, problems));
                }
                licence if at == 0 => fields.overall = licence,
                Some(licence) => fields.alone.push(licence),
                None => {
                    let cause = "the paragraph has neither `Files` nor `License`";
                    problems.add(paragraph.line(), cause);
                }
            }
        }
        fields
    }

    /// The number of patterns and lines of copyright.
    fn lines(&self) -> usize {
        let files = self.files.iter();
        files
            .map(|files| files.patterns.len() + files.copyrights.len())
            .sum()
    }

    fn copyright<'a>(
        &'a self,
        package: &'a str,
        text: &str,
        format: Format,
        problems: Problems,
    ) -> Result<Copyright> {
        let files = self.files.iter().filter_map(|files| files.licence.as_ref());
        let others = files.chain(&self.overall);
        let mut resolver = Resolver::of(package, &self.alone, others, problems)?;
        let overall = self.overall.as_ref();
        let overall = overall
            .map(|licence| resolver.expression(licence))
            .transpose()?;
        let groups = self.files.iter().map(|files| files.group(&mut resolver));
        let groups: Vec<_> = groups.collect::<Result<_>>()?;
        let licences = groups.iter().map(|group| group.licence.clone());
        let declared = match Expression::all(licences).or_else(|| overall.clone()) {
            Some(declared) => declared,
            None => {
                resolver
                    .problems
                    .add(1, "the file has no `Files` paragraph");
                whole(package, text, &mut resolver.texts)?
            }
        };
        Ok(Copyright {
            format,
            groups,
            overall,
            declared,
            texts: resolver.texts.finish(),
            problems: resolver.problems.finish(),
        })
    }
}

impl Files {
    fn of(
        paragraph: &Paragraph<'_>,
        licence: Option<Licence>,
        format: Format,
        problems: &mut Problems,
    ) -> Self {
        let lines = |name: &str| {
            let field = paragraph.get(name);
            field.into_iter().flat_map(|field| field.lines())
        };
        let ends = |c: char| c.is_whitespace() || (c == ',' && format == Format::Draft);
        let patterns = lines("Files").flat_map(|line| line.split(ends));
        let copyrights = lines("Copyright").map(str::trim);
        let files = Self {
            line: paragraph.get("Files").map_or(1, |field| field.line),
            patterns: not_empty(patterns),
            copyrights: not_empty(copyrights),
            licence,
        };
        for (missing, name) in [
            (files.patterns.is_empty(), "value of `Files`"),
            (files.copyrights.is_empty(), "`Copyright`"),
            (files.licence.is_none(), "`License`"),
        ] {
            if missing {
                problems.add(files.line, format_args!("the paragraph has no {name}"));
            }
        }
        files
    }

    fn group<'a>(&'a self, resolver: &mut Resolver<'a>) -> Result<Group> {
        Ok(Group {
            line: self.line,
            files: self.patterns.clone(),
            copyrights: self.copyrights.clone(),
            licence: match &self.licence {
                Some(licence) => resolver.expression(licence)?,
                None => resolver.not_stated()?,
            },
        })
    }
}

/// The texts that are not empty. More than the limit are not needed.
fn not_empty<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let texts = texts.filter(|text| !text.is_empty());
    texts.take(MAX_LINES + 1).map(str::to_owned).collect()
}
