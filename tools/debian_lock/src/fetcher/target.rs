//! The URL of a request, and the login for it.
//!
//! A login is sent over HTTPS and to this machine. Over plain HTTP to another machine it is sent only if the user's
//! netrc contains `machine http://HOST`. apt has the same rule (apt_auth.conf(5)).

use ureq::http::uri::Authority;
use ureq::http::{StatusCode, Uri};

use super::login::{basic, basic_of, is_safe};
use super::outcome::Outcome;
use crate::addresses::redact;
use crate::netrc::{Entry, Netrc, Place};

/// A URL without user and password, and the login for it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) uri: Uri,
    /// The value of `Authorization`.
    pub(super) login: Option<String>,
    /// Whether the netrc has a login that is not sent because the connection is not encrypted.
    held_back: bool,
}

impl Target {
    /// Takes user and password from a URL, or else from the netrc.
    pub(super) fn of(address: &str, netrc: &Netrc) -> Result<Self, Outcome> {
        let uri = parse(address)?;
        let authority = uri.authority().map_or("", Authority::as_str);
        let Some((user, _)) = authority.rsplit_once('@') else {
            let entry = netrc.find(place(&uri));
            return Ok(Self::with_entry(uri.clone(), entry));
        };
        let login = basic_of(user);
        let uri = parse(&address.replacen(&format!("{user}@"), "", 1))?;
        if !is_safe(&uri) {
            let host = uri.host().unwrap_or_default();
            let hint = format!(
                "use https, or allow it by `machine http://{host} login NAME password PASSWORD` in ~/.netrc"
            );
            let cause = "its password would go over the network unencrypted";
            return Err(Outcome::Lasting(cause.to_owned(), Some(hint)));
        }
        Ok(Self {
            uri,
            login: Some(login),
            held_back: false,
        })
    }

    fn with_entry(uri: Uri, entry: Option<&Entry>) -> Self {
        let safe = is_safe(&uri);
        let sent = entry.filter(|entry| safe || entry.allows_http());
        Self {
            login: sent.map(|entry| basic(&entry.login, &entry.password)),
            held_back: entry.is_some() && sent.is_none(),
            uri,
        }
    }

    /// The target of a redirect. The login is kept for the same scheme, host and port. Another host gets only a login
    /// that the netrc has for this `machine`: not that of `default` and not one in the URL, because the server chose
    /// that URL.
    pub(super) fn redirected(&self, location: &str, netrc: &Netrc) -> Result<Self, Outcome> {
        let refused = |why: &str| {
            let location = if location.is_empty() {
                "nowhere"
            } else {
                location
            };
            let cause = format!("a redirect to {}, {why}", redact(location));
            Err(Outcome::Lasting(cause, None))
        };
        let location = &escaped(location);
        let uri = match self.resolve(location).map(|address| parse(&address)) {
            Some(Ok(uri)) => uri,
            _ => return refused("which is not an address of HTTP"),
        };
        if self.uri.scheme_str() == Some("https") && uri.scheme_str() != Some("https") {
            return refused("which is not encrypted any more");
        }
        let same = self.uri.scheme() == uri.scheme() && self.uri.authority() == uri.authority();
        match same {
            true => Ok(Self {
                uri,
                ..self.clone()
            }),
            false => {
                let uri = without_user(&uri)?;
                let entry = netrc.find_named(place(&uri));
                Ok(Self::with_entry(uri.clone(), entry))
            }
        }
    }

    /// Resolves a reference (RFC 3986, section 5.2), in the forms that servers send.
    fn resolve(&self, location: &str) -> Option<String> {
        let location = location.split('#').next().unwrap_or_default();
        let scheme = self.uri.scheme_str()?;
        let authority = self.uri.authority()?;
        let path = self.uri.path();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let head = location.split(['/', '?']).next().unwrap_or_default();
        Some(match location {
            "" => return None,
            l if head.ends_with(':') && l[head.len()..].starts_with("//") => l.to_owned(),
            l if head.contains(':') => l.to_owned(),
            l if l.starts_with("//") => format!("{scheme}:{l}"),
            l if l.starts_with('/') => format!("{scheme}://{authority}{l}"),
            l if l.starts_with('?') => format!("{scheme}://{authority}{path}{l}"),
            l => format!("{scheme}://{authority}{folder}/{l}"),
        })
    }

