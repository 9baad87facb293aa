//! Names of images in engines.

use std::str::FromStr;

use blob::Error;
use oci::Descriptor;
use registry::Reference;

use crate::layout::named;

/// The name of an image in an engine: `NAME:TAG`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    text: String,
    reference: Reference,
    tag: String,
}

impl Name {
    /// As the user gave it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// With the host: `docker.io/library/static:debian12`.
    pub(crate) fn full(&self) -> String {
        format!("{}:{}", self.reference.repository(), self.tag)
    }

    /// The repository with its host.
    pub(crate) fn repository(&self) -> String {
        self.reference.repository().to_string()
    }

    /// The tag.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether a text is another form of this name.
    pub(crate) fn is(&self, text: &str) -> bool {
        let other = Reference::parse(text);
        other.is_ok_and(|other| {
            other.repository() == self.reference.repository() && other.tag() == Some(&self.tag)
        })
    }
}

impl FromStr for Name {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let reference = Reference::parse(text)?;
        if reference.digest().is_some() {
            let cause = "it has a digest; an engine computes the digest itself";
            return Err(Error::cannot("use name", text, cause).hint("write NAME:TAG"));
        }
        let tag = reference.tag().unwrap_or("latest").to_owned();
        let text = match reference.tag() {
            Some(_) => text.to_owned(),
            None => format!("{text}:{tag}"),
        };
        Ok(Self {
            text,
            reference,
            tag,
        })
    }
}

/// The entries of `index.json` for an image: one for each name.
pub(super) fn entries(image: &Descriptor, names: &[&Name]) -> Vec<Descriptor> {
    if names.is_empty() {
        return vec![image.clone()];
    }
    let entry = |name: &&Name| named(image, name.tag(), Some(&name.full()));
    names.iter().map(entry).collect()
}
