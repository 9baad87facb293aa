//! Tests of file contents. Links are followed.

use crate::config::ContentTest;

/// Characters of a content in a message.
const SHOWN: usize = 200;

/// The problems of a test. `found` are those of its file.
pub(super) fn problems(
    test: &ContentTest,
    found: Result<Option<&[String]>, String>,
) -> Vec<String> {
    let path = &test.path;
    match found {
        Ok(Some(problems)) => problems
            .iter()
            .map(|problem| format!("`{path}` {problem}"))
            .collect(),
        Ok(None) => vec![format!("cannot read `{path}`: no layer has its content")],
        Err(why) => vec![format!("cannot read `{path}`: {why}")],
    }
}

/// Compares a content with the expressions of a test.
pub(super) fn evaluate(test: &ContentTest, content: &[u8]) -> Vec<String> {
    let mut problems = Vec::new();
    for pattern in test
        .expected
        .iter()
        .filter(|pattern| !pattern.is_in(content))
    {
        let shown = show(content);
        problems.push(format!("does not match `{}`: {shown}", pattern.source()));
    }
    for pattern in test
        .excluded
        .iter()
        .filter(|pattern| pattern.is_in(content))
    {
        let shown = show(content);
        problems.push(format!(
            "matches `{}`, which is excluded: {shown}",
            pattern.source()
        ));
    }
    problems
}

/// A content on one line.
fn show(content: &[u8]) -> String {
    let text = String::from_utf8_lossy(&content[..content.len().min(4 * SHOWN)]);
    let mut shown = String::new();
    for c in text.chars().take(SHOWN) {
        if c.is_control() {
            shown.extend(c.escape_debug())
        } else {
            shown.push(c)
        }
    }
    if shown.is_empty() {
        return "it is empty".to_owned();
    }
    match text.chars().nth(SHOWN) {
        Some(_) => {
            shown.push('…');
            format!("its {} bytes begin with `{shown}`", content.len())
        }
        None => format!("it is `{shown}`"),
    }
}
