//! The client: it knows how each registry is used, and gives each request its authorization.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use blob::Result;
use transfer::http::{agent, Connections};
use transfer::{Failure, Progress, Retry};
use ureq::http::header::HeaderName;
use ureq::http::{Method, StatusCode, Uri};
use ureq::Agent;

use crate::answer;
use crate::authorization::{direct, unauthorized, Asker, Challenge, Scopes, Tokens};
use crate::credentials::{Credentials, Login};
use crate::http::{
    is_local, same_origin, send, tls_error, Body, Exchange, Problem, Response, Sent,
};
use crate::options::Options;
use crate::reference::Repository;

/// Connections to a registry that wait for the next request.
const IDLE: usize = 64;

/// A connection to any number of registries. Several threads may use it at the same time.
pub struct Client<'a> {
    agent: Agent,
    pub(crate) options: Options,
    credentials: Credentials,
    progress: &'a Progress,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    requests: AtomicU64,
    /// Held while the list of referrers at a tag is changed: the registry has no operation for it.
    pub(crate) fallback: Mutex<()>,
}

/// A registry.
#[derive(Default)]
struct Host {
    /// `None` before the first answer.
    state: Mutex<Option<State>>,
    tokens: Tokens,
}

#[derive(Clone)]
struct State {
    /// `https://HOST` or `http://HOST`.
    root: Uri,
    challenge: Challenge,
}

/// A request of an operation.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: Uri,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Body<'a>,
    /// Further time for the registry to answer.
    pub(crate) patience: Duration,
    /// The longest duration of the body of the response.
    pub(crate) longest: Duration,
}

impl<'a> Client<'a> {
    /// Creates a client. It makes no request.
    ///
    /// # Errors
    ///
    /// A file with certificates cannot be read, or key and certificate do not belong together.
    pub fn new(options: Options, credentials: Credentials, progress: &'a Progress) -> Result<Self> {
        let connections = Connections {
            timeout: options.timeout,
            user_agent: &options.user_agent,
            ca_files: &options.ca_files,
            client_certificate: options.client_certificate.as_ref(),
            idle: IDLE,
        };
        Ok(Self {
            agent: agent(&connections)?,
            options,
            credentials,
            progress,
            hosts: Mutex::default(),
            requests: AtomicU64::new(0),
            fallback: Mutex::default(),
        })
    }

    /// The number of requests so far, without redirects and requests for tokens.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Repeats an attempt after temporary failures.
    pub(crate) fn retry<T>(
        &self,
        label: &str,
        attempt: impl FnMut() -> std::result::Result<T, Failure>,
    ) -> std::result::Result<T, Failure> {
        let retry = Retry {
            attempts: self.options.attempts,
            progress: self.progress,
        };
        retry.run(label, attempt)
    }

    /// The URL of a path below `/v2/` of a registry.
    pub(crate) fn url(
        &self,
        repository: &Repository,
        path: &str,
    ) -> std::result::Result<Uri, Failure> {
        let (_, state) = self.known(repository)?;
        let root = state.root.to_string();
        let url = format!("{}/v2/{path}", root.trim_end_matches('/'));
        url.parse().map_err(|_| Failure::permanent("invalid URL"))
    }

    /// Sends a request with an authorization for the scopes. If the registry refuses it, a new token is requested once.
    /// Any other answer is a success.
    pub(crate) fn call(
        &self,
        repository: &Repository,
        scopes: &Scopes,
        call: &Call<'_>,
    ) -> std::result::Result<Sent, Failure> {
        let (host, mut state) = self.known(repository)?;
        let exchange = Exchange {
            method: call.method.clone(),
            url: call.url.clone(),
            headers: call.headers.clone(),
            body: call.body,
            timeout: self.options.timeout + call.patience,
            longest: call.longest,
        };
        // An upload may continue on another host, which gets no authorization.
        let own = same_origin(&state.root, &call.url);
        let login = if own { self.login(repository)? } else { None };
        let login = login.as_deref();
        let mut scopes = scopes.clone();
        let mut is_retried = false;
        loop {
            let header = if own {
                self.header(repository, &host, &state, &scopes, login)?
            } else {
                None
            };
            self.requests.fetch_add(1, Ordering::Relaxed);
            let sent = send(&self.agent, &exchange, header.as_deref());
            let sent = sent.map_err(|problem| problem.failure(exchange.timeout))?;
            let is_final = sent.response.status() != StatusCode::UNAUTHORIZED
                || !own
                || !same_origin(&state.root, &sent.url);
            if is_final {
                return Ok(sent);
            }
            let mut challenge = Challenge::of(&sent.response);
            let token = header.as_deref().and_then(|h| h.strip_prefix("Bearer "));
            if let (Challenge::Bearer(bearer), Some(token)) = (&state.challenge, token) {
                host.tokens.forget(bearer, &scopes, token);
            }
            if let Challenge::Bearer(bearer) = &mut challenge {
                scopes.extend(std::mem::take(&mut bearer.scopes));
            }
            // The same password or token would be refused again.
            let is_same = direct(&challenge, login) == header
                && (header.is_some() || challenge == Challenge::Basic);
            if is_retried || is_same || challenge == Challenge::None {
                let failure = self.failure(repository, sent.response, header.as_deref(), login);
                return Err(unauthorized(failure, repository.host(), login));
            }
            is_retried = true;
            state.challenge = challenge;
            *lock(&host.state) = Some(state.clone());
        }
    }

