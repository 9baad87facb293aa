//! The words and findings of each kind of text, and their limit.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::line::{Kind, Line};
use super::turns::Turns;

#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Kind, Count>);

#[derive(Debug, Default)]
struct Count {
    words: usize,
    findings: Vec<String>,
}

impl Counts {
    pub(super) fn add(&mut self, path: &Path, line: &Line<'_>, turns: &Turns) {
        let count = self.0.entry(line.kind).or_default();
        count.words += line.prose.split_whitespace().count();
        for (turn, advice) in turns.of(&line.prose) {
            let place = format!("{}:{}", path.display(), line.number);
            count.findings.push(format!("{place}: `{turn}`; {advice}"));
        }
    }

    /// A description of the kinds with more than `limit` findings in 10,000 words; `None` if there is no such kind.
    pub(super) fn over(&self, limit: usize) -> Option<String> {
        let over = self
            .0
            .iter()
            .filter(|(_, count)| count.findings.len() * 10_000 > limit * count.words);
        let shares: Vec<_> = over
            .map(|(kind, count)| format!("{kind} have {}", count.share()))
            .collect();
        (!shares.is_empty()).then(|| format!("{}; the limit is {limit}", shares.join(", ")))
    }
}

impl Count {
    fn share(&self) -> String {
        let share = self.findings.len() * 10_000 / self.words.max(1);
        format!("{share} turns of phrase in 10,000 words")
    }
}

/// All findings, then a line for each kind.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in self.0.values().flat_map(|count| &count.findings) {
            writeln!(f, "{finding}")?;
        }
        for (kind, count) in &self.0 {
            writeln!(f, "{kind}: {}, {} words", count.share(), count.words)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::literals::Literals;
    use super::super::text::lines;
    use super::*;

    fn counts(path: &str, text: &str) -> Counts {
        let (turns, literals) = (Turns::new().unwrap(), Literals::new().unwrap());
        let mut counts = Counts::default();
        for line in lines(Path::new(path), text, &literals) {
            counts.add(Path::new(path), &line, &turns);
        }
        counts
    }

    fn findings(path: &str, text: &str) -> String {
        let counts = counts(path, text);
        let all = counts.0.iter().flat_map(|(kind, count)| {
            let findings = count.findings.iter();
            findings.map(move |finding| format!("{kind} {finding}\n"))
        });
        all.collect()
    }

    #[test]
    fn findings_name_line_and_advice() {
        assert_eq!(
            counts("a.md", "# Locks\n\nThe lock is made anew.\nPlain text.\n").to_string(),
            "a.md:3: `anew`; write \"again\"\ndocuments: 1111 turns of phrase in 10,000 words, 9 words\n"
        );
    }

    #[test]
    fn comments_and_messages_of_code_count() {
        let rust =
            "/// Nobody reads it.\nlet anew = \"anew\"; // code\n\nfail(\"made \\\n  anew\");\n";
        assert_eq!(
            findings("a.rs", rust),
            "comments a.rs:1: `Nobody reads`; name the subject, or write \"no … may\"\n\
             messages a.rs:4: `anew`; write \"again\"\n"
        );
        assert_eq!(
            findings(
                "a.bzl",
                "\"\"\"Rules.\n\nIt is made anew.\"\"\"\nfail(\"made anew\")\n# anew\n"
            ),
            "comments a.bzl:3: `anew`; write \"again\"\n\
             comments a.bzl:5: `anew`; write \"again\"\n\
             messages a.bzl:4: `anew`; write \"again\"\n"
        );
        assert_eq!(
            findings("a.sh", "echo anew # anew\n  # anew\n"),
            "comments a.sh:2: `anew`; write \"again\"\n"
        );
        assert_eq!(findings("a.json", "anew"), "");
    }

    #[test]
    fn the_limit_holds_for_each_kind() {
        let text = format!(
            "// {}\nfail(\"anew {}\")\n",
            "word ".repeat(9000),
            "word ".repeat(999)
        );
        let counts = counts("a.rs", &text);
        assert_eq!(counts.over(10), None);
        assert_eq!(
            counts.over(9).unwrap(),
            "messages have 10 turns of phrase in 10,000 words; the limit is 9"
        );
    }
}
