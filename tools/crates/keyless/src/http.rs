//! Requests to the services, with retries and limits. No redirect is followed.

use std::io::Read;
use std::time::Duration;

use blob::{Error, Result};
use serde_json::Value;
use transfer::http::response::{header, retry_after};
use transfer::http::{agent, Connections};
use transfer::{Failure, Progress, Retry};
use ureq::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use ureq::http::request::Builder;
use ureq::http::{Method, Request, StatusCode, Uri};
use ureq::{Agent, AsSendBody, SendBody};

use crate::options::Options;
use crate::url;

/// The maximum size of an answer, in bytes.
const MAX_ANSWER: u64 = 1024 * 1024;

/// Connections to a service that wait for the next request.
const IDLE: usize = 8;

/// The client of both services.
pub(crate) struct Http<'a> {
    agent: Agent,
    options: Options,
    progress: &'a Progress,
}

/// A complete answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
    /// The pause that the service requests.
    pause: Option<Duration>,
}

/// The operation that fails, for messages.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) verb: &'a str,
    pub(crate) service: &'a Uri,
    /// The hint if the service refuses the request.
    pub(crate) hint: &'a str,
    /// Finds texts that must not be shown.
    pub(crate) is_secret: &'a dyn Fn(&str) -> bool,
}

impl<'a> Http<'a> {
    pub(crate) fn new(options: Options, progress: &'a Progress) -> Result<Self> {
        let connections = Connections {
            timeout: options.timeout,
            user_agent: &options.user_agent,
            ca_files: &options.ca_files,
            client_certificate: None,
            idle: IDLE,
        };
        Ok(Self {
            agent: agent(&connections)?,
            options,
            progress,
        })
    }

    /// Sends a JSON document, again after temporary failures. The answer has a status of success, or 409.
    pub(crate) fn post(&self, operation: Operation<'_>, url: &str, json: &[u8]) -> Result<Answer> {
        let attempt = || self.send(request(Method::POST, url)?.body(json));
        self.run(operation, attempt)
    }

    /// Gets a document, again after temporary failures.
    pub(crate) fn get(&self, operation: Operation<'_>, url: &str) -> Result<Answer> {
        let attempt = || self.send(request(Method::GET, url)?.body(SendBody::none()));
        self.run(operation, attempt)
    }

    fn run(
        &self,
        operation: Operation<'_>,
        attempt: impl Fn() -> std::result::Result<Answer, Failure>,
    ) -> Result<Answer> {
        let retry = Retry {
            attempts: self.options.attempts,
            progress: self.progress,
        };
        let checked = || {
            let answer = attempt()?;
            if answer.status.is_success() || answer.status == StatusCode::CONFLICT {
                Ok(answer)
            } else {
                Err(operation.refused(&answer))
            }
        };
        let done = retry.run(&operation.service(), checked);
        done.map_err(|failure| operation.error(failure))
    }

    fn send(
        &self,
        request: ureq::http::Result<Request<impl AsSendBody>>,
    ) -> std::result::Result<Answer, Failure> {
        let request = request.map_err(|_| Failure::permanent("invalid request"))?;
        // A proxy would get the token without encryption.
        let is_local = request.uri().scheme_str() == Some("http");
        let timeout = self.options.timeout;
        let mut request = self
            .agent
            .configure_request(request)
            .timeout_recv_body(Some(timeout));
        if is_local {
            request = request.proxy(None);
        }
        let failed = |error| Failure::of_error(&error, timeout);
        let response = self.agent.run(request.build()).map_err(failed)?;
        let (status, pause) = (response.status(), retry_after(&response));
        let location = header(&response, &LOCATION).map(str::to_owned);
        let mut body = Vec::new();
        let reader = response.into_body().into_reader();
        let read = reader.take(MAX_ANSWER + 1).read_to_end(&mut body);
        read.map_err(|error| failed(error.into()))?;
        if body.len() as u64 > MAX_ANSWER {
            return Err(Failure::permanent("the answer is larger than 1 MiB"));
        }
        Ok(Answer {
            status,
            location,
            body,
            pause,
        })
    }
}

fn request(method: Method, to: &str) -> std::result::Result<Builder, Failure> {
    let to: Uri = to.parse().map_err(|_| Failure::permanent("invalid URL"))?;
    Ok(Request::builder()
        .method(method)
        .uri(to)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json"))
}

impl Operation<'_> {
    fn service(&self) -> String {
        url::operation(self.service, "")
    }

    /// The error for a failure.
    pub(crate) fn error(&self, failure: Failure) -> Error {
        let cannot = |cause| Error::cannot(self.verb, self.service(), cause);
        match failure {
            Failure::Missing(cause) | Failure::Temporary { cause, .. } => cannot(cause),
            Failure::Permanent { cause, hint: None } => cannot(cause),
            Failure::Permanent {
                cause,
                hint: Some(hint),
            } => cannot(cause).hint(hint),
        }
    }

    /// The error for an answer with an unexpected content.
    pub(crate) fn unexpected(&self, cause: &str) -> Error {
        self.error(Failure::permanent(cause))
    }

    /// The failure for an answer without success.
    fn refused(&self, answer: &Answer) -> Failure {
        let status = answer.status;
        let cause = match reported(&answer.body, self.is_secret) {
            text if text.is_empty() => format!("the service answered {status}"),
            text => format!("the service answered {status}: {text}"),
        };
        if status.is_redirection() {
            let hint = "use the URL that the service redirects to";
            return Failure::with_hint(cause, hint);
        }
        match Failure::of_status(status, answer.pause) {
            Failure::Temporary { retry_after, .. } => Failure::Temporary { cause, retry_after },
            permanent @ Failure::Permanent { .. } => permanent,
            Failure::Missing(_) if status == StatusCode::NOT_FOUND => {
                Failure::with_hint(cause, "check the URL of the service")
            }
            Failure::Missing(_) if status == StatusCode::PAYLOAD_TOO_LARGE => Failure::with_hint(
                cause,
                "sign large statements with a key: no service gets them",
            ),
            Failure::Missing(_) => Failure::with_hint(cause, self.hint),
        }
    }
}

/// The message of a service, shortened and escaped.
fn reported(body: &[u8], is_secret: &dyn Fn(&str) -> bool) -> String {
    let document = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let text = document.get("message").and_then(Value::as_str);
    let text = message::shorten(&message::redact_all(text.unwrap_or_default()));
    if is_secret(&text) {
        "(not shown: it repeats a secret)".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_shortened_and_escaped() {
        let secret = |text: &str| text.contains("hunter2");
        for (body, shown) in [
            (
                r#"{"code":3,"message":"bad \u001b[2J token"}"#,
                r"bad \u{1b}[2J token",
            ),
            (
                r#"{"message":"hunter2"}"#,
                "(not shown: it repeats a secret)",
            ),
            (
                r#"{"message":"see https://u:p@a.example"}"#,
                "see https://***@a.example",
            ),
            (r#"{"message":5}"#, ""),
            ("<html>", ""),
            ("", ""),
        ] {
            assert_eq!(reported(body.as_bytes(), &secret), shown);
        }
        assert_eq!(reported("[".repeat(60_000).as_bytes(), &secret), "");
        let long = format!(r#"{{"message":"{}"}}"#, "x".repeat(1000));
        assert_eq!(reported(long.as_bytes(), &secret).chars().count(), 61);
    }
}
