//! The turns of phrase that STYLE.md rules out.

use blob::{Result, ResultExt};
use regex::Regex;

/// Regular expressions and advice.
const TURNS: [(&str, &str); 26] = [
    (r"\banew\b", r#"write "again""#),
    (r"\bbut for\b", r#"write "except""#),
    (
        r"\bof (its|your|one's|their) own\b",
        r#"write "its own …", or leave it out"#,
    ),
    (
        r"\b(is told|are told|tells? of)\b",
        r#"write "gets", "receives" or "reports""#,
    ),
    (
        r"\b(lies|lie|lay) (in|below|beside|behind|there|over|where|at|on)\b",
        r#"write "is in""#,
    ),
    (
        r"\bstands? (in|for|at|on|beside|above|nowhere|by)\b",
        r#"write "is in" or "means""#,
    ),
    (r"(^|[.:;(] ?)What [a-z]+", "begin with a noun"),
    (r"\bnone (where|with|while|in)\b", r#"write "no …""#),
    (
        r"\bwhere there (is|are) (none|one|any|no)\b",
        r#"write "if there is no …""#,
    ),
    (
        r"\b(has|have) (not|none|no other)\b( been)?",
        r#"write "does not have" or "has no …""#,
    ),
    (
        r"\b(to be had|out of reach)\b",
        r#"write "available" or "unavailable""#,
    ),
    (
        r"\b(goes|go|went) by\b",
        r#"write "depends on" or "follows""#,
    ),
    (r"\bvouch\w*", r#"write "signs" or "lists""#),
    (r"\bwish\w*", r#"write "requested package" or "request""#),
    (
        r"\ball the same\b",
        r#"write "nevertheless", or leave it out"#,
    ),
    (r"\b(its|their) like\b", "name the things"),
    (r"\bas (it is|they are|it was)\b", r#"write "unchanged""#),
    (r"\bis made of\b", r#"write "consists of""#),
    (r"\bgone on with\b", r#"write "resumed""#),
    (r"\b(said|says|say) of\b", r#"write "says about""#),
    (r"\bhad better\b", r#"write "should""#),
    (
        r"\bbesides?\b",
        r#"write "next to", "also" or "in addition""#,
    ),
    (
        r"\b(Nobody|Nothing|nobody) \w+",
        r#"name the subject, or write "no … may""#,
    ),
    (r"\bby name\b", "name the field"),
    (r"\banother's\b", r#"write "of another …""#),
    (
        r"\b(whoever|whatever|wherever)\b",
        r#"write "anyone who" or "any … that""#,
    ),
];

/// [`TURNS`] as compiled regular expressions.
#[derive(Debug)]
pub(super) struct Turns(Vec<(Regex, &'static str)>);

impl Turns {
    pub(super) fn new() -> Result<Self> {
        let compiled = TURNS.iter().map(|(expression, advice)| {
            let regex = Regex::new(expression).cannot("read expression", expression)?;
            Ok((regex, *advice))
        });
        compiled.collect::<Result<_>>().map(Self)
    }

    /// The findings in a line, with advice.
    pub(super) fn of<'a>(&'a self, line: &'a str) -> impl Iterator<Item = (&'a str, &'static str)> {
        let of_one = move |(regex, advice): &'a (Regex, &'static str)| {
            let found = regex.find_iter(line).map(|found| found.as_str().trim());
            // "has not been" is a verb form.
            let found = found.filter(|turn| !turn.ends_with(" been"));
            found.map(move |turn| (turn, *advice))
        };
        self.0.iter().flat_map(of_one)
    }
}
