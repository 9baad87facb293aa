//! The report for people.

use std::collections::BTreeSet;

use blob::Result;

use super::report::{ImageReport, Problem, Report, RepositoryReport, Signer};
use crate::output;

/// Prints a report.
///
/// # Errors
///
/// Standard output cannot be written.
pub(crate) fn print(report: &Report) -> Result<()> {
    for repository in &report.repositories {
        print_repository(repository)?;
    }
    Ok(())
}

fn print_repository(report: &RepositoryReport) -> Result<()> {
    let name = &report.repository;
    for image in &report.images {
        output::line(format_args!("{name}@{} {}", image.digest, described(image)))?;
    }
    for tag in &report.tags {
        for dated in &tag.history {
            let (date, digest) = (&dated.date, &dated.digest);
            output::line(format_args!("{name}:{} on {date}: {digest}", tag.tag))?;
        }
    }
    print_findings("warning", &report.warnings)?;
    print_findings("problem", &report.problems)
}

/// A hint that several findings in a row have follows the last of them.
fn print_findings(word: &str, findings: &[Problem]) -> Result<()> {
    for (position, finding) in findings.iter().enumerate() {
        let (object, cause) = (&finding.object, &finding.cause);
        output::line(format_args!("{word}: cannot verify `{object}`: {cause}"))?;
        let next = findings
            .get(position + 1)
            .and_then(|next| next.hint.as_ref());
        if let Some(hint) = finding.hint.as_ref().filter(|hint| next != Some(*hint)) {
            output::line(format_args!("hint: {hint}"))?;
        }
    }
    Ok(())
}

fn described(image: &ImageReport) -> String {
    let mut text = image
        .platform
        .clone()
        .unwrap_or_else(|| image.kind.to_owned());
    if !image.tags.is_empty() {
        text = format!("{text} ({})", image.tags.join(", "));
    }
    if !image.needs_signature {
        return text;
    }
    let signers: BTreeSet<&Signer> = image.signatures.iter().map(|found| &found.signer).collect();
    let signers: Vec<String> = signers.into_iter().map(shown).collect();
    if signers.is_empty() {
        return format!("{text}: no accepted signature");
    }
    text = format!("{text}: signed by {}", signers.join(", "));
    if image.other_signers > 0 {
        text = format!("{text}, {} by other signers", image.other_signers);
    }
    let types: BTreeSet<&str> = image
        .statements
        .iter()
        .map(|found| found.predicate_type.as_str())
        .collect();
    if !types.is_empty() {
        let types: Vec<String> = types.into_iter().map(message::shorten).collect();
        text = format!("{text}; statements: {}", types.join(", "));
    }
    text
}

fn shown(signer: &Signer) -> String {
    match signer {
        Signer::Key { key, .. } => format!("key `{key}`"),
        Signer::Identity { identity, issuer } => format!("`{identity}` ({issuer})"),
    }
}