    /// Host and port, by which requests are limited.
    pub(super) fn host(&self) -> String {
        self.uri
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// The result for a response that requires a login.
    pub(super) fn not_allowed(&self, status: StatusCode, netrc: &Netrc) -> Outcome {
        let why = format!("the server answered {status}");
        let host = self.uri.host().unwrap_or_default();
        let file = match netrc.path.as_os_str().is_empty() {
            true => "~/.netrc".to_owned(),
            false => netrc.path.display().to_string(),
        };
        let entry = format!("`machine {host} login NAME password PASSWORD` in {file}");
        let hint = match (&self.login, self.held_back) {
            (Some(_), _) => format!("correct the user and password that were sent: those of the address, or {entry}"),
            (_, true) => format!("use https, or `machine http://{host}` in {file}: no login goes unencrypted to a mere host name"),
            (None, false) => format!("give a login: {entry}"),
        };
        match status {
            // Many servers send this status for missing files, so it counts as an answer.
            StatusCode::FORBIDDEN => {
                Outcome::Nothing(format!("{why} (if it wants a login, {hint})"))
            }
            _ => Outcome::Lasting(format!("{why}: it wants a login"), Some(hint)),
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

/// The URL without `USER:PASSWORD@`.
fn without_user(uri: &Uri) -> Result<Uri, Outcome> {
    let authority = uri.authority().map_or("", Authority::as_str);
    match authority.rsplit_once('@') {
        None => Ok(uri.clone()),
        Some((user, _)) => parse(&uri.to_string().replacen(&format!("{user}@"), "", 1)),
    }
}

fn parse(address: &str) -> Result<Uri, Outcome> {
    let uri = address.parse::<Uri>().ok();
    let http = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    uri.filter(|uri| http(uri) && uri.host().is_some_and(|host| !host.is_empty()))
        .ok_or_else(|| {
            let hint = "write it as `https://HOST/PATH`, `http://HOST/PATH` or `file:///PATH`";
            Outcome::Lasting("it is not an address".to_owned(), Some(hint.to_owned()))
        })
}

/// A location in which characters that a URL must not contain are escaped, as by browsers and curl: some servers send
/// unescaped names.
fn escaped(location: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let mut escaped = String::with_capacity(location.len());
    for byte in location.bytes() {
        if plain(byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn netrc(text: &str) -> Netrc {
        Netrc::parse("n".into(), text).unwrap()
    }

    fn login(address: &str, text: &str) -> Option<String> {
        Target::of(address, &netrc(text)).unwrap().login
    }

    #[test]
    fn a_login_goes_to_its_host_over_a_safe_way() {
        let me = Some(basic("me", "secret"));
        let entry = "machine a.example login me password secret\nmachine 127.0.0.1 login me password secret";
        assert_eq!(login("https://a.example/x", entry), me);
        assert_eq!(login("https://b.example/x", entry), None);
        assert_eq!(login("http://a.example/x", entry), None);
        assert_eq!(login("http://127.0.0.1:80/x", entry), me);
        let http = "machine http://a.example login me password secret";
        assert_eq!(login("http://a.example/x", http), me);
        assert_eq!(login("https://a.example/x", http), None);
        let both = "machine a.example login other password x";
        assert_eq!(login("https://me:secret@a.example/x", both), me);
        assert_eq!(login("https://m%65:secr%65t@a.example/x", both), me);
        assert_eq!(login("http://me:secret@[::1]:1/x", both), me);
        assert_eq!(login("http://me:secret@localhost/x", both), me);
    }

    #[test]
    fn a_password_in_an_address_does_not_go_unencrypted() {
        let error = Target::of("http://me:secret@a.example/x", &Netrc::default()).unwrap_err();
        let Outcome::Lasting(cause, Some(hint)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(cause, "its password would go over the network unencrypted");
        assert_eq!(
            hint,
            "use https, or allow it by `machine http://a.example login NAME password PASSWORD` in ~/.netrc"
        );
    }

    #[test]
    fn redirects() {
        let none = Netrc::default();
        let from = Target::of("https://me:x@a.example:4/one/two?q", &none).unwrap();
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
                (target.uri.to_string().as_str(), target.login.is_some()),
                (to, keeps),
                "{location}"
            );
        }
        let other = netrc("machine b.example login b password b");
        let target = from.redirected("https://b.example/", &other).unwrap();
        assert_eq!(target.login, Some(basic("b", "b")));
    }

    #[test]
    fn default_goes_nowhere_by_a_redirect() {
        let both = netrc("machine b.example login b password b\ndefault login d password secret");
        let from = Target::of("https://a.example/one", &both).unwrap();
        assert_eq!(from.login, Some(basic("d", "secret")));
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
            assert_eq!(target.login, login, "{location}");
            assert!(!target.uri.to_string().contains('@'), "{location}");
        }
        // A redirect back does not restore the login.
        let there = from.redirected("https://evil.example/", &both).unwrap();
        let back = there.redirected("https://c.example/", &both).unwrap();
        assert_eq!(back.login, None);
    }

    #[test]
    fn redirects_that_are_refused() {
        let from = Target::of("https://a.example/one", &Netrc::default()).unwrap();
        for (location, cause) in [
            (
                "http://u:p@a.example/x",
                "a redirect to http://***@a.example/x, which is not encrypted any more",
            ),
            (
                "file:///etc/passwd",
                "a redirect to file:///etc/passwd, which is not an address of HTTP",
            ),
            ("", "a redirect to nowhere, which is not an address of HTTP"),
        ] {
            match from.redirected(location, &Netrc::default()) {
                Err(Outcome::Lasting(found, None)) => assert_eq!(found, cause),
                other => panic!("{other:?}"),
            }
        }
    }
}
