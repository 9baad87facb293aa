//! The table for people.

use std::fmt::Write;

use crate::outcome::{Outcome, Verdict};

/// One line for each test case, with its problems below; at the end, the skipped cases again, and the number of each
/// verdict.
pub(crate) fn table(image: &str, outcomes: &[Outcome]) -> String {
    let mut text = format!("{image}\n");
    let mut suite = None;
    for outcome in outcomes {
        if suite != Some(&outcome.suite) {
            suite = Some(&outcome.suite);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n{}", plain(&outcome.suite));
        }
        let (word, lines) = match &outcome.verdict {
            Verdict::Passed => ("PASS", &[][..]),
            Verdict::Failed(problems) => ("FAIL", &problems[..]),
            Verdict::Skipped(reason) => ("SKIP", std::slice::from_ref(reason)),
        };
        let _ = writeln!(
            text,
            "{word} {:8.3}s  {}",
            outcome.seconds,
            plain(&outcome.name)
        );
        for line in lines {
            let _ = writeln!(text, "               {}", plain(line));
        }
    }
    let skipped = outcomes
        .iter()
        .filter_map(|outcome| match &outcome.verdict {
            Verdict::Skipped(reason) => Some((outcome, reason)),
            _ => None,
        });
    let mut skipped = skipped.peekable();
    if skipped.peek().is_some() {
        text.push_str("\nNOT TESTED:\n");
        for (outcome, reason) in skipped {
            let (suite, name) = (plain(&outcome.suite), plain(&outcome.name));
            let _ = writeln!(text, "  {suite}: {name}: {}", plain(reason));
        }
    }
    let count = |matches: fn(&Verdict) -> bool| {
        outcomes
            .iter()
            .filter(|outcome| matches(&outcome.verdict))
            .count()
    };
    let _ = writeln!(
        text,
        "\n{} passed, {} failed, {} skipped",
        count(|verdict| matches!(verdict, Verdict::Passed)),
        count(|verdict| matches!(verdict, Verdict::Failed(_))),
        count(|verdict| matches!(verdict, Verdict::Skipped(_))),
    );
    text
}

/// Escapes control characters, which could control the terminal.
fn plain(text: &str) -> String {
    let chars = text.chars().flat_map(|c| {
        if c.is_control() {
            c.escape_default().collect::<Vec<_>>()
        } else {
            vec![c]
        }
    });
    chars.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_ones_are_loud() {
        let outcome = |suite: &str, name: &str, verdict| Outcome {
            suite: suite.to_owned(),
            name: name.to_owned(),
            verdict,
            seconds: 0.0124,
        };
        let outcomes = [
            outcome("a.yaml", "one", Verdict::Passed),
            outcome(
                "a.yaml",
                "two\u{1b}[2J",
                Verdict::of(vec!["x".into(), "y".into()]),
            ),
            outcome("layers", "three", Verdict::Skipped("no base".into())),
        ];
        assert_eq!(
            table("//a:b", &outcomes),
            "//a:b\n\na.yaml\nPASS    0.012s  one\nFAIL    0.012s  two\\u{1b}[2J\n               x\n               y\n\nlayers\nSKIP    0.012s  three\n               no base\n\nNOT TESTED:\n  layers: three: no base\n\n1 passed, 1 failed, 1 skipped\n"
        );
    }
}
