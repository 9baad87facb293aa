//! The lines about what an update did not use, skipped, or could not satisfy.

use lock_update::Note;

/// The lines for a note about a lock.
pub(crate) fn text(note: &Note) -> String {
    match note {
        Note::Unverified {
            source,
            architecture,
            details,
        } => {
            let mut lines = vec![format!("not used: {source} for {architecture}")];
            lines.extend(details.iter().map(|detail| format!("  {detail}")));
            lines.join("\n")
        }
        Note::Undated {
            source,
            why,
            signed,
        } => format!(
            "warning: the Release of {source}: {why}; the lock has the time of its signature, {signed}"
        ),
        Note::Skipped {
            package,
            architecture,
        } => format!("skipped: {package} for {architecture}"),
        Note::Unmet {
            package,
            architecture,
            relation,
        } => format!("unmet: {package} for {architecture} needs {relation}"),
    }
}