    /// The failure for a response with an unexpected status. It does not show the authorization.
    pub(crate) fn failed(&self, repository: &Repository, response: Response) -> Failure {
        let login = self.login(repository).ok().flatten();
        self.failure(repository, response, None, login.as_deref())
    }

    fn failure(
        &self,
        repository: &Repository,
        response: Response,
        header: Option<&str>,
        login: Option<&Login>,
    ) -> Failure {
        let host = lock(&self.hosts).get(repository.api_host()).cloned();
        let token = header.and_then(|header| header.split(' ').nth(1));
        let secret = |text: &str| {
            let repeats = token.is_some_and(|token| token.len() >= 4 && text.contains(token));
            repeats
                || login.is_some_and(|login| login.is_in(text))
                || host.as_ref().is_some_and(|host| host.tokens.are_in(text))
        };
        answer::failure(response, self.options.timeout, &secret)
    }

    fn login(&self, repository: &Repository) -> std::result::Result<Option<Arc<Login>>, Failure> {
        let found = self.credentials.find(repository);
        found.map_err(|error| Failure::Permanent {
            cause: error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            hint: error.hint_text().map(str::to_owned),
        })
    }

    /// The value of `Authorization`.
    fn header(
        &self,
        repository: &Repository,
        host: &Host,
        state: &State,
        scopes: &Scopes,
        login: Option<&Login>,
    ) -> std::result::Result<Option<String>, Failure> {
        if let Some(header) = direct(&state.challenge, login) {
            return Ok(Some(header));
        }
        let Challenge::Bearer(bearer) = &state.challenge else {
            return Ok(None);
        };
        let asker = Asker {
            agent: &self.agent,
            timeout: self.options.timeout,
            host: repository.host(),
            login,
            plain: state.root.scheme_str() == Some("http"),
            plain_http: &self.options.plain_http,
        };
        let token = host.tokens.get(bearer, scopes, &asker)?;
        Ok(Some(format!("Bearer {}", token.expose())))
    }

    /// The registry, and how it is used. The first call asks the registry; other threads wait for the answer.
    fn known(&self, repository: &Repository) -> std::result::Result<(Arc<Host>, State), Failure> {
        let name = repository.api_host();
        let host = Arc::clone(lock(&self.hosts).entry(name.to_owned()).or_default());
        let mut state = lock(&host.state);
        if let Some(state) = state.as_ref() {
            let state = state.clone();
            return Ok((Arc::clone(&host), state));
        }
        let found = self.ask(name)?;
        *state = Some(found.clone());
        drop(state);
        Ok((host, found))
    }

    /// Asks a registry whether it uses TLS, and how it wants requests to be authorized
    /// (<https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support>). This request has
    /// no authorization.
    fn ask(&self, host: &str) -> std::result::Result<State, Failure> {
        let timeout = self.options.timeout;
        let plain = self.options.plain_http.iter().any(|name| name == host);
        let url = format!("http://{host}").parse::<Uri>();
        if plain || url.is_ok_and(|url| is_local(&url)) {
            match self.ask_at("http", host) {
                // A server that speaks TLS closes the connection, or answers in plain text that it does.
                Ok((_, StatusCode::BAD_REQUEST)) if !plain => {}
                Err(Problem::Request(error)) if !plain && may_speak_tls(&error) => {}
                Ok((state, _)) => return Ok(state),
                Err(problem) => return Err(problem.failure(timeout)),
            }
        }
        let answer = self.ask_at("https", host);
        let answer = answer.map_err(|problem| self.without_tls(host, problem));
        answer.map(|(state, _)| state)
    }

    fn without_tls(&self, host: &str, problem: Problem) -> Failure {
        match problem {
            Problem::Request(error) if is_message(&error) => Failure::with_hint(
                "the registry does not speak TLS",
                format!(
                    "if it is meant to be used without encryption, allow plain HTTP for `{host}`"
                ),
            ),
            problem => problem.failure(self.options.timeout),
        }
    }

    fn ask_at(
        &self,
        scheme: &str,
        host: &str,
    ) -> std::result::Result<(State, StatusCode), Problem> {
        let invalid = |_| Problem::Failure(Failure::permanent("invalid host"));
        let root: Uri = format!("{scheme}://{host}").parse().map_err(invalid)?;
        let url = format!("{scheme}://{host}/v2/");
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = self.agent.get(url);
        // A request without its own configuration prepares TLS for all others.
        let response = if is_local(&root) {
            request.config().proxy(None).build().call()
        } else {
            request.call()
        };
        let response = response.map_err(Problem::Request)?;
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            let failure = answer::failure(response, self.options.timeout, &|_| false);
            return Err(Problem::Failure(failure));
        }
        let mut challenge = Challenge::None;
        if status == StatusCode::UNAUTHORIZED {
            challenge = Challenge::of(&response);
        }
        if let Challenge::Bearer(bearer) = &mut challenge {
            // They are those of this request, not of others.
            bearer.scopes.clear();
        }
        Ok((State { root, challenge }, status))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a request without TLS failed as one to a server that speaks TLS.
fn may_speak_tls(error: &ureq::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let closed = [
        BrokenPipe,
        ConnectionAborted,
        ConnectionReset,
        UnexpectedEof,
    ];
    match error {
        ureq::Error::Io(error) => closed.contains(&error.kind()),
        ureq::Error::Protocol(_) => true,
        _ => false,
    }
}

/// Whether the server answered with another protocol than TLS.
fn is_message(error: &ureq::Error) -> bool {
    matches!(tls_error(error), Some(rustls::Error::InvalidMessage(_)))
}

impl fmt::Debug for Client<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("options", &self.options)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
