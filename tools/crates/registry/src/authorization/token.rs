//! Tokens: <https://distribution.github.io/distribution/spec/auth/token/> and
//! <https://distribution.github.io/distribution/spec/auth/oauth/>.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};
use serde::Deserialize;
use transfer::{basic, Failure};
use ureq::http::header::CONTENT_TYPE;
use ureq::http::uri::Authority;
use ureq::http::{Method, Uri};
use ureq::Agent;

use super::challenge::Bearer;
use super::unauthorized;
use crate::answer;
use crate::credentials::{Kind, Login};
use crate::http::{is_local, read, send, shown, Body, Exchange};
use crate::secret::Secret;

/// The scopes of a token.
pub(crate) type Scopes = BTreeSet<String>;

/// The largest answer of a token service.
const MAX_ANSWER: u64 = 1 << 20;

/// The largest token: it is sent with each request, and servers limit headers.
const MAX_TOKEN: usize = 64 << 10;

/// How long a token is valid if the service does not say it, by the specification.
const DEFAULT_LIFE: u64 = 60;

/// The longest time for which a token is used, even if the service allows more.
const LONGEST_LIFE: u64 = 3600;

/// The tokens of a registry. Each is requested once, also if several threads need it at the same time.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<BTreeMap<Key, Arc<Mutex<Option<Token>>>>>);

type Key = (String, Option<String>, Scopes);

#[derive(Clone)]
struct Token {
    text: Secret,
    end: Instant,
}

#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Who asks for a token.
pub(crate) struct Asker<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) timeout: Duration,
    pub(crate) host: &'a str,
    pub(crate) login: Option<&'a Login>,
    /// Whether the registry is used without encryption.
    pub(crate) plain: bool,
    /// Further hosts that are used without encryption.
    pub(crate) plain_http: &'a [String],
}

impl Tokens {
    /// A token for the scopes.
    pub(crate) fn get(
        &self,
        bearer: &Bearer,
        scopes: &Scopes,
        asker: &Asker<'_>,
    ) -> Result<Secret, Failure> {
        let slot = self.slot(bearer, scopes);
        // The lock is held during the request, so that other threads wait for its answer.
        let mut slot = lock(&slot);
        if let Some(token) = slot.as_ref().filter(|token| Instant::now() < token.end) {
            return Ok(token.text.clone());
        }
        let token = asker.ask(bearer, scopes)?;
        let text = token.text.clone();
        *slot = Some(token);
        Ok(text)
    }

    /// Drops a token that the registry refused, unless another thread has replaced it.
    pub(crate) fn forget(&self, bearer: &Bearer, scopes: &Scopes, refused: &str) {
        let slot = self.slot(bearer, scopes);
        let mut slot = lock(&slot);
        if slot.as_ref().is_some_and(|t| t.text.expose() == refused) {
            *slot = None;
        }
    }

    /// Whether a text repeats a token.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        let slots: Vec<_> = lock(&self.0).values().cloned().collect();
        slots.iter().any(|slot| {
            // A slot that is locked has no token that was sent.
            let token = slot.try_lock().ok();
            token.is_some_and(|token| token.as_ref().is_some_and(|token| token.text.is_in(text)))
        })
    }

    fn slot(&self, bearer: &Bearer, scopes: &Scopes) -> Arc<Mutex<Option<Token>>> {
        let key = (bearer.realm.clone(), bearer.service.clone(), scopes.clone());
        Arc::clone(lock(&self.0).entry(key).or_default())
    }
}

