//! The URL of a request, and the credentials for it.
//!
//! Credentials are sent over HTTPS and to this machine. Over plain HTTP to another machine they are sent only if the
//! user's netrc contains `machine http://HOST`. apt has the same rule (apt_auth.conf(5)).

use message::redact;
use ureq::http::{StatusCode, Uri};

use super::url::{escape, parse, resolve, user_info, without_user_info};
use crate::credentials::{basic, basic_of_url, is_safe, Login, Netrc, Place};
use crate::failure::Failure;

/// A URL without user and password, and the credentials for it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) uri: Uri,
    /// The value of `Authorization`.
    pub(crate) authorization: Option<String>,
    /// Whether the netrc has credentials that are not sent because the connection is not encrypted.
    withheld: bool,
}

impl Target {
    /// Takes user and password from a URL, or else from the netrc.
    pub(crate) fn new(url: &str, netrc: &Netrc) -> Result<Self, Failure> {
        let uri = parse(url)?;
        let Some(user_info) = user_info(&uri) else {
            let login = netrc.find(place(&uri));
            return Ok(Self::with_login(uri.clone(), login));
        };
        let authorization = basic_of_url(user_info);
        let uri = parse(&url.replacen(&format!("{user_info}@"), "", 1))?;
        if !is_safe(&uri) {
            let host = uri.host().unwrap_or_default();
            return Err(Failure::with_hint(
                "the password would be sent without encryption",
                format!("use https, or add `machine http://{host} login NAME password PASSWORD` to ~/.netrc"),
            ));
        }
        Ok(Self {
            uri,
            authorization: Some(authorization),
            withheld: false,
        })
    }

    fn with_login(uri: Uri, login: Option<&Login>) -> Self {
        let safe = is_safe(&uri);
        let sent = login.filter(|login| safe || login.allows_http());
        Self {
            authorization: sent.map(|login| basic(&login.user, &login.password)),
            withheld: login.is_some() && sent.is_none(),
            uri,
        }
    }

    /// The target of a redirect. The credentials are kept for the same scheme, host and port. Another host gets only
    /// credentials that the netrc has for this `machine`: not those of `default` and not those in the URL, because the
    /// server chose that URL.
    pub(crate) fn redirected(&self, location: &str, netrc: &Netrc) -> Result<Self, Failure> {
        let shown = redact(location);
        let location = escape(location);
        let uri = match resolve(&self.uri, &location).map(|url| parse(&url)) {
            Some(Ok(uri)) => uri,
            None => return Err(Failure::permanent("redirect without a URL")),
            Some(Err(_)) => {
                let cause = format!("redirect to {shown}, which is not an HTTP URL");
                return Err(Failure::permanent(cause));
            }
        };
        if self.uri.scheme_str() == Some("https") && uri.scheme_str() != Some("https") {
            let cause = format!("redirect to {shown}, which is not encrypted");
            return Err(Failure::permanent(cause));
        }
        if self.uri.scheme() == uri.scheme() && self.uri.authority() == uri.authority() {
            return Ok(Self {
                uri,
                ..self.clone()
            });
        }
        let uri = without_user_info(&uri)?;
        let login = netrc.find_named(place(&uri));
        Ok(Self::with_login(uri.clone(), login))
    }

    /// Host and port, by which requests are limited.
    pub(crate) fn host(&self) -> String {
        let authority = self.uri.authority();
        authority.map(ToString::to_string).unwrap_or_default()
    }

    /// The failure for a response that requires credentials.
    pub(crate) fn not_authorized(&self, status: StatusCode, netrc: &Netrc) -> Failure {
        let cause = format!("the server answered {status}");
        let hint = self.credentials_hint(netrc);
        if status == StatusCode::FORBIDDEN {
            // Many servers send this status for missing files, so it counts as an answer.
            Failure::Missing(format!(
                "{cause} (if the file requires credentials: {hint})"
            ))
        } else {
            Failure::with_hint(format!("{cause}: credentials are required"), hint)
        }
    }

    fn credentials_hint(&self, netrc: &Netrc) -> String {
        let host = self.uri.host().unwrap_or_default();
        let file = netrc.shown_path();
        let entry = format!("`machine {host} login NAME password PASSWORD`");
        if self.authorization.is_some() {
            format!("correct the user and password in the URL, or {entry} in {file}")
        } else if self.withheld {
            format!("use https, or write `machine http://{host}` in {file}: credentials are not sent without encryption")
        } else {
            format!("add {entry} to {file}")
        }
    }
}

