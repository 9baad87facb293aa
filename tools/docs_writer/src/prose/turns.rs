//! The turns of phrase that STYLE.md rules out.

use blob::{Result, ResultExt};
use regex::Regex;

/// Regular expressions and advice.
const TURNS: &[(&str, &str)] = &[
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
    (r"\bfolders?\b", r#"write "directory""#),
    (
        r"\bjudg(e|es|ed|ing)\b",
        r#"write "conformance test", "reference tool" or "check""#,
    ),
    (r"\b(quarrels?|quarrelled)\b", r#"write "conflict""#),
    (r"\b(elsewhere|surroundings)\b", "name the place"),
    (
        r"\btid(y|ies|ied|ying)\b",
        r#"write "clean up" or "remove""#,
    ),
    (r"\bbills?\b( of materials)?", r#"write "SBOM""#),
    (r"\bone does with\b", "name what is done"),
    (r"\bknows? of\b", r#"write "has" or "lists""#),
    (r"\btakes? it from\b", r#"write "reads it from""#),
    (
        r"\b(whoever|whatever|wherever)\b",
        r#"write "anyone who" or "any … that""#,
    ),
];

/// Names in backticks and targets of links, which are not prose.
const NAMES: &str = r"`[^`]*`|\]\([^)]*\)";

/// [`TURNS`] as compiled regular expressions.
#[derive(Debug)]
pub(super) struct Turns {
    names: Regex,
    turns: Vec<(Regex, &'static str)>,
}

impl Turns {
    pub(super) fn new() -> Result<Self> {
        let compile = |expression| Regex::new(expression).cannot("read expression", expression);
        let turns = TURNS
            .iter()
            .map(|(expression, advice)| Ok((compile(expression)?, *advice)));
        Ok(Self {
            names: compile(NAMES)?,
            turns: turns.collect::<Result<_>>()?,
        })
    }

    /// The findings in a line, with advice.
    pub(super) fn of(&self, line: &str) -> Vec<(String, &'static str)> {
        let prose = self.names.replace_all(line, "``");
        let mut findings = Vec::new();
        for (regex, advice) in &self.turns {
            let found = regex.find_iter(&prose).map(|found| found.as_str().trim());
            // "has not been" is a verb form, "bill of materials" a term.
            let found =
                found.filter(|turn| !turn.ends_with(" been") && !turn.ends_with(" materials"));
            findings.extend(found.map(|turn| (turn.to_owned(), *advice)));
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_terms_are_no_findings() {
        let turns = Turns::new().unwrap();
        let found = |line: &str| {
            turns
                .of(line)
                .into_iter()
                .map(|(turn, _)| turn)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("a `folder` in a [directory](a/folder.md)"), [""; 0]);
        assert_eq!(
            found("it has not been a software bill of materials"),
            [""; 0]
        );
        assert_eq!(
            found("a folder has not a bill"),
            ["has not", "folder", "bill"]
        );
    }
}
