//! Manifests that an import makes.

use serde::Serialize;

/// A manifest in our format, ready to be serialized.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedManifest {
    pub(super) version: u32,
    pub(super) sources: Vec<ImportedSource>,
    pub(super) archs: Vec<String>,
    pub(super) resolve: bool,
    pub(super) packages: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct ImportedSource {
    channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    signed_by: String,
}

/// Makes a source from the URL of a repository.
pub(super) fn import_source(channel: &str, url: &str) -> ImportedSource {
    let url = url.trim_end_matches('/');
    let archive = debian_archive(url);
    ImportedSource {
        channel: channel.to_owned(),
        url: archive.is_none().then(|| url.to_owned()),
        signed_by: match archive {
            Some(_) => "debian-archive-keyring".to_owned(),
            None => format!("{}-keyring", host(url)),
        },
        archive,
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}

/// Returns `debian` for `…/archive/debian/20240210T223313Z` and for `…/debian`.
fn debian_archive(url: &str) -> Option<String> {
    let known = |name: &str| matches!(name, "debian" | "debian-security" | "debian-backports");
    let mut parts = url.rsplit('/');
    let last = parts.next()?;
    let is_time = last.len() == 16 && last.ends_with('Z') && last.as_bytes()[8] == b'T';
    let name = if is_time { parts.next()? } else { last };
    known(name).then(|| name.to_owned())
}
