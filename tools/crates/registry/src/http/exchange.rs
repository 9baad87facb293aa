//! One request and its response, with redirects.

use std::cell::RefCell;
use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use rustls::CertificateError;
use transfer::http::response::header;
use transfer::{is_safe, Failure, Pace};
use ureq::http::header::{HeaderName, AUTHORIZATION, CONTENT_LENGTH, LOCATION};
use ureq::http::{Method, Request, Uri};
use ureq::{Agent, AsSendBody, SendBody};

use super::location::{redirected, same_origin, shown};
use super::Response;

const REDIRECTS: usize = 5;

/// A request.
pub(crate) struct Exchange<'a> {
    pub(crate) method: Method,
    pub(crate) url: Uri,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Body<'a>,
    /// How long the response may take to begin.
    pub(crate) timeout: Duration,
    /// How long the body of the response may take.
    pub(crate) longest: Duration,
}

/// The body of a request. It may be sent more than once.
#[derive(Clone, Copy)]
pub(crate) enum Body<'a> {
    None,
    Bytes(&'a [u8]),
    Stream {
        length: u64,
        open: &'a dyn Fn() -> io::Result<Box<dyn Read + 'a>>,
    },
}

/// A response, and the URL that gave it.
pub(crate) struct Sent {
    pub(crate) response: Response,
    pub(crate) url: Uri,
}

/// The reason why there is no response.
pub(crate) enum Problem {
    Request(ureq::Error),
    Failure(Failure),
}

impl Problem {
    pub(crate) fn failure(self, timeout: Duration) -> Failure {
        match self {
            Self::Request(error) => match tls_error(&error).and_then(refused) {
                Some(failure) => failure,
                None => Failure::of_error(&error, timeout),
            },
            Self::Failure(failure) => failure,
        }
    }
}

/// The error of TLS in an error of a request.
pub(crate) fn tls_error(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// The failure for a certificate that one side refuses. Another attempt would not help.
fn refused(error: &rustls::Error) -> Option<Failure> {
    let hint = match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "add the certificate of the registry's authority to those of the system, or name its file with `--ca`"
        }
        rustls::Error::InvalidCertificate(_) if error.to_string().contains("CaUsedAsEndEntity") => {
            "give the registry a certificate that is not one of an authority (`basicConstraints=CA:FALSE`)"
        }
        rustls::Error::InvalidCertificate(_) => return Some(Failure::permanent(error.to_string())),
        rustls::Error::AlertReceived(_) => {
            "check whether the registry requires a client certificate, and from which authority"
        }
        _ => return None,
    };
    Some(Failure::with_hint(error.to_string(), hint))
}

/// Sends a request. GET and HEAD follow redirects, over HTTPS only if the request was over HTTPS. After a redirect to
/// another host, the authorization is not sent again, not even if a further redirect leads back.
pub(crate) fn send(
    agent: &Agent,
    exchange: &Exchange<'_>,
    authorization: Option<&str>,
) -> Result<Sent, Problem> {
    let mut url = exchange.url.clone();
    let mut authorization = authorization;
    for _ in 0..=REDIRECTS {
        let response = send_once(agent, exchange, &url, authorization)?;
        if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(Sent { response, url });
        }
        if !matches!(exchange.method, Method::GET | Method::HEAD) {
            let to = header(&response, &LOCATION).unwrap_or_default();
            let to = message::shorten(to.split('?').next().unwrap_or_default());
            let cause = format!("the registry redirects {} to `{to}`", exchange.method);
            let hint = "use the host that the registry redirects to";
            return Err(Problem::Failure(Failure::with_hint(cause, hint)));
        }
        let next = redirected(&url, &response).map_err(Problem::Failure)?;
        if !same_origin(&url, &next) {
            authorization = None;
        }
        url = next;
    }
    let cause = format!(
        "more than {REDIRECTS} redirects, the last to {}",
        shown(&url)
    );
    Err(Problem::Failure(Failure::permanent(cause)))
}

fn send_once(
    agent: &Agent,
    exchange: &Exchange<'_>,
    url: &Uri,
    authorization: Option<&str>,
) -> Result<Response, Problem> {
    match exchange.body {
        Body::None => run(agent, exchange, url, authorization, SendBody::none()),
        Body::Bytes(bytes) => run(agent, exchange, url, authorization, bytes),
        Body::Stream { length, open } => {
            let problem = RefCell::new(None);
            let inner = open().map_err(|error| local(&error.to_string()))?;
            let mut source = Source {
                inner,
                left: length,
                problem: &problem,
            };
            let body = SendBody::from_reader(&mut source);
            let sent = run(agent, exchange, url, authorization, body);
            drop(source);
            match problem.into_inner() {
                Some(cause) => Err(local(&cause)),
                None => sent,
            }
        }
    }
}

/// The failure of a file of this machine.
fn local(cause: &str) -> Problem {
    Problem::Failure(Failure::permanent(format!(
        "cannot read the content: {cause}"
    )))
}

fn run(
    agent: &Agent,
    exchange: &Exchange<'_>,
    url: &Uri,
    authorization: Option<&str>,
    body: impl AsSendBody,
) -> Result<Response, Problem> {
    let mut request = Request::builder().method(&exchange.method).uri(url);
    for (name, value) in &exchange.headers {
        request = request.header(name, value);
    }
    if let Body::Stream { length, .. } = exchange.body {
        request = request.header(CONTENT_LENGTH, length);
    }
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let invalid = |_| Problem::Failure(Failure::permanent("invalid request"));
    let request = request.body(body).map_err(invalid)?;
    let mut request = agent
        .configure_request(request)
        .timeout_recv_response(Some(exchange.timeout))
        .timeout_per_read(Some(exchange.timeout))
        .timeout_recv_body(Some(exchange.longest));
    if is_local(url) {
        request = request.proxy(None);
    }
    agent.run(request.build()).map_err(Problem::Request)
}

/// Whether a URL is one of this machine. No proxy is used for it: it would get credentials without encryption.
pub(crate) fn is_local(url: &Uri) -> bool {
    url.scheme_str() == Some("http") && is_safe(url)
}

/// A reader of exactly the announced number of bytes, which remembers its error: ureq reports it like an error of the
/// connection.
struct Source<'a> {
    inner: Box<dyn Read + 'a>,
    left: u64,
    problem: &'a RefCell<Option<String>>,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if most == 0 {
            return Ok(0);
        }
        let read = self.inner.read(&mut buffer[..most]);
        let cause = match &read {
            Ok(0) => format!("it ends {} bytes too early", self.left),
            Ok(read) => {
                self.left -= *read as u64;
                return Ok(*read);
            }
            Err(error) => error.to_string(),
        };
        *self.problem.borrow_mut() = Some(cause.clone());
        Err(io::Error::other(cause))
    }
}

/// The body of a response, which may have at most `limit` bytes and must keep the [`Pace`].
pub(crate) fn read(response: Response, limit: u64, timeout: Duration) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut body = response.into_body().into_reader();
    let mut buffer = [0; 16 << 10];
    let mut pace = Pace::new(timeout);
    while bytes.len() as u64 <= limit {
        let read = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::of_error(&ureq::Error::from(error), timeout)),
        };
        bytes.extend_from_slice(&buffer[..read]);
        pace.received(read)?;
    }
    if bytes.len() as u64 > limit {
        return Err(Failure::permanent(format!(
            "the answer has more than {limit} bytes"
        )));
    }
    Ok(bytes)
}
