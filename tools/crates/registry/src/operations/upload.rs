//! Uploads and mounts: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs>.

use std::time::Duration;

use blob::{Blob, Result};
use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};
use transfer::http::response::header;
use transfer::Failure;
use ureq::http::header::{HeaderName, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use ureq::http::{Method, StatusCode, Uri};

use super::{check_digest, scope, stated_digest, Content, Outcome, RepositoryClient};
use crate::client::Call;
use crate::http::{location, Body, Response, Sent as Answer};
use crate::options::Access;
use crate::reference::Repository;

/// The smallest chunk that a registry accepts.
const MIN_CHUNK: HeaderName = HeaderName::from_static("oci-chunk-min-length");

/// A registry verifies a blob, and may move it to its storage, before it answers.
const PATIENCE: Duration = Duration::from_secs(600);

/// How a blob got into the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The registry took it from another repository.
    Mounted,
    /// Its bytes were sent.
    Uploaded,
    /// An earlier upload was complete, although its answer was lost.
    Existing,
}

/// An upload session.
#[derive(Clone)]
struct Session {
    url: Uri,
    /// The bytes that the registry has.
    stored: u64,
    /// The smallest chunk that the registry accepts.
    smallest: u64,
}

/// The state of an upload between attempts.
#[derive(Default)]
struct Upload {
    session: Option<Session>,
    /// Whether the last request failed, so that the number of bytes in the registry is unknown.
    is_uncertain: bool,
    /// Whether bytes were sent, so that the blob may exist.
    has_sent: bool,
}

