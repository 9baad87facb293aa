//! The URLs of repositories: those of a snapshot if one is requested, else from the environment, else from apt's
//! configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use apt_archive::Origin;
use blob::{Error, Result};
use message::nearest;

use crate::snapshot::Snapshot;

/// The Debian repositories that apt uses.
const DEBIANS: [&str; 2] = ["debian", "debian-security"];

/// The URLs of repositories with a well-known name.
#[derive(Debug)]
pub struct RepositoryUrls {
    /// The URL of the snapshot archive, and the time in it.
    snapshot: Option<(String, String)>,
    /// Environment variables whose names end in `_MIRROR`.
    environment: BTreeMap<String, String>,
    /// The URLs in apt's configuration.
    apt: Vec<String>,
    /// The URL of the snapshot archive, and the time in it, for repositories without a mirror.
    fallback: Option<(String, String)>,
}

impl RepositoryUrls {
    /// The mirrors of this machine: the environment and apt's configuration.
    pub fn mirrors_of_this_machine() -> Self {
        Self::of_this_machine(None, "")
    }

    /// Reads the environment and apt's configuration.
    pub(crate) fn of_this_machine(snapshot: Option<&Snapshot>, archive: &str) -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
            name.ends_with("_MIRROR").then_some((name, value))
        });
        Self {
            snapshot: snapshot.map(|s| (trim(archive).to_owned(), s.compact())),
            environment: variables.collect(),
            apt: crate::apt_sources::read(Path::new("/etc/apt")),
            fallback: None,
        }
    }

    /// The same URLs; a repository without a mirror is used in the snapshot archive at a time.
    pub(crate) fn or_snapshot(self, snapshot: &Snapshot, archive: &str) -> Self {
        Self {
            fallback: Some((trim(archive).to_owned(), snapshot.compact())),
            ..self
        }
    }

    /// The URLs to try, in this order.
    pub(crate) fn of(&self, origin: &Origin) -> Result<Vec<String>> {
        let name = match origin {
            Origin::Url(url) => return Ok(vec![trim(url).to_owned()]),
            Origin::Archive(name) => name,
        };
        if let Some((url, time)) = &self.snapshot {
            return Ok(vec![format!("{url}/{name}/{time}")]);
        }
        let urls = self.mirrors(name);
        if let (true, Some((url, time))) = (urls.is_empty(), &self.fallback) {
            return Ok(vec![format!("{url}/{name}/{time}")]);
        }
        if urls.is_empty() {
            let variable = variable(name);
            let cause = format!("{variable} is not set, and apt on this machine has no URL of it");
            let hint = match nearest(name, DEBIANS.into_iter()).first() {
                Some(near) if *near != name => format!("did you mean `{near}`?"),
                _ => format!("set {variable}, or lock a snapshot with `--snapshot TIME`"),
            };
            return Err(Error::cannot("find a URL of repository", name, cause).hint(hint));
        }
        Ok(urls)
    }

    /// The mirrors of a repository with a well-known name: those of the environment, else those of apt's configuration.
    pub fn mirrors(&self, name: &str) -> Vec<String> {
        let value = self.environment.get(&variable(name)).map(String::as_str);
        let words = value.unwrap_or_default().split_whitespace();
        let mut urls: Vec<String> = words.map(|url| trim(url).to_owned()).collect();
        if urls.is_empty() {
            let apt = self.apt.iter().map(|url| trim(url));
            let of_name = apt.filter(|url| url.rsplit('/').next() == Some(name));
            urls = of_name.map(str::to_owned).collect();
        }
        let mut seen = BTreeSet::new();
        urls.retain(|url| seen.insert(url.clone()));
        urls
    }
}

/// The environment variable for a repository: `DEBIAN_SECURITY_MIRROR` for `debian-security`.
pub(crate) fn variable(name: &str) -> String {
    let name = name.to_uppercase().replace('-', "_");
    format!("{name}_MIRROR")
}

fn trim(url: &str) -> &str {
    url.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(environment: &[(&str, &str)], apt: &[&str]) -> RepositoryUrls {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        RepositoryUrls {
            snapshot: None,
            environment: environment.iter().map(owned).collect(),
            apt: apt.iter().map(|url| (*url).to_owned()).collect(),
            fallback: None,
        }
    }

    fn repository(name: &str) -> Origin {
        Origin::Archive(name.to_owned())
    }

    #[test]
    fn the_environment_precedes_apt() {
        let apt = [
            "http://apt.example/debian/",
            "http://apt.example/debian-security",
            "http://apt.example/debian",
        ];
        let set = [(
            "DEBIAN_SECURITY_MIRROR",
            "http://a.example/x/  http://b.example",
        )];
        let urls = urls(&set, &apt);
        assert_eq!(
            urls.of(&repository("debian")).unwrap(),
            ["http://apt.example/debian"]
        );
        assert_eq!(
            urls.of(&repository("debian-security")).unwrap(),
            ["http://a.example/x", "http://b.example"]
        );
    }

    #[test]
    fn a_repository_without_a_url() {
        let error = urls(&[("DEBIAN_MIRROR", " ")], &["http://apt.example/ubuntu"])
            .of(&repository("debian"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot find a URL of repository `debian`: DEBIAN_MIRROR is not set, and apt on this machine has no URL of it\n\
             hint: set DEBIAN_MIRROR, or lock a snapshot with `--snapshot TIME`"
        );
    }

    #[test]
    fn the_snapshot_archive_replaces_missing_mirrors() {
        let time = Snapshot::parse("2026-11-21T02:34:56Z").unwrap();
        let set = [("DEBIAN_MIRROR", "http://a.example")];
        let urls = urls(&set, &[]).or_snapshot(&time, "http://snapshot.example/archive/");
        assert_eq!(
            urls.of(&repository("debian")).unwrap(),
            ["http://a.example"]
        );
        assert_eq!(
            urls.of(&repository("debian-security")).unwrap(),
            ["http://snapshot.example/archive/debian-security/20261121T023456Z"]
        );
    }

    #[test]
    fn a_snapshot_comes_only_from_its_archive() {
        for text in [
            "2026-11-21T02:34:56Z",
            "20261121T023456Z",
            "2026-11-21T03:34:56+01:00",
        ] {
            let time = Snapshot::parse(text).unwrap();
            let mut urls = urls(&[("DEBIAN_MIRROR", "http://a.example")], &[]);
            urls.snapshot = Some((crate::snapshot::SNAPSHOT_ARCHIVE.to_owned(), time.compact()));
            assert_eq!(
                urls.of(&repository("debian")).unwrap(),
                ["https://snapshot.debian.org/archive/debian/20261121T023456Z"]
            );
        }
    }
}