/// A poisoned lock is harmless: a slot is replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Asker<'_> {
    fn ask(&self, bearer: &Bearer, scopes: &Scopes) -> Result<Token, Failure> {
        let realm = self.realm(&bearer.realm)?;
        let place = shown(&realm);
        let within = |failure| match failure {
            Failure::Temporary { cause, retry_after } => Failure::Temporary {
                cause: format!("no token from `{place}`: {cause}"),
                retry_after,
            },
            Failure::Permanent { cause, hint } => Failure::Permanent {
                cause: format!("no token from `{place}`: {cause}"),
                hint,
            },
            other => other,
        };
        self.exchange(&realm, bearer, scopes).map_err(within)
    }

    fn exchange(&self, realm: &Uri, bearer: &Bearer, scopes: &Scopes) -> Result<Token, Failure> {
        let service = bearer.service.as_deref();
        let form;
        let mut authorization = None;
        let (method, url, body, headers) = match self.login.map(|login| &login.kind) {
            Some(Kind::IdentityToken(token)) => {
                form = Secret::new(refresh_form(token, service, scopes));
                let headers = vec![(CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned())];
                let body = Body::Bytes(form.expose().as_bytes());
                (Method::POST, realm.clone(), body, headers)
            }
            kind => {
                let mut user = None;
                if let Some(Kind::Password {
                    user: name,
                    password,
                }) = kind
                {
                    authorization = Some(basic(name, password.expose()));
                    user = Some(name.as_str());
                }
                let url = with_query(realm, service, user, scopes)?;
                (Method::GET, url, Body::None, Vec::new())
            }
        };
        let exchange = Exchange {
            method,
            url,
            headers,
            body,
            timeout: self.timeout,
            longest: self.timeout,
        };
        let sent = send(self.agent, &exchange, authorization.as_deref());
        let sent = sent.map_err(|problem| problem.failure(self.timeout))?;
        if !sent.response.status().is_success() {
            let secret = |text: &str| self.login.is_some_and(|login| login.is_in(text));
            let failure = answer::failure(sent.response, self.timeout, &secret);
            return Err(unauthorized(failure, self.host, self.login));
        }
        token(&read(sent.response, MAX_ANSWER, self.timeout)?)
    }

    /// The URL of the token service. It gets the login of the registry, so it must not be less protected.
    fn realm(&self, text: &str) -> Result<Uri, Failure> {
        let url = text.parse::<Uri>().ok();
        let http = |url: &Uri| match url.scheme_str() {
            Some("https") => true,
            Some("http") => self.plain && self.is_plain(url),
            _ => false,
        };
        let user = |url: &Uri| url.authority().is_some_and(|a| a.as_str().contains('@'));
        let named = |url: &Uri| url.host().is_some_and(|h| !h.is_empty()) && !user(url);
        if let Some(url) = url.clone().filter(|url| http(url) && named(url)) {
            return Ok(url);
        }
        let text = text.split('?').next().unwrap_or_default();
        let shown = message::shorten(&message::redact(text));
        let cause =
            format!("the registry names the token service `{shown}`, which is not an HTTPS URL");
        let is_http = |url: &Uri| url.scheme_str() == Some("http") && self.plain && named(url);
        let authority = url.filter(is_http).and_then(|url| url.authority().cloned());
        Err(match authority {
            Some(host) => Failure::with_hint(
                cause,
                format!(
                    "if it may get the login without encryption, allow plain HTTP for `{host}`"
                ),
            ),
            None => Failure::permanent(cause),
        })
    }

    /// Whether a host may get the login without encryption: this machine, the host of the registry, and those that the
    /// user allows. A registry on this machine must not send it across the network.
    fn is_plain(&self, url: &Uri) -> bool {
        let name = |text: &str| {
            let authority = text.parse::<Authority>();
            authority.is_ok_and(|authority| {
                let host = url.host().unwrap_or_default();
                authority.host().eq_ignore_ascii_case(host)
            })
        };
        let allowed = url.authority().is_some_and(|authority| {
            let mut hosts = self.plain_http.iter();
            hosts.any(|host| host.eq_ignore_ascii_case(authority.as_str()))
        });
        is_local(url) || allowed || name(self.host)
    }
}

