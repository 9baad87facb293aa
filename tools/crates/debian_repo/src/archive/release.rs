//! The Release file: what an archive says of itself, and the size and SHA-256 of each of its indexes.

use std::collections::BTreeMap;

use blob::{Blob, Digest, Error, Result};
use deb::Paragraph;

use super::time::release_date;
use jiff::Timestamp;
use message::shorten;

/// A parsed Release. It says nothing of its own truth; that is [`crate::SignedRelease`]'s.
#[derive(Debug)]
pub struct Release {
    /// `Suite`, for example `oldstable-security`.
    pub suite: Option<String>,
    /// `Codename`, for example `bookworm-security`.
    pub codename: Option<String>,
    /// `Date`.
    pub date: Timestamp,
    /// `Valid-Until`.
    pub valid_until: Option<Timestamp>,
    /// `Architectures`.
    pub architectures: Vec<String>,
    /// Whether `by-hash` paths are served.
    pub by_hash: bool,
    /// apt's pin priority of its packages (apt_preferences(5)): 500; 100 with `NotAutomatic` and `ButAutomaticUpgrades`,
    /// as backports have it; 1 with `NotAutomatic` alone.
    pub priority: i16,
    /// Whether architecture-independent packages are in indexes of their own, `binary-all`, and in no other.
    pub all_apart: bool,
    /// The files below the suite's folder.
    pub files: BTreeMap<String, Blob>,
}

impl Release {
    /// Reads the text of a Release.
    pub fn parse(text: &str) -> Result<Self> {
        let mut paragraphs = deb::paragraphs(text);
        let fields = paragraphs.next().transpose()?.unwrap_or_default();
        if paragraphs.next().is_some() {
            let cause = "it has a second paragraph";
            return Err(Error::cannot("read", "Release", cause));
        }
        Self::from_fields(&fields)
    }

    fn from_fields(fields: &Paragraph<'_>) -> Result<Self> {
        let Some(files) = fields.get("SHA256") else {
            return Err(Error::cannot(
                "use list",
                "SHA256",
                "the Release has none, and weaker digests are not accepted",
            ));
        };
        let yes = |name: &str| fields.get(name) == Some("yes");
        let architectures = words(fields.get("Architectures"));
        // Debian lists `all` and says that its `Packages` do without it (the wiki page on repository formats).
        let apart = fields.get("No-Support-for-Architecture-all") != Some("Packages");
        Ok(Self {
            suite: fields.get("Suite").map(str::to_owned),
            codename: fields.get("Codename").map(str::to_owned),
            date: release_date(fields.require("Date")?)?,
            valid_until: fields.get("Valid-Until").map(release_date).transpose()?,
            by_hash: yes("Acquire-By-Hash"),
            priority: match (yes("NotAutomatic"), yes("ButAutomaticUpgrades")) {
                (false, _) => 500,
                (true, true) => 100,
                (true, false) => 1,
            },
            all_apart: apart && architectures.iter().any(|arch| arch == "all"),
            architectures,
            files: parse_files(files)?,
        })
    }

    /// Whether the Release is the suite's: an archive must not answer with another of its suites.
    pub fn is(&self, suite: &str) -> bool {
        let names = [&self.suite, &self.codename];
        let mut names = names.into_iter().flatten().peekable();
        names.peek().is_none() || names.any(|name| name == suite)
    }

    /// The name that the Release gives itself.
    pub fn name(&self) -> &str {
        let name = self.codename.as_deref().or(self.suite.as_deref());
        name.unwrap_or("without a name")
    }
}

fn words(value: Option<&str>) -> Vec<String> {
    let words = value.unwrap_or_default().split_whitespace();
    words.map(str::to_owned).collect()
}

fn parse_files(list: &str) -> Result<BTreeMap<String, Blob>> {
    let mut files = BTreeMap::new();
    for line in list.lines().filter(|line| !line.trim().is_empty()) {
        let (path, blob) = parse_file(line)?;
        if files.insert(path, blob).is_some_and(|other| other != blob) {
            return Err(Error::cannot(
                "use list",
                "SHA256",
                format!(
                    "it names a file twice, differently: {}",
                    shorten(line.trim())
                ),
            ));
        }
    }
    Ok(files)
}

fn parse_file(line: &str) -> Result<(String, Blob)> {
    let wrong = |cause: &str| Error::cannot("read line", shorten(line.trim()), cause);
    let words: Vec<&str> = line.split_whitespace().collect();
    let [digest, size, path] = words[..] else {
        return Err(wrong("expected a digest, a size and a path"));
    };
    let digest = Digest::from_hex(digest).map_err(|_| wrong("expected a SHA-256 digest"))?;
    let size = size
        .parse()
        .map_err(|_| wrong("expected a size in bytes"))?;
    Ok((path.to_owned(), Blob { digest, size }))
}