fn place(uri: &Uri) -> Place<'_> {
    Place {
        scheme: uri.scheme_str().unwrap_or_default(),
        host: uri.host().unwrap_or_default(),
        port: uri.port_u16(),
        path: uri.path(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn netrc(text: &str) -> Netrc {
        Netrc::parse("n".into(), text).unwrap()
    }

    fn authorization(url: &str, text: &str) -> Option<String> {
        Target::new(url, &netrc(text)).unwrap().authorization
    }

    #[test]
    fn credentials_go_to_their_host_over_a_safe_connection() {
        let me = Some(basic("me", "secret"));
        let entry = "machine a.example login me password secret\nmachine 127.0.0.1 login me password secret";
        assert_eq!(authorization("https://a.example/x", entry), me);
        assert_eq!(authorization("https://b.example/x", entry), None);
        assert_eq!(authorization("http://a.example/x", entry), None);
        assert_eq!(authorization("http://127.0.0.1:80/x", entry), me);
        let http = "machine http://a.example login me password secret";
        assert_eq!(authorization("http://a.example/x", http), me);
        assert_eq!(authorization("https://a.example/x", http), None);
        let both = "machine a.example login other password x";
        assert_eq!(authorization("https://me:secret@a.example/x", both), me);
        assert_eq!(authorization("https://m%65:secr%65t@a.example/x", both), me);
        assert_eq!(authorization("http://me:secret@[::1]:1/x", both), me);
        assert_eq!(authorization("http://me:secret@localhost/x", both), me);
    }

    #[test]
    fn a_password_in_a_url_is_not_sent_without_encryption() {
        let error = Target::new("http://me:secret@a.example/x", &Netrc::default()).unwrap_err();
        let Failure::Permanent {
            cause,
            hint: Some(hint),
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(cause, "the password would be sent without encryption");
        assert_eq!(
            hint,
            "use https, or add `machine http://a.example login NAME password PASSWORD` to ~/.netrc"
        );
    }

    #[test]
    fn redirects() {
        let none = Netrc::default();
        let from = Target::new("https://me:x@a.example:4/one/two?q", &none).unwrap();
        for (location, to, keeps) in [
            ("three", "https://a.example:4/one/three", true),
            ("/three", "https://a.example:4/three", true),
            ("/a:b", "https://a.example:4/a:b", true),
            ("?r", "https://a.example:4/one/two?r", true),
            (
                "/a b%20c\"?<é",
                "https://a.example:4/a%20b%20c%22?%3C%C3%A9",
                true,
            ),
            ("/a\tb\\", "https://a.example:4/a%09b%5C", true),
            ("https://a.example:4/x#y", "https://a.example:4/x", true),
            ("https://a.example:5/x", "https://a.example:5/x", false),
            ("//b.example/x", "https://b.example/x", false),
            ("https://b.example", "https://b.example/", false),
        ] {
            let target = from.redirected(location, &none).unwrap();
            assert_eq!(
                (
                    target.uri.to_string().as_str(),
                    target.authorization.is_some()
                ),
                (to, keeps),
                "{location}"
            );
        }
        let other = netrc("machine b.example login b password b");
        let target = from.redirected("https://b.example/", &other).unwrap();
        assert_eq!(target.authorization, Some(basic("b", "b")));
    }

    #[test]
    fn a_redirect_does_not_get_the_default_entry() {
        let both = netrc("machine b.example login b password b\ndefault login d password secret");
        let from = Target::new("https://a.example/one", &both).unwrap();
        assert_eq!(from.authorization, Some(basic("d", "secret")));
        for (location, login) in [
            ("/two", Some(basic("d", "secret"))),
            ("https://a.example/two", Some(basic("d", "secret"))),
            ("https://a.example:444/two", None),
            ("https://evil.example/", None),
            ("//evil.example/", None),
            ("https://x:y@evil.example/", None),
            ("https://b.example/", Some(basic("b", "b"))),
            ("https://x:y@b.example/", Some(basic("b", "b"))),
        ] {
            let target = from.redirected(location, &both).unwrap();
            assert_eq!(target.authorization, login, "{location}");
            assert!(!target.uri.to_string().contains('@'), "{location}");
        }
        // A redirect back does not restore the login.
        let there = from.redirected("https://evil.example/", &both).unwrap();
        let back = there.redirected("https://c.example/", &both).unwrap();
        assert_eq!(back.authorization, None);
    }

    #[test]
    fn refused_redirects() {
        let from = Target::new("https://a.example/one", &Netrc::default()).unwrap();
        for (location, cause) in [
            (
                "http://u:p@a.example/x",
                "redirect to http://***@a.example/x, which is not encrypted",
            ),
            (
                "file:///etc/passwd",
                "redirect to file:///etc/passwd, which is not an HTTP URL",
            ),
            ("", "redirect without a URL"),
        ] {
            match from.redirected(location, &Netrc::default()) {
                Err(Failure::Permanent {
                    cause: found,
                    hint: None,
                }) => assert_eq!(found, cause),
                other => panic!("{other:?}"),
            }
        }
    }
}
