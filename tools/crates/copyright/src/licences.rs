use std::collections::{HashMap, HashSet};

use blob::Result;

use crate::limits;
use crate::names;
use crate::paragraph::Field;
use crate::problem::Problems;
use crate::synopsis::{self, Name, Synopsis};
use crate::texts::{Text, Texts};
use crate::{Expression, MAX_NAMES};

/// A `License` field.
#[derive(Debug)]
pub(crate) struct Licence {
    pub(crate) line: usize,
    /// The first line, with single blanks.
    written: String,
    /// See [`key`].
    key: String,
    /// `None` if the first line does not follow the grammar.
    synopsis: Option<Synopsis>,
    text: Option<Text>,
}

impl Licence {
    /// Reads the field.
    pub(crate) fn of(field: &Field<'_>) -> Self {
        let words: Vec<_> = field.first().split_whitespace().collect();
        let written = words.join(" ");
        let synopsis = synopsis::parse(&written);
        // The text may start on the first line.
        let text = match synopsis {
            Some(_) => field.text(),
            None => field.text().and_then(|_| field.whole()),
        };
        Self {
            line: field.line,
            key: key(&written),
            written,
            synopsis,
            text: text.map(Text::new),
        }
    }

    /// The number of names.
    pub(crate) fn names(&self) -> usize {
        fn count(synopsis: &Synopsis) -> usize {
            match synopsis {
                Synopsis::Licence(_) => 1,
                Synopsis::All(operands) | Synopsis::Any(operands) => {
                    operands.iter().map(count).sum()
                }
            }
        }
        self.synopsis.as_ref().map_or(1, count)
    }
}

/// A field and the texts of its whole first line in other fields.
#[derive(Clone, Copy)]
struct Place<'a> {
    licence: &'a Licence,
    alone: Option<&'a Text>,
    inline: Option<&'a Text>,
}

/// Makes expressions of `License` fields, and finds the texts of names.
pub(crate) struct Resolver<'a> {
    /// The texts of stand-alone paragraphs by the key of the synopsis.
    alone: HashMap<&'a str, &'a Text>,
    /// The texts of other fields. People write a text at the first use of a name.
    inline: HashMap<&'a str, &'a Text>,
    pub(crate) texts: Texts<'a>,
    pub(crate) problems: Problems,
    /// The keys of names whose missing text is a problem already.
    missing: HashSet<String>,
}

impl<'a> Resolver<'a> {
    /// A resolver for these fields: those of stand-alone paragraphs, and the others.
    ///
    /// # Errors
    ///
    /// They have more names than [`MAX_NAMES`].
    pub(crate) fn of(
        package: &'a str,
        alone: &'a [Licence],
        others: impl Iterator<Item = &'a Licence> + Clone,
        mut problems: Problems,
    ) -> Result<Self> {
        let number = alone.iter().chain(others.clone()).map(Licence::names).sum();
        limits::check(package, number, MAX_NAMES, "licence names")?;
        for licence in alone.iter().chain(others.clone()) {
            if licence.synopsis.is_none() {
                problems.add(licence.line, not_grammar(&licence.written));
            }
        }
        Ok(Self {
            alone: by_key(alone.iter(), &mut problems),
            inline: by_key(others, &mut Problems::default()),
            texts: Texts::of(package),
            problems,
            missing: HashSet::new(),
        })
    }

    /// The expression of a field.
    pub(crate) fn expression(&mut self, licence: &'a Licence) -> Result<Expression> {
        let place = Place {
            licence,
            alone: self.alone.get(licence.key.as_str()).copied(),
            inline: self.inline.get(licence.key.as_str()).copied(),
        };
        match &licence.synopsis {
            Some(synopsis) => self.synopsis(place, synopsis),
            None if licence.written.is_empty() => self.reference(place, "unnamed"),
            None => self.reference(place, &licence.written),
        }
    }

    /// The recursion is as deep as the grammar: four levels.
    fn synopsis(&mut self, place: Place<'a>, synopsis: &Synopsis) -> Result<Expression> {
        let (operands, combined) = match synopsis {
            Synopsis::Licence(name) => return self.name(place, name),
            Synopsis::All(operands) => (operands, Expression::all as fn(Vec<_>) -> _),
            Synopsis::Any(operands) => (operands, Expression::any as fn(Vec<_>) -> _),
        };
        let operands = operands.iter().map(|each| self.synopsis(place, each));
        match combined(operands.collect::<Result<_>>()?) {
            Some(expression) => Ok(expression),
            None => self.reference(place, &place.licence.written),
        }
    }

    fn name(&mut self, place: Place<'a>, name: &Name) -> Result<Expression> {
        let written = name.written();
        let Some(simple) = names::simple_expression(name) else {
            return self.reference(place, &written);
        };
        let is_ambiguous = name.licence.eq_ignore_ascii_case("MIT");
        let text = self.text(place, &key(&written));
        if is_ambiguous && text.is_some_and(|text| !text.is_expat()) {
            return self.reference(place, &written);
        }
        Ok(Expression::licence(simple))
    }

    /// The text of a name, by its key. The text of a combination includes the texts of its names.
    fn text(&self, place: Place<'a>, name: &str) -> Option<&'a Text> {
        let own = place.licence.text.as_ref();
        own.filter(|_| name == place.licence.key)
            .or_else(|| self.alone.get(name).copied())
            .or(place.alone)
            .or(own)
            .or_else(|| self.inline.get(name).copied())
            .or(place.inline)
    }

    fn reference(&mut self, place: Place<'a>, name: &str) -> Result<Expression> {
        let key = key(name);
        let text = self.text(place, &key);
        if text.is_none() && self.missing.insert(key) {
            let name = message::shorten(name);
            let cause = format_args!("the file has no text of licence `{name}`");
            self.problems.add(place.licence.line, cause);
        }
        let reference = self.texts.reference(name, text)?;
        Ok(Expression::licence(reference))
    }

    /// The reference for files whose licence the copyright file does not state.
    pub(crate) fn not_stated(&mut self) -> Result<Expression> {
        let reference = self.texts.reference("not stated", None)?;
        Ok(Expression::licence(reference))
    }
}

fn not_grammar(written: &str) -> String {
    if written.is_empty() {
        return "the licence has no name".to_owned();
    }
    let written = message::shorten(written);
    format!("licence `{written}` does not follow the grammar")
}

/// The first text of each synopsis.
fn by_key<'a>(
    licences: impl Iterator<Item = &'a Licence>,
    problems: &mut Problems,
) -> HashMap<&'a str, &'a Text> {
    let mut found = HashMap::new();
    for licence in licences {
        let Some(text) = &licence.text else { continue };
        if found.contains_key(licence.key.as_str()) {
            let written = message::shorten(&licence.written);
            problems.add(
                licence.line,
                format_args!("licence `{written}` has two texts"),
            );
        } else {
            found.insert(licence.key.as_str(), text);
        }
    }
    found
}

/// Names of licences ignore case.
fn key(written: &str) -> String {
    written.to_lowercase()
}
