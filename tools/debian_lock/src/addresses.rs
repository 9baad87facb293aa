//! The URLs of repositories: those of a snapshot if one is requested, else from the environment, else from apt's
//! configuration.

use std::collections::BTreeMap;
use std::path::Path;

use apt_archive::Origin;
use blob::{Error, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::Timestamp;
use message::nearest;

pub(crate) use message::redact;

/// Debian's public snapshot archive.
pub(crate) const SNAPSHOT_ARCHIVE: &str = "https://snapshot.debian.org/archive";

/// The Debian archives that apt uses.
const DEBIANS: [&str; 2] = ["debian", "debian-security"];

/// A time in the history of the repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(Timestamp);

impl Snapshot {
    /// Parses `2026-11-21T02:34:56Z`, `20261121T023456Z` or `2026-11-21` (its first second).
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let day = || -> Option<Timestamp> {
            let date: Date = text
                .parse()
                .ok()
                .filter(|_| text.len() == "2026-11-21".len())?;
            Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
        };
        let time = text.parse().ok().or_else(day);
        time.map(Self)
            .ok_or_else(|| "expected a time like 2026-11-21T02:34:56Z".to_owned())
    }

    /// Formats the time as in the URLs of the snapshot archive: `20261121T023456Z`.
    fn compact(&self) -> String {
        let time = self.0.to_zoned(TimeZone::UTC);
        time.strftime("%Y%m%dT%H%M%SZ").to_string()
    }
}

/// The URLs of repositories with a well-known name.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// The URL of the snapshot archive, and the time in it.
    snapshot: Option<(String, String)>,
    /// Environment variables whose names end in `_MIRROR`.
    environment: BTreeMap<String, String>,
    /// The URLs in apt's configuration.
    apt: Vec<String>,
}

impl Addresses {
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
        }
    }

    /// The URLs to try, in this order.
    pub(crate) fn of(&self, origin: &Origin) -> Result<Vec<String>> {
        let archive = match origin {
            Origin::Url(url) => return Ok(vec![trim(url).to_owned()]),
            Origin::Archive(archive) => archive,
        };
        if let Some((address, time)) = &self.snapshot {
            return Ok(vec![format!("{address}/{archive}/{time}")]);
        }
        let variable = variable(archive);
        let set = self.environment.get(&variable).map(String::as_str);
        let mut addresses: Vec<String> = set
            .unwrap_or_default()
            .split_whitespace()
            .map(|address| trim(address).to_owned())
            .collect();
        if addresses.is_empty() {
            let apt = self.apt.iter().map(|address| trim(address));
            let of_archive = apt.filter(|a| a.rsplit('/').next() == Some(archive));
            addresses = of_archive.map(str::to_owned).collect();
        }
        let mut seen = std::collections::BTreeSet::new();
        addresses.retain(|address| seen.insert(address.clone()));
        match addresses.is_empty() {
            false => Ok(addresses),
            true => {
                let cause = format!("{variable} is not set, and apt on this machine uses none");
                let hint = match nearest(archive, DEBIANS.into_iter()).first() {
                    Some(near) if *near != archive => format!("did you mean `{near}`?"),
                    _ => format!("set {variable}, or lock a snapshot with `--snapshot TIME`"),
                };
                Err(Error::cannot("find an address of archive", archive, cause).hint(hint))
            }
        }
    }
}

/// The environment variable for a repository: `DEBIAN_SECURITY_MIRROR` for `debian-security`.
pub(crate) fn variable(archive: &str) -> String {
    let name = archive.to_uppercase().replace('-', "_");
    format!("{name}_MIRROR")
}

fn trim(address: &str) -> &str {
    address.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(environment: &[(&str, &str)], apt: &[&str]) -> Addresses {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Addresses {
            snapshot: None,
            environment: environment.iter().map(owned).collect(),
            apt: apt.iter().map(|address| (*address).to_owned()).collect(),
        }
    }

    fn archive(name: &str) -> Origin {
        Origin::Archive(name.to_owned())
    }

    #[test]
    fn the_environment_goes_before_apt() {
        let apt = [
            "http://apt.example/debian/",
            "http://apt.example/debian-security",
            "http://apt.example/debian",
        ];
        let set = [(
            "DEBIAN_SECURITY_MIRROR",
            "http://a.example/x/  http://b.example",
        )];
        let addresses = addresses(&set, &apt);
        assert_eq!(
            addresses.of(&archive("debian")).unwrap(),
            ["http://apt.example/debian"]
        );
        assert_eq!(
            addresses.of(&archive("debian-security")).unwrap(),
            ["http://a.example/x", "http://b.example"]
        );
    }

    #[test]
    fn no_address_at_all() {
        let error = addresses(&[("DEBIAN_MIRROR", " ")], &["http://apt.example/ubuntu"])
            .of(&archive("debian"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot find an address of archive `debian`: DEBIAN_MIRROR is not set, and apt on this machine uses none\n\
             hint: set DEBIAN_MIRROR, or lock a snapshot with `--snapshot TIME`"
        );
    }

    #[test]
    fn a_snapshot_comes_from_nowhere_else() {
        for text in [
            "2026-11-21T02:34:56Z",
            "20261121T023456Z",
            "2026-11-21T03:34:56+01:00",
        ] {
            let time = Snapshot::parse(text).unwrap();
            let mut addresses = addresses(&[("DEBIAN_MIRROR", "http://a.example")], &[]);
            addresses.snapshot = Some((SNAPSHOT_ARCHIVE.to_owned(), time.compact()));
            assert_eq!(
                addresses.of(&archive("debian")).unwrap(),
                ["https://snapshot.debian.org/archive/debian/20261121T023456Z"]
            );
        }
        let day = Snapshot::parse("2026-11-21").unwrap();
        assert_eq!(day.compact(), "20261121T000000Z");
        for bad in ["", "yesterday", "2026-13-01", "2026-11-21T02:34:56"] {
            assert!(Snapshot::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        for (address, shown) in [
            ("http://a.example/x@y", "http://a.example/x@y"),
            ("https://user:p@ss@a.example/x", "https://***@a.example/x"),
            ("https://token@a.example", "https://***@a.example"),
            ("debian", "debian"),
        ] {
            assert_eq!(redact(address), shown);
        }
    }
}
