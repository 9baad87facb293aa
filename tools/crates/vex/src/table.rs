//! The table for people: the issues that need attention, in the tracker's words.

use std::collections::BTreeMap;

use message::escape;
use tracker::{url, Snapshot, State};

use crate::assess::{Assessed, Assessment};
use crate::status::Status;

const TITLES: [&str; 5] = [
    "Issue",
    "Source package",
    "State",
    "Urgency",
    "Binary packages",
];

/// The table as text, with aligned columns.
pub fn text_table(assessed: &Assessed, snapshot: &Snapshot) -> String {
    let cells = |assessment: &&Assessment| cells(assessment).map(|cell| escape(&cell));
    let shown = shown(assessed);
    let rows: Vec<[String; 5]> = [TITLES.map(str::to_owned)]
        .into_iter()
        .chain(shown.iter().map(cells))
        .collect();
    let mut text = format!("{}\n", escape(&summary(assessed, snapshot)));
    if shown.is_empty() {
        return text;
    }
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    text.push('\n');
    for row in &rows {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// The table as Markdown, with links to the tracker.
pub fn markdown_table(assessed: &Assessed, snapshot: &Snapshot) -> String {
    let mut text = format!("{}\n", markdown(&escape(&summary(assessed, snapshot))));
    let shown = shown(assessed);
    if shown.is_empty() {
        return text;
    }
    text.push_str(&format!(
        "\n| {} |\n|{}\n",
        TITLES.join(" | "),
        " --- |".repeat(TITLES.len())
    ));
    for assessment in shown {
        let [issue, rest @ ..] = cells(assessment).map(|cell| markdown(&escape(&cell)));
        let url = url(&assessment.issue);
        text.push_str(&format!("| [{issue}]({url}) | {} |\n", rest.join(" | ")));
    }
    text
}

/// The issues that need attention: a user or a scanner may ask about them.
fn shown(assessed: &Assessed) -> Vec<&Assessment> {
    let assessments = assessed.assessments.iter();
    let mut shown: Vec<&Assessment> = assessments
        .filter(|assessment| {
            let state = &assessment.state;
            !matches!(state, State::Fixed { .. } | State::NotAffected)
        })
        .collect();
    // First what an update fixes. The sort is stable.
    shown.sort_by_key(|assessment| !matches!(assessment.state, State::FixedInNewer { .. }));
    shown
}

fn cells(assessment: &Assessment) -> [String; 5] {
    let Assessment {
        source,
        source_version,
        state,
        ..
    } = assessment;
    let packages = assessment.packages.iter();
    let packages: Vec<&str> = packages.map(|package| &*package.name).collect();
    let absence = assessment.absence.as_ref();
    let absence = absence.map(|absence| format!("; only in {}, not in the image", absence.parts()));
    [
        assessment.issue.clone(),
        format!("{source} {source_version}"),
        format!("{state}{}", absence.unwrap_or_default()),
        assessment.urgency.clone().unwrap_or_default(),
        packages.join(", "),
    ]
}

/// For example: `static@sha256:…, Debian security tracker on 2026-11-21T02:34:56Z: 3 fixed, 1 open`.
fn summary(assessed: &Assessed, snapshot: &Snapshot) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for assessment in &assessed.assessments {
        let word = match assessment.status() {
            Status::NotAffected(_) if assessment.state != State::NotAffected => "not in the image",
            _ => assessment.state.word(),
        };
        *counts.entry(word).or_default() += 1;
    }
    let counts = counts.iter().map(|(word, count)| format!("{count} {word}"));
    let counts: Vec<String> = counts.collect();
    let counts = match &counts[..] {
        [] => "no issues".to_owned(),
        counts => counts.join(", "),
    };
    let title = assessed.title();
    let time = snapshot.time;
    let mut summary = format!("{title}, Debian security tracker on {time}: {counts}");
    if !assessed.untracked.is_empty() {
        let parts: Vec<&str> = assessed.untracked.iter().map(|part| &**part).collect();
        summary.push_str(&format!("; unknown to the tracker: {}", parts.join(", ")));
    }
    summary
}

/// Escapes the characters that Markdown and HTML in it would obey.
fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '!' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}
