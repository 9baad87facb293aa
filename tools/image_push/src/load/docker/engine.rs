//! Requests to the engine.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use blob::{Error, Result, ResultExt};
use serde::de::DeserializeOwned;
use serde::Deserialize;
use ureq::http::{Response, StatusCode};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::{Agent, Body, SendBody};

use super::host::Host;
use super::socket::SocketConnector;

/// The largest answer.
const MAX_ANSWER: u64 = 64 << 20;

/// How long the engine may take to accept a connection, and to answer: it unpacks layers before it does.
const LONGEST_CONNECT: Duration = Duration::from_secs(15);
const LONGEST_ANSWER: Duration = Duration::from_secs(1800);

/// An engine.
pub(super) struct Engine {
    agent: Agent,
    root: String,
    /// For messages.
    name: String,
}

/// The answer to a request that failed.
#[derive(Default, Deserialize)]
struct Failure {
    #[serde(default)]
    message: String,
}

/// A line of the answer of `/images/load`.
#[derive(Default, Deserialize)]
struct Line {
    #[serde(default)]
    error: Option<String>,
}

impl Engine {
    /// The engine that the `docker` program would use. Makes no request.
    ///
    /// # Errors
    ///
    /// `DOCKER_HOST` or the context is not supported.
    pub(super) fn connect() -> Result<Self> {
        let (host, name) = Host::of_environment()?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_connect(Some(LONGEST_CONNECT))
            .timeout_recv_response(Some(LONGEST_ANSWER))
            .timeout_per_read(Some(LONGEST_ANSWER))
            .timeout_per_write(Some(LONGEST_ANSWER))
            .user_agent(concat!("distroless/", env!("CARGO_PKG_VERSION")))
            .build();
        let (agent, root) = match host {
            Host::Tcp(host) => (config.into(), format!("http://{host}")),
            Host::Unix(path) => {
                let connector = SocketConnector(path);
                let agent = Agent::with_parts(config, connector, DefaultResolver::default());
                // The address is not used.
                (agent, "http://127.0.0.1".to_owned())
            }
        };
        let name = message::redact(&name);
        Ok(Self { agent, root, name })
    }

    /// An object of the engine; `None` if there is no such object.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let answer = self.agent.get(format!("{}{path}", self.root)).call();
        let answer = answer.map_err(|error| self.unreachable(&error))?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let bytes = self.bytes(answer)?;
        let value = serde_json::from_slice(&bytes);
        value.map(Some).cannot("read answer of", &self.name)
    }

    /// A request that changes something.
    pub(super) fn post(&self, path: &str) -> Result<()> {
        let answer = self.agent.post(format!("{}{path}", self.root)).send_empty();
        let answer = answer.map_err(|error| self.unreachable(&error))?;
        self.bytes(answer).map(drop)
    }

    /// Sends an archive.
    pub(super) fn load(&self, archive: &mut dyn Read) -> Result<()> {
        let request = self
            .agent
            .post(format!("{}/images/load?quiet=true", self.root))
            .header("Content-Type", "application/x-tar");
        let answer = request.send(SendBody::from_reader(archive));
        let answer = answer.map_err(|error| self.unreachable(&error))?;
        let bytes = self.bytes(answer)?;
        for line in bytes.split(|byte| *byte == b'\n') {
            let line: Line = serde_json::from_slice(line).unwrap_or_default();
            if let Some(error) = line.error {
                return Err(self.refused(&error));
            }
        }
        Ok(())
    }

    fn bytes(&self, answer: Response<Body>) -> Result<Vec<u8>> {
        let status = answer.status();
        let mut body = answer.into_body();
        let bytes = body.with_config().limit(MAX_ANSWER).read_to_vec();
        let bytes = bytes.cannot("read answer of", &self.name)?;
        if status.is_success() {
            return Ok(bytes);
        }
        let failure: Failure = serde_json::from_slice(&bytes).unwrap_or_default();
        Err(self.refused(&format!("status {}: {}", status.as_u16(), failure.message)))
    }

    fn refused(&self, cause: &str) -> Error {
        let cause: String = cause
            .chars()
            .take(500)
            .flat_map(char::escape_debug)
            .collect();
        let cause = format!("the engine answers: {}", cause.trim_end());
        Error::cannot("use Docker at", &self.name, cause)
    }

    fn unreachable(&self, error: &ureq::Error) -> Error {
        let kind = match error {
            ureq::Error::Io(error) => Some(error.kind()),
            _ => None,
        };
        let (cause, hint) = match kind {
            Some(ErrorKind::NotFound) => (
                "there is no such socket".to_owned(),
                "start Docker, or set `DOCKER_HOST`",
            ),
            Some(ErrorKind::ConnectionRefused) => (
                "no engine accepts connections".to_owned(),
                "start Docker, or set `DOCKER_HOST`",
            ),
            Some(ErrorKind::PermissionDenied) => (
                "permission denied".to_owned(),
                "add the user to the group of the socket, such as `docker`",
            ),
            _ => return Error::cannot("use Docker at", &self.name, cause_of(error)),
        };
        Error::cannot("use Docker at", &self.name, cause).hint(hint)
    }
}

/// The error of reading the image or the socket, without the prefix of the library.
fn cause_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        error => error.to_string(),
    }
}