impl RepositoryClient<'_> {
    /// Sends a blob, without asking whether the repository has it ([`RepositoryClient::blob_exists`]). A large blob is
    /// sent in chunks. After an interruption, the upload continues with the bytes that the registry lacks.
    ///
    /// # Errors
    ///
    /// The content cannot be read, or the registry refuses it: also if it does not have the digest.
    pub fn upload(&self, blob: &Blob, content: &dyn Content) -> Result<Sent> {
        self.send_blob(blob, None, content)
    }

    /// Takes a blob from another repository of the same registry, or sends it if the registry does not do that.
    ///
    /// # Errors
    ///
    /// As [`RepositoryClient::upload`].
    pub fn mount_or_upload(
        &self,
        blob: &Blob,
        from: &Repository,
        content: &dyn Content,
    ) -> Result<Sent> {
        // Another registry does not have the blobs of this one.
        let from = Some(from).filter(|from| from.host() == self.repository.host());
        self.send_blob(blob, from, content)
    }

    /// Takes a blob from another repository of the same registry. Returns false if the registry does not do that, or not for
    /// this login.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer.
    pub fn mount(&self, blob: &Blob, from: &Repository) -> Result<bool> {
        if from.host() != self.repository.host() {
            return Ok(false);
        }
        let object = format!("@{}", blob.digest);
        self.run("mount blob", &object, || {
            match self.start(blob, Some(from)) {
                Err(Failure::Permanent { .. }) => Ok(false),
                Err(failure) => Err(failure),
                Ok(None) => Ok(true),
                Ok(Some(session)) => {
                    // The session would wait for its bytes. A registry without cancellation drops it later.
                    let _ = self.ask(Method::DELETE, session.url, Vec::new(), 0);
                    Ok(false)
                }
            }
        })
    }

    fn send_blob(
        &self,
        blob: &Blob,
        from: Option<&Repository>,
        content: &dyn Content,
    ) -> Result<Sent> {
        let mut upload = Upload::default();
        let object = format!("@{}", blob.digest);
        self.run("upload blob", &object, || {
            let result = self.attempt(blob, from, content, &mut upload);
            upload.is_uncertain = result.is_err();
            result
        })
    }

    fn attempt(
        &self,
        blob: &Blob,
        from: Option<&Repository>,
        content: &dyn Content,
        upload: &mut Upload,
    ) -> Outcome<Sent> {
        if upload.is_uncertain {
            if let Some(session) = upload.session.clone() {
                upload.session = self.resumed(session, blob)?;
            }
            // The registry may have finished the upload although its answer was lost.
            if upload.session.is_none() && upload.has_sent && self.has_blob(blob)? {
                return Ok(Sent::Existing);
            }
            upload.is_uncertain = false;
        }
        let mut session = match upload.session.take() {
            Some(session) => session,
            None => match self.start_or_mount(blob, from)? {
                Some(session) => session,
                None => return Ok(Sent::Mounted),
            },
        };
        loop {
            upload.has_sent = true;
            let next = self.send_part(&session, blob, content);
            match next {
                Ok(Some(next)) => session = next,
                Ok(None) => return Ok(Sent::Uploaded),
                Err(failure) => {
                    upload.session = Some(session);
                    return Err(failure);
                }
            }
        }
    }

    /// Starts an upload session, or mounts the blob. A login that may not read the other repository gets no token from some
    /// services, but it may upload the blob.
    fn start_or_mount(&self, blob: &Blob, from: Option<&Repository>) -> Outcome<Option<Session>> {
        match self.start(blob, from) {
            Err(Failure::Permanent { .. }) if from.is_some() => self.start(blob, None),
            result => result,
        }
    }

    /// Starts an upload session. `None` if the registry mounted the blob.
    fn start(&self, blob: &Blob, from: Option<&Repository>) -> Outcome<Option<Session>> {
        let mut rest = "blobs/uploads/".to_owned();
        let mut scopes = self.scopes.clone();
        if let Some(from) = from {
            let path = utf8_percent_encode(from.path(), NON_ALPHANUMERIC);
            rest.push_str(&format!("?mount={}&from={path}", blob.digest));
            scopes.insert(scope(from, Access::Pull));
        }
        let call = Call {
            method: Method::POST,
            url: self.url(&rest)?,
            headers: Vec::new(),
            body: Body::Bytes(&[]),
            patience: PATIENCE,
            longest: self.longest(0),
        };
        let answer = self.client.call(&self.repository, &scopes, &call)?;
        match answer.response.status() {
            StatusCode::CREATED if from.is_some() => {
                check_digest(stated_digest(&answer.response)?, blob.digest)?;
                Ok(None)
            }
            StatusCode::ACCEPTED => {
                let smallest = number(&answer.response, &MIN_CHUNK).unwrap_or(0);
                let Some(url) = location(&answer.url, &answer.response)? else {
                    let cause = "the registry names no URL for the upload (`Location`)";
                    return Err(Failure::permanent(cause));
                };
                Ok(Some(Session {
                    url,
                    stored: 0,
                    smallest,
                }))
            }
            _ => Err(self.failed(answer.response)),
        }
    }

    /// Asks for the number of bytes that the registry has of an upload. `None` if it does not know the upload.
    fn resumed(&self, session: Session, blob: &Blob) -> Outcome<Option<Session>> {
        let answer = self.ask(Method::GET, session.url.clone(), Vec::new(), 0)?;
        let status = answer.response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.failed(answer.response));
        }
        if !status.is_success() {
            return Ok(None);
        }
        let Some(stored) = stored(&answer.response).filter(|stored| *stored <= blob.size) else {
            return Ok(None);
        };
        self.next(session, stored, &answer).map(Some)
    }

    /// Sends the rest, the next chunk, or the end of an upload. `None` if it is complete.
    fn send_part(
        &self,
        session: &Session,
        blob: &Blob,
        content: &dyn Content,
    ) -> Outcome<Option<Session>> {
        let chunk = self.client.options.chunk.max(session.smallest).max(1);
        let rest = blob.size - session.stored;
        if rest == 0 || (session.stored == 0 && rest <= chunk) {
            self.finish(session, blob, content, rest)?;
            return Ok(None);
        }
        let next = self.patch(session, content, rest.min(chunk))?;
        if next.is_some() {
            return Ok(next);
        }
        // A registry without chunks gets the blob as a whole.
        let session = self.start(blob, None)?;
        Ok(session.map(|session| Session {
            smallest: u64::MAX,
            ..session
        }))
    }

    /// Sends a chunk. `None` if the registry takes no chunks.
    fn patch(
        &self,
        session: &Session,
        content: &dyn Content,
        length: u64,
    ) -> Outcome<Option<Session>> {
        let from = session.stored;
        let headers = vec![
            (CONTENT_TYPE, "application/octet-stream".to_owned()),
            (CONTENT_RANGE, format!("{from}-{}", from + length - 1)),
        ];
        let answer = self.send_bytes(
            Method::PATCH,
            session.url.clone(),
            headers,
            (content, from, length),
        )?;
        if !answer.response.status().is_success() {
            let status = answer.response.status();
            let unknown = [StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED];
            if from == 0 && unknown.contains(&status) {
                return Ok(None);
            }
            return Err(self.refused(answer.response));
        }
        let end = from + length;
        let stored = stored(&answer.response).unwrap_or(end);
        if stored <= from || stored > end {
            let cause =
                format!("the registry states {stored} stored bytes, expected more than {from} and at most {end}");
            return Err(Failure::permanent(cause));
        }
        self.next(session.clone(), stored, &answer).map(Some)
    }

    fn finish(
        &self,
        session: &Session,
        blob: &Blob,
        content: &dyn Content,
        length: u64,
    ) -> Outcome<()> {
        let url = with_digest(&session.url, blob)?;
        let headers = vec![(CONTENT_TYPE, "application/octet-stream".to_owned())];
        let part = (content, session.stored, length);
        let answer = self.send_bytes(Method::PUT, url, headers, part)?;
        if !answer.response.status().is_success() {
            return Err(self.refused(answer.response));
        }
        if answer.response.status() == StatusCode::ACCEPTED {
            return Err(Failure::permanent(
                "the registry answered 202 Accepted: it did not finish the upload",
            ));
        }
        check_digest(stated_digest(&answer.response)?, blob.digest)
    }

    /// Sends a part of the content: from a position, so many bytes.
    fn send_bytes(
        &self,
        method: Method,
        url: Uri,
        headers: Vec<(HeaderName, String)>,
        (content, from, length): (&dyn Content, u64, u64),
    ) -> Outcome<Answer> {
        let open = || content.open(from);
        let body = if length == 0 {
            Body::Bytes(&[])
        } else {
            Body::Stream {
                length,
                open: &open,
            }
        };
        self.send(&Call {
            method,
            url,
            headers,
            body,
            patience: PATIENCE,
            longest: self.longest(0),
        })
    }

    /// The failure of a part. If the registry has lost the session or other bytes, the next attempt asks for its state.
    fn refused(&self, response: Response) -> Failure {
        let status = response.status();
        let failure = self.failed(response);
        match (status, failure) {
            (
                StatusCode::NOT_FOUND | StatusCode::RANGE_NOT_SATISFIABLE,
                Failure::Permanent { cause, .. },
            ) => Failure::temporary(cause),
            (_, failure) => failure,
        }
    }

    /// The session after an answer, which may name another URL.
    fn next(&self, session: Session, stored: u64, answer: &Answer) -> Outcome<Session> {
        let url = location(&answer.url, &answer.response)?;
        Ok(Session {
            url: url.unwrap_or(session.url),
            stored,
            smallest: session.smallest,
        })
    }
}

fn number(response: &Response, name: &HeaderName) -> Option<u64> {
    header(response, name)?.trim().parse().ok()
}

/// The stored bytes, from `Range: 0-LAST`. A registry that has no byte sends `0-0`, too, so this counts as none.
fn stored(response: &Response) -> Option<u64> {
    let range = header(response, &RANGE)?.trim();
    let range = range.strip_prefix("bytes=").unwrap_or(range);
    let (first, last) = range.split_once('-')?;
    let last: u64 = last.trim().parse().ok()?;
    if first.trim() != "0" {
        return None;
    }
    if last == 0 {
        return Some(0);
    }
    last.checked_add(1)
}

/// Adds the digest to the URL of a session, which may have a query.
fn with_digest(url: &Uri, blob: &Blob) -> Outcome<Uri> {
    let separator = if url.query().is_some() { '&' } else { '?' };
    let url = format!("{url}{separator}digest={}", blob.digest);
    let invalid = |_| Failure::permanent("the URL of the upload is too long");
    url.parse().map_err(invalid)
}
