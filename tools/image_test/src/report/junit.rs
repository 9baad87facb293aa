//! JUnit XML, in the form that Bazel and most CI systems display.

use std::fmt::Write;

use crate::outcome::{Outcome, Verdict};

/// One suite for each file or check, in order, with one case for each test.
pub(crate) fn junit(image: &str, outcomes: &[Outcome]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "<testsuites name=\"{}\"{}>",
        escaped(image),
        counts(outcomes)
    );
    for suite in outcomes.chunk_by(|a, b| a.suite == b.suite) {
        let name = escaped(&suite[0].suite);
        let _ = writeln!(text, "  <testsuite name=\"{name}\"{}>", counts(suite));
        for outcome in suite {
            let _ = write!(
                text,
                "    <testcase name=\"{}\" classname=\"{name}\" time=\"{:.3}\"",
                escaped(&outcome.name),
                outcome.seconds
            );
            match &outcome.verdict {
                Verdict::Passed => text.push_str("/>\n"),
                Verdict::Failed(problems) => {
                    let first = problems.first().map(String::as_str).unwrap_or_default();
                    let _ = writeln!(
                        text,
                        ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>",
                        escaped(first),
                        escaped(&problems.join("\n"))
                    );
                }
                Verdict::Skipped(reason) => {
                    let _ = writeln!(
                        text,
                        ">\n      <skipped message=\"{}\"/>\n    </testcase>",
                        escaped(reason)
                    );
                }
            }
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn counts(outcomes: &[Outcome]) -> String {
    let failed = outcomes
        .iter()
        .filter(|o| matches!(o.verdict, Verdict::Failed(_)))
        .count();
    let skipped = outcomes
        .iter()
        .filter(|o| matches!(o.verdict, Verdict::Skipped(_)))
        .count();
    // A sum of no numbers would begin with -0.
    let seconds = outcomes
        .iter()
        .fold(0.0, |sum, outcome| sum + outcome.seconds);
    format!(
        " tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"{seconds:.3}\"",
        outcomes.len()
    )
}

/// Text for an element or an attribute. Characters that XML 1.0 does not allow (section 2.2) are escaped as in Rust.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            // Without the escape, an XML parser replaces them in attributes by spaces, and a return by a newline.
            '\t' | '\n' | '\r' => {
                let _ = write!(result, "&#{};", u32::from(c));
            }
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => result.extend(c.escape_unicode()),
            c => result.push(c),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_and_every_character() {
        let outcome = |suite: &str, name: &str, verdict| Outcome {
            suite: suite.to_owned(),
            name: name.to_owned(),
            verdict,
            seconds: 0.5,
        };
        let outcomes = [
            outcome("a.yaml", "one", Verdict::Passed),
            outcome(
                "a.yaml",
                "<two>",
                Verdict::of(vec!["a\u{1b}\u{0}é".into(), "\"b\" & ]]>".into()]),
            ),
            outcome("layers", "three", Verdict::Skipped("no\nbase".into())),
        ];
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="//a:b" tests="3" failures="1" errors="0" skipped="1" time="1.500">
  <testsuite name="a.yaml" tests="2" failures="1" errors="0" skipped="0" time="1.000">
    <testcase name="one" classname="a.yaml" time="0.500"/>
    <testcase name="&lt;two&gt;" classname="a.yaml" time="0.500">
      <failure message="a\u{1b}\u{0}é">a\u{1b}\u{0}é&#10;&quot;b&quot; &amp; ]]&gt;</failure>
    </testcase>
  </testsuite>
  <testsuite name="layers" tests="1" failures="0" errors="0" skipped="1" time="0.500">
    <testcase name="three" classname="layers" time="0.500">
      <skipped message="no&#10;base"/>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(junit("//a:b", &outcomes), expected);
    }
}