fn encoded(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

fn with_query(
    realm: &Uri,
    service: Option<&str>,
    user: Option<&str>,
    scopes: &Scopes,
) -> Result<Uri, Failure> {
    let mut url = realm.to_string();
    let mut separator = if realm.query().is_some() { '&' } else { '?' };
    let named = [("service", service), ("account", user)];
    let named = named.into_iter().filter_map(|(k, v)| Some((k, v?)));
    let scopes = scopes.iter().map(|scope| ("scope", scope.as_str()));
    for (name, value) in named.chain(scopes) {
        url.push_str(&format!("{separator}{name}={}", encoded(value)));
        separator = '&';
    }
    let invalid = |_| Failure::permanent("the URL of the token service is invalid");
    url.parse().map_err(invalid)
}

fn refresh_form(token: &Secret, service: Option<&str>, scopes: &Scopes) -> String {
    let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
    format!(
        "grant_type=refresh_token&service={}&client_id=distroless&scope={}&refresh_token={}",
        encoded(service.unwrap_or_default()),
        encoded(&scopes.join(" ")),
        encoded(token.expose())
    )
}

/// Reads the answer of a token service.
fn token(bytes: &[u8]) -> Result<Token, Failure> {
    // The message of serde_json may repeat the token.
    let unexpected = || Failure::permanent("the answer has another format");
    let answer: Answer = serde_json::from_slice(bytes).map_err(|_| unexpected())?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let text = given(answer.token).or_else(|| given(answer.access_token));
    let good =
        |text: &String| text.len() <= MAX_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic());
    let text = text.filter(good).ok_or_else(unexpected)?;
    let life = answer.expires_in.filter(|life| *life > 0);
    let life = life.unwrap_or(DEFAULT_LIFE).min(LONGEST_LIFE);
    Ok(Token {
        text: Secret::new(text),
        // A token must not expire on its way.
        end: Instant::now() + Duration::from_secs(life - life / 10),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let life = |text: &str| {
            let token = token(text.as_bytes()).ok()?;
            let rest = token.end - Instant::now();
            Some((
                token.text.expose().to_owned(),
                rest.as_secs_f64().round() as u64,
            ))
        };
        let some = |text: &str, life| Some((text.to_owned(), life));
        assert_eq!(life(r#"{"token":"a"}"#), some("a", 54));
        assert_eq!(
            life(r#"{"access_token":"b","expires_in":300}"#),
            some("b", 270)
        );
        assert_eq!(
            life(r#"{"token":"","access_token":"b","expires_in":0}"#),
            some("b", 54)
        );
        assert_eq!(
            life(r#"{"token":"a","expires_in":18446744073709551615}"#),
            some("a", 3240)
        );
        let long = format!(r#"{{"token":"{}"}}"#, "a".repeat(MAX_TOKEN + 1));
        for text in [
            "",
            "{}",
            "[]",
            r#"{"token":5}"#,
            r#"{"token":"a\r\nX: y"}"#,
            r#"{"token":"a b"}"#,
            &long,
        ] {
            assert_eq!(life(text), None);
        }
    }

    #[test]
    fn tokens_that_a_text_repeats() {
        let (tokens, bearer) = (Tokens::default(), Bearer::default());
        let scopes = Scopes::from(["a".to_owned()]);
        let slot = tokens.slot(&bearer, &scopes);
        assert!(!tokens.are_in("t0ken"));
        *lock(&slot) = token(br#"{"token":"t0ken"}"#).ok();
        assert!(tokens.are_in("Bearer t0ken!"));
        assert!(!tokens.are_in("Bearer other"));
    }

    #[test]
    fn a_login_goes_only_to_a_token_service_with_encryption() {
        let agent = Agent::new_with_defaults();
        for (realm, plain, allowed) in [
            ("https://a.example/t", false, true),
            ("https://a.example/t", true, true),
            ("http://a.example/t", true, false),
            ("http://a.example/t", false, false),
            ("http://r.example:81/t", true, true),
            ("http://r.example/t", false, false),
            ("http://tokens.example:80/t", true, true),
            ("http://tokens.example:81/t", true, false),
            ("http://127.0.0.1/t", true, true),
            ("http://127.0.0.1/t", false, false),
            ("https://u:p@a.example/t", true, false),
            ("/t", true, false),
            ("file:///t", true, false),
            ("", true, false),
        ] {
            let asker = Asker {
                agent: &agent,
                timeout: Duration::from_secs(1),
                host: "r.example:80",
                login: None,
                plain,
                plain_http: &["tokens.example:80".to_owned()],
            };
            assert_eq!(asker.realm(realm).is_ok(), allowed, "{realm}");
        }
    }

    #[test]
    fn urls() {
        let scopes = Scopes::from(["repository:a/b:pull".to_owned(), "x&y".to_owned()]);
        let realm = "https://a.example/t?q=1".parse().unwrap();
        let url = with_query(&realm, Some("r e"), Some("me"), &scopes).unwrap();
        assert_eq!(
            url.to_string(),
            "https://a.example/t?q=1&service=r%20e&account=me&scope=repository%3Aa%2Fb%3Apull&scope=x%26y"
        );
        assert_eq!(
            refresh_form(&Secret::new("s&x"), None, &scopes),
            "grant_type=refresh_token&service=&client_id=distroless&scope=repository%3Aa%2Fb%3Apull%20x%26y&refresh_token=s%26x"
        );
    }
}
