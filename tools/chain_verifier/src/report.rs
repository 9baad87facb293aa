//! The links of a chain, and the table of them.

use blob::{Error, Result, ResultExt};
use serde::Serialize;

/// The maximum length of a text in the table, in characters. A document of an image can contain any text.
const MAX_TEXT: usize = 600;

/// What a link connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LinkKind {
    /// The lock is well-formed.
    Lock,
    /// A key of a keyring → the signed Release that the lock names.
    Signature,
    /// The signed Release → an index that the lock names.
    Index,
    /// The index → an entry of the lock.
    Package,
    /// The entry of the lock → a `.deb` file.
    Deb,
    /// The `.deb` files → the files of a layer.
    Layer,
    /// The layers → a manifest and its configuration.
    Manifest,
    /// The manifests → the image index.
    ImageIndex,
    /// All of these → the provenance of the image.
    Provenance,
}

/// Whether a link holds, and a phrase that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds(String),
    Broken(String),
    Unknown(String),
}

/// A link.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    link: LinkKind,
    subject: String,
    state: &'static str,
    text: String,
}

/// The links of a chain, from the signatures to the image.
#[derive(Debug, Default)]
pub(crate) struct Report {
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Document<'a> {
    links: &'a [Link],
    version: u32,
}

impl LinkKind {
    fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Signature => "signature",
            Self::Index => "index",
            Self::Package => "package",
            Self::Deb => "deb",
            Self::Layer => "layer",
            Self::Manifest => "manifest",
            Self::ImageIndex => "image index",
            Self::Provenance => "provenance",
        }
    }
}

impl Verdict {
    /// Whether the link holds.
    pub(crate) fn holds(&self) -> bool {
        matches!(self, Self::Holds(_))
    }

    /// Whether the link is broken.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    fn parts(self) -> (&'static str, String) {
        match self {
            Self::Holds(text) => ("holds", text),
            Self::Broken(text) => ("broken", text),
            Self::Unknown(text) => ("unknown", text),
        }
    }
}

impl Report {
    /// Adds a link.
    pub(crate) fn add(&mut self, link: LinkKind, subject: impl Into<String>, verdict: Verdict) {
        let (state, text) = verdict.parts();
        self.links.push(Link {
            link,
            subject: bounded(&subject.into()),
            state,
            text: bounded(&text),
        });
    }

    /// The names of the broken links, with their subjects.
    pub(crate) fn broken(&self) -> Vec<String> {
        self.in_state("broken")
    }

    fn in_state(&self, state: &str) -> Vec<String> {
        let links = self.links.iter().filter(|link| link.state == state);
        links
            .map(|link| format!("{} of {}", link.link.name(), link.subject))
            .collect()
    }

    /// The links as a table, from the signatures to the image.
    pub(crate) fn table(&mut self) -> String {
        self.sort();
        let width = |text: fn(&Link) -> usize| self.links.iter().map(text).max().unwrap_or(0);
        let kinds = width(|link| link.link.name().len());
        let subjects = width(|link| link.subject.chars().count());
        let lines = self.links.iter().map(|link| {
            let (name, subject) = (link.link.name(), &link.subject);
            let (state, text) = (link.state, &link.text);
            format!("{name:kinds$}  {subject:subjects$}  {state}: {text}\n")
        });
        lines.collect()
    }

    /// The links as JSON.
    ///
    /// # Errors
    ///
    /// Only those of the JSON writer.
    pub(crate) fn json(&mut self) -> Result<String> {
        self.sort();
        let document = Document {
            links: &self.links,
            version: 1,
        };
        let text = serde_json::to_string_pretty(&document).cannot("write", "report")?;
        Ok(text + "\n")
    }

    fn sort(&mut self) {
        self.links.sort_by_key(|link| link.link);
    }

    /// The outcome of all links for `image`.
    ///
    /// # Errors
    ///
    /// A link is broken, or is unknown and `allow_unknown` is not set.
    pub(crate) fn outcome(&self, image: &str, allow_unknown: bool) -> Result<()> {
        let broken = self.broken();
        if !broken.is_empty() {
            let cause = format!("broken: {}", listed(&broken));
            return Err(Error::cannot("verify chain of", image, cause));
        }
        let unknown = self.in_state("unknown");
        if unknown.is_empty() || allow_unknown {
            return Ok(());
        }
        let cause = format!("unknown: {}", listed(&unknown));
        Err(Error::cannot("verify chain of", image, cause)
            .hint("give the missing files, or accept this with `--allow-unknown`"))
    }
}

/// The first names of a list, and the number of the others.
pub(crate) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// A text for one line of a table.
fn bounded(text: &str) -> String {
    let escaped = message::escape(text);
    if escaped.chars().count() <= MAX_TEXT {
        return escaped;
    }
    let start: String = escaped.chars().take(MAX_TEXT).collect();
    format!("{start}…")
}
