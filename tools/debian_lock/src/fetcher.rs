//! Downloads over HTTP: several addresses, retries with growing pauses, a cache by hash.

use std::thread::sleep;
use std::time::{Duration, Instant};

use blob::{Blob, Error, Result};
use debian_repo::{Answer, Fetch, Origin, Wanted};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::addresses::{redact, variable, Addresses};
use crate::cache::Cache;
use crate::progress::Progress;

/// The pause before the second try; each later one is three times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Gets files over HTTP.
#[derive(Debug)]
pub(crate) struct HttpFetcher<'a> {
    agent: Agent,
    addresses: Addresses,
    cache: Cache,
    progress: &'a Progress,
    tries: u32,
}

/// What one address gave.
enum Outcome {
    Bytes(Vec<u8>),
    /// A clear no, or bytes that are not those wanted.
    Nothing(String),
    /// Trouble that may pass.
    Trouble(String),
}

impl<'a> HttpFetcher<'a> {
    /// `tries` is how often an address in trouble is asked.
    pub(crate) fn new(
        addresses: Addresses,
        cache: Cache,
        progress: &'a Progress,
        tries: u32,
    ) -> Self {
        Self {
            agent: agent(),
            addresses,
            cache,
            progress,
            tries,
        }
    }

    /// Tries one address until it gives a clear answer.
    fn get(&self, address: &str, wanted: &Wanted<'_>) -> Outcome {
        let mut pause = FIRST_PAUSE;
        let mut outcome = self.try_once(address, wanted);
        for _ in 1..self.tries {
            let Outcome::Trouble(why) = &outcome else {
                break;
            };
            let seconds = pause.as_secs_f64();
            let line = format!("{}: {why}; next try in {seconds:.1} s", redact(address));
            self.progress.line(&line);
            sleep(pause);
            pause *= 3;
            outcome = self.try_once(address, wanted);
        }
        outcome
    }

    fn try_once(&self, address: &str, wanted: &Wanted<'_>) -> Outcome {
        let response = match self.agent.get(address).call() {
            Ok(response) => response,
            Err(error) => return Outcome::Trouble(error.to_string()),
        };
        match response.status() {
            status if status.is_success() => read(response, wanted),
            status if may_pass(status) => Outcome::Trouble(describe(status)),
            status => Outcome::Nothing(describe(status)),
        }
    }

    /// Keeps a file that has come, and tells of it.
    fn keep(&self, wanted: &Wanted<'_>, bytes: &[u8], time: Duration) {
        let name = wanted.paths.last().map_or("", String::as_str);
        let what = format!("{} {name}", wanted.origin);
        self.progress
            .downloaded(&redact(&what), bytes.len() as u64, time);
        if let Some(blob) = &wanted.expected {
            if let Err(error) = self.cache.put(blob, bytes) {
                self.progress.line(&format!("note: {error}"));
            }
        }
    }
}

/// One for all requests: connections are kept and used again.
fn agent() -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(5)
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_recv_body(Some(Duration::from_secs(600)))
        .tls_config(tls)
        .user_agent(concat!(
            "distroless-debian_lock/",
            env!("CARGO_PKG_VERSION")
        ))
        .build();
    config.into()
}

impl Fetch for HttpFetcher<'_> {
    fn fetch(&self, wanted: &Wanted<'_>) -> Result<Answer> {
        if let Some(bytes) = wanted.expected.and_then(|blob| self.cache.get(&blob)) {
            self.progress.cached(bytes.len() as u64);
            return Ok(Answer::Bytes(bytes));
        }
        let start = Instant::now();
        let (mut answers, mut troubles) = (Vec::new(), Vec::new());
        for root in self.addresses.of(wanted.origin)? {
            for path in wanted.paths {
                let address = format!("{root}/{path}");
                match self.get(&address, wanted) {
                    Outcome::Bytes(bytes) => {
                        self.keep(wanted, &bytes, start.elapsed());
                        return Ok(Answer::Bytes(bytes));
                    }
                    Outcome::Nothing(why) => answers.push(format!("{}: {why}", redact(&address))),
                    Outcome::Trouble(why) => {
                        troubles.push(format!("{}: {why}", redact(&address)));
                        break;
                    }
                }
            }
        }
        match troubles.is_empty() {
            true => Ok(Answer::Nothing(answers)),
            false => Err(unreachable(wanted, &troubles)),
        }
    }
}

fn unreachable(wanted: &Wanted<'_>, troubles: &[String]) -> Error {
    let path = wanted.paths.last().map_or("", String::as_str);
    let error = Error::cannot("download", path, troubles.join("; "));
    match wanted.origin {
        Origin::Archive(archive) => error.hint(format!(
            "set {} to an address that can be reached",
            variable(archive)
        )),
        Origin::Url(_) => error,
    }
}

/// Reads a body, no further than it may go, and checks that it is what was asked for.
fn read(mut response: Response<Body>, wanted: &Wanted<'_>) -> Outcome {
    let length = response.body().content_length();
    let expected = wanted.expected.map(|blob| blob.size);
    if let (Some(found), Some(expected)) = (length, expected) {
        if found != expected {
            return Outcome::Nothing(format!("{found} bytes where {expected} are expected"));
        }
    }
    let body = response.body_mut().with_config().limit(wanted.limit + 1);
    match body.read_to_vec() {
        Ok(bytes) if bytes.len() as u64 > wanted.limit => {
            Outcome::Nothing(format!("more than {} bytes", wanted.limit))
        }
        Ok(bytes) => match wanted.expected {
            Some(blob) if Blob::of(&bytes) != blob => {
                let found = Blob::of(&bytes).digest;
                Outcome::Nothing(format!("{found} where {} is expected", blob.digest))
            }
            _ => Outcome::Bytes(bytes),
        },
        Err(ureq::Error::BodyExceedsLimit(_)) => {
            Outcome::Nothing(format!("more than {} bytes", wanted.limit))
        }
        Err(error) => Outcome::Trouble(error.to_string()),
    }
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
}

fn describe(status: StatusCode) -> String {
    format!("the server answered {status}")
}
