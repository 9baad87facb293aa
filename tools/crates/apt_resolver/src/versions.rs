//! Lists of available versions, for messages.

use crate::universe::Entry;

/// Lists versions and their sources: `1.0 in bookworm, 1.1 in bookworm-backports`.
pub(crate) fn list_versions(versions: &[Entry<'_>]) -> String {
    let versions = versions
        .iter()
        .map(|entry| format!("{} in {}", entry.package.version, entry.source.name));
    versions.collect::<Vec<_>>().join(", ")
}
