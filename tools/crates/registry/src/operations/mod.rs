//! The operations on a repository.

mod blob;
mod content;
mod manifest;
mod referrers;
mod tags;
mod upload;

use std::time::Duration;

use ::blob::{Digest, Error, Result};
use transfer::{Failure, Pace};
use ureq::http::header::HeaderName;
use ureq::http::{Method, Uri};

use crate::authorization::Scopes;
use crate::client::{Call, Client};
use crate::http::{read, Body, Response, Sent as Answer};
use crate::options::Access;
use crate::reference::Repository;

pub use content::{BytesContent, Content, FileContent};
pub use manifest::{Found, Manifest, Selector, Stored};
pub use referrers::{Place, Referrers};
pub use upload::Sent;

/// The digest that a registry computed.
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

type Outcome<T> = std::result::Result<T, Failure>;

/// The operations on one repository. Each one asks again after temporary failures. Errors have the form
/// ``cannot OPERATION `HOST/PATH…`: cause`` and name the registry's error code.
#[derive(Debug)]
pub struct RepositoryClient<'a> {
    client: &'a Client<'a>,
    repository: Repository,
    scopes: Scopes,
}

/// In this file, because the client does not depend on its operations.
impl Client<'_> {
    /// The operations on a repository, with tokens that permit `access`.
    pub fn repository(&self, repository: &Repository, access: Access) -> RepositoryClient<'_> {
        RepositoryClient {
            client: self,
            scopes: Scopes::from([scope(repository, access)]),
            repository: repository.clone(),
        }
    }
}

impl RepositoryClient<'_> {
    /// The repository.
    pub fn name(&self) -> &Repository {
        &self.repository
    }

    /// Runs an attempt of an operation until it succeeds or must be given up.
    fn run<T>(&self, verb: &str, object: &str, attempt: impl FnMut() -> Outcome<T>) -> Result<T> {
        let name = format!("{}{object}", self.repository);
        let label = format!("{verb} {name}");
        let result = self.client.retry(&label, attempt);
        result.map_err(|failure| match failure {
            Failure::Missing(cause) | Failure::Temporary { cause, .. } => {
                Error::cannot(verb, name, cause)
            }
            Failure::Permanent { cause, hint } => {
                let error = Error::cannot(verb, name, cause);
                match hint {
                    Some(hint) => error.hint(hint),
                    None => error,
                }
            }
        })
    }

    /// The URL of `/v2/PATH/REST`.
    fn url(&self, rest: &str) -> Outcome<Uri> {
        let path = format!("{}/{rest}", self.repository.path());
        self.client.url(&self.repository, &path)
    }

    /// A request without a body.
    fn ask(
        &self,
        method: Method,
        url: Uri,
        headers: Vec<(HeaderName, String)>,
        most: u64,
    ) -> Outcome<Answer> {
        self.send(&Call {
            method,
            url,
            headers,
            body: Body::None,
            patience: Duration::ZERO,
            longest: self.longest(most),
        })
    }

    fn send(&self, call: &Call<'_>) -> Outcome<Answer> {
        self.client.call(&self.repository, &self.scopes, call)
    }

    /// The duration of the slowest allowed transfer. It also bounds trailers, which may be endless.
    fn longest(&self, size: u64) -> Duration {
        Pace::longest(self.client.options.timeout, size)
    }

    /// The failure for an unexpected status.
    fn failed(&self, response: Response) -> Failure {
        self.client.failed(&self.repository, response)
    }

    /// The body of a response, up to a limit.
    fn read(&self, response: Response, limit: u64) -> Outcome<Vec<u8>> {
        read(response, limit, self.client.options.timeout)
    }
}

/// The scope of a token: <https://distribution.github.io/distribution/spec/auth/scope/>.
fn scope(repository: &Repository, access: Access) -> String {
    format!("repository:{}:{}", repository.path(), access.actions())
}

/// The digest that a registry states, if it is SHA-256.
fn stated_digest(response: &Response) -> Outcome<Option<Digest>> {
    let Some(value) = response.headers().get(CONTENT_DIGEST) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    if text.starts_with("sha512:") {
        return Ok(None);
    }
    let digest = text.parse::<Digest>();
    digest.map(Some).map_err(|_| {
        let shown = message::shorten(&text);
        Failure::permanent(format!("the registry states the invalid digest `{shown}`"))
    })
}

/// Refuses another digest than the expected one.
fn check_digest(found: Option<Digest>, expected: Digest) -> Outcome<()> {
    match found {
        Some(found) if found != expected => Err(Failure::permanent(format!(
            "expected {expected}, the registry states {found}"
        ))),
        _ => Ok(()),
    }
}
