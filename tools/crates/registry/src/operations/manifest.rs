//! Manifests and indexes: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests>.

use std::fmt;
use std::time::Duration;

use blob::{Blob, Digest, Error, Result};
use oci::MAX_DOCUMENT;
use serde::Deserialize;
use transfer::http::response::header;
use transfer::Failure;
use ureq::http::header::{HeaderName, ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use ureq::http::{Method, StatusCode};

use super::{check_digest, stated_digest, Outcome, RepositoryClient};
use crate::client::Call;
use crate::http::{Body, Response};
use crate::reference::{check_tag, Reference};

/// The media types of manifests and indexes. Registries convert a manifest if they think that a client cannot read it.
const ACCEPTED: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.oci.artifact.manifest.v1+json, */*;q=0.1";

/// A registry sends this header if it lists the manifest as a referrer of its subject.
const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");

/// A manifest may be indexed before the answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest media type.
const MAX_MEDIA_TYPE: usize = 255;

/// A manifest in a repository: a tag or a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// A tag, which may name another manifest later.
    Tag(String),
    /// A digest, which names one manifest only.
    Digest(Digest),
}

impl Selector {
    /// The manifest that a reference names: by its digest, else by its tag, else by the tag `latest`.
    pub fn of(reference: &Reference) -> Self {
        match (reference.digest(), reference.tag()) {
            (Some(digest), _) => Self::Digest(digest),
            (None, Some(tag)) => Self::Tag(tag.to_owned()),
            (None, None) => Self::Tag("latest".to_owned()),
        }
    }

    /// For messages: `:TAG` or `@DIGEST`.
    fn suffix(&self) -> String {
        match self {
            Self::Tag(tag) => format!(":{}", message::shorten(tag)),
            Self::Digest(digest) => format!("@{digest}"),
        }
    }

    fn digest(&self) -> Option<Digest> {
        match self {
            Self::Tag(_) => None,
            Self::Digest(digest) => Some(*digest),
        }
    }

    fn check(&self) -> Result<()> {
        match self {
            Self::Tag(tag) => check_tag(tag),
            Self::Digest(_) => Ok(()),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => f.write_str(tag),
            Self::Digest(digest) => fmt::Display::fmt(digest, f),
        }
    }
}

/// A manifest that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The media type that the registry states.
    pub media_type: String,
    /// Digest and size.
    pub blob: Blob,
}

/// A manifest or an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The media type; if the document has one, it is the same.
    pub media_type: String,
    /// The bytes of the document.
    pub bytes: Vec<u8>,
    /// Digest and size of the bytes.
    pub blob: Blob,
}

/// A manifest that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its digest.
    pub digest: Digest,
    /// Whether the registry lists it as a referrer of its subject. If not, [`RepositoryClient::add_referrer`] does it.
    pub lists_referrers: bool,
}

impl RepositoryClient<'_> {
    /// Asks for a manifest without its content. `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or states another digest than the selected one.
    pub fn manifest_exists(&self, selector: &Selector) -> Result<Option<Found>> {
        selector.check()?;
        let object = selector.suffix();
        let found = self.run("look up manifest", &object, || self.head(selector))?;
        match found {
            Head::Missing => Ok(None),
            Head::Found(found) => Ok(Some(found)),
            // Some registries state no digest without the content.
            Head::Unstated => Ok(self.manifest(selector)?.map(|manifest| Found {
                media_type: manifest.media_type,
                blob: manifest.blob,
            })),
        }
    }

    fn head(&self, selector: &Selector) -> Outcome<Head> {
        let url = self.url(&format!("manifests/{selector}"))?;
        let sent = self.ask(Method::HEAD, url, accept(), 0)?;
        let response = sent.response;
        match response.status() {
            StatusCode::NOT_FOUND => return Ok(Head::Missing),
            StatusCode::OK => {}
            _ => return Err(self.failed(response)),
        }
        let size = header(&response, &CONTENT_LENGTH).and_then(|text| text.parse().ok());
        let digest = stated_digest(&response)?;
        let (Some(digest), Some(size), Ok(media_type)) = (digest, size, media_type(&response))
        else {
            return Ok(Head::Unstated);
        };
        if let Some(expected) = selector.digest() {
            check_digest(Some(digest), expected)?;
        }
        check_size(size)?;
        let blob = Blob { digest, size };
        Ok(Head::Found(Found { media_type, blob }))
    }

    /// The manifest, if it exists.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or a document that is larger than [`MAX_DOCUMENT`], has another digest than
    /// the selected or stated one, or another media type than it says itself.
    pub fn manifest(&self, selector: &Selector) -> Result<Option<Manifest>> {
        selector.check()?;
        let object = selector.suffix();
        self.run("get manifest", &object, || self.get(selector))
    }

    fn get(&self, selector: &Selector) -> Outcome<Option<Manifest>> {
        let url = self.url(&format!("manifests/{selector}"))?;
        let sent = self.ask(Method::GET, url, accept(), MAX_DOCUMENT)?;
        let response = sent.response;
        match response.status() {
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::OK => {}
            _ => return Err(self.failed(response)),
        }
        let media_type = media_type(&response)?;
        let stated = stated_digest(&response)?;
        let bytes = self.read(response, MAX_DOCUMENT)?;
        let blob = Blob::of(&bytes);
        if let Some(expected) = selector.digest().filter(|digest| *digest != blob.digest) {
            let found = blob.digest;
            return Err(Failure::permanent(format!(
                "expected {expected}, found {found}"
            )));
        }
        check_digest(stated, blob.digest)?;
        check_media_type(&bytes, &media_type)?;
        Ok(Some(Manifest {
            media_type,
            bytes,
            blob,
        }))
    }

    /// Stores a manifest by its digest or under a tag. All blobs and manifests that it names must exist.
    ///
    /// # Errors
    ///
    /// The document is larger than [`MAX_DOCUMENT`] or has another digest than the selected one, or the registry refuses
    /// it or states another digest.
    pub fn put_manifest(
        &self,
        selector: &Selector,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<Stored> {
        selector.check()?;
        let object = selector.suffix();
        let digest = Digest::of(bytes);
        let refused = |cause: String| {
            Error::cannot("put manifest", format!("{}{object}", self.name()), cause)
        };
        let size = bytes.len() as u64;
        if size > MAX_DOCUMENT {
            return Err(refused(format!(
                "it has {size} bytes; registries accept at most {MAX_DOCUMENT}"
            )));
        }
        if selector.digest().is_some_and(|wanted| wanted != digest) {
            return Err(refused(format!("the digest of its bytes is {digest}")));
        }
        self.run("put manifest", &object, || {
            let sent = self.send(&Call {
                method: Method::PUT,
                url: self.url(&format!("manifests/{selector}"))?,
                headers: vec![(CONTENT_TYPE, media_type.to_owned())],
                body: Body::Bytes(bytes),
                patience: PATIENCE,
                longest: self.longest(0),
            })?;
            if !sent.response.status().is_success() {
                return Err(self.failed(sent.response));
            }
            check_digest(stated_digest(&sent.response)?, digest)?;
            Ok(Stored {
                digest,
                lists_referrers: sent.response.headers().contains_key(SUBJECT),
            })
        })
    }

    /// Deletes a manifest, and so all tags that name it. Returns whether it existed.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or does not allow it.
    pub fn delete_manifest(&self, digest: Digest) -> Result<bool> {
        self.delete("delete manifest", &Selector::Digest(digest))
    }

    /// Deletes a tag, but not the manifest that it names. Returns whether it existed. Not all registries can do that.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or does not allow it.
    pub fn delete_tag(&self, tag: &str) -> Result<bool> {
        let selector = Selector::Tag(tag.to_owned());
        selector.check()?;
        self.delete("delete tag", &selector)
    }

    fn delete(&self, verb: &str, selector: &Selector) -> Result<bool> {
        self.run(verb, &selector.suffix(), || {
            let url = self.url(&format!("manifests/{selector}"))?;
            let sent = self.ask(Method::DELETE, url, Vec::new(), 0)?;
            match sent.response.status() {
                StatusCode::NOT_FOUND => Ok(false),
                status if status.is_success() => Ok(true),
                _ => Err(self.failed(sent.response)),
            }
        })
    }
}

enum Head {
    Missing,
    Found(Found),
    /// It exists, but the headers do not say which manifest it is.
    Unstated,
}

fn accept() -> Vec<(HeaderName, String)> {
    vec![(ACCEPT, ACCEPTED.to_owned())]
}

fn check_size(size: u64) -> Outcome<()> {
    if size <= MAX_DOCUMENT {
        return Ok(());
    }
    let cause = format!("it has {size} bytes; at most {MAX_DOCUMENT} are read");
    Err(Failure::permanent(cause))
}

/// The media type of a response, without parameters.
fn media_type(response: &Response) -> Outcome<String> {
    let text = header(response, &CONTENT_TYPE).unwrap_or_default();
    let text = text.split(';').next().unwrap_or_default().trim();
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-/".contains(&byte);
    if text.len() <= MAX_MEDIA_TYPE && text.contains('/') && text.bytes().all(good) {
        return Ok(text.to_owned());
    }
    let shown = message::shorten(text);
    Err(Failure::permanent(format!(
        "the registry states the media type `{shown}`"
    )))
}

/// A document must not be taken for another kind than its author meant
/// ([CVE-2021-41190](https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh)).
fn check_media_type(bytes: &[u8], stated: &str) -> Outcome<()> {
    #[derive(Deserialize)]
    struct Document {
        #[serde(rename = "mediaType")]
        media_type: Option<String>,
    }
    let document: Document = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::permanent(format!(
            "the document is not a manifest: unexpected JSON at line {line}, column {column}"
        ))
    })?;
    match document.media_type {
        Some(own) if own != stated => {
            let own = message::shorten(&own);
            Err(Failure::permanent(format!(
                "the registry states the media type `{stated}`, the document `{own}`"
            )))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match check_media_type(text.as_bytes(), "a/b") {
            Ok(()) => String::new(),
            Err(Failure::Permanent { cause, .. }) => cause,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn media_types_of_documents() {
        for good in [
            "{}",
            r#"{"mediaType":"a/b","x":[{}]}"#,
            r#"{"mediaType":null}"#,
        ] {
            assert_eq!(check(good), "", "{good}");
        }
        assert_eq!(
            check(r#"{"mediaType":"c/d\n"}"#),
            r"the registry states the media type `a/b`, the document `c/d\n`"
        );
        let twice = r#"{"mediaType":"c/d","mediaType":"a/b"}"#;
        for bad in ["<html>", "", "[]", twice, &"[".repeat(100_000)] {
            let found = check(bad);
            let start = "the document is not a manifest: unexpected JSON at line 1, column ";
            assert!(found.starts_with(start), "{found}");
        }
    }
}
