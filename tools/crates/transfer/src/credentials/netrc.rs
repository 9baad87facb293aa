//! Logins from netrc(5), as `curl --netrc` and apt (apt_auth.conf(5)) read it.

use std::env;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use blob::{read_text, Error, Result};

use super::words::Words;

/// The longest file.
const MAX_NETRC: u64 = 1 << 20;

/// The logins of a netrc file, in its order. The default has no logins.
#[derive(Debug, Default)]
pub struct Netrc {
    /// The path of the file, for messages.
    path: PathBuf,
    entries: Vec<Login>,
}

/// A `machine` or `default` entry.
#[derive(Clone, Default, PartialEq)]
pub struct Login {
    /// `None` for `default`.
    machine: Option<Machine>,
    /// The name of the user.
    pub user: String,
    /// The password; empty if it is missing.
    pub password: String,
}

/// `[SCHEME://]HOST[:PORT][/PATH]`. netrc(5) allows only the host, apt allows all parts.
#[derive(Clone, Debug, PartialEq)]
struct Machine {
    scheme: Option<String>,
    host: String,
    path: String,
}

/// The parts of a URL that select a login.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// `https` or `http`.
    pub scheme: &'a str,
    /// The name or the IP address, in brackets for version 6.
    pub host: &'a str,
    /// The port, if the URL has one.
    pub port: Option<u16>,
    /// The path, with its first slash.
    pub path: &'a str,
}

impl Netrc {
    /// Reads the file in the environment variable `NETRC`, or else `~/.netrc` if it exists.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read or has another format, and if `NETRC` names a file that does not exist.
    pub fn of_this_user() -> Result<Self> {
        if let Some(path) = env::var_os("NETRC").filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            return match read_text(&path, MAX_NETRC) {
                Ok(text) => Self::parse(path, &text),
                Err(error) => Err(Error::cannot("read", path.display(), error)
                    .hint("correct the environment variable NETRC, or unset it")),
            };
        }
        let Some(home) = env::var_os("HOME").filter(|home| !home.is_empty()) else {
            return Ok(Self::default());
        };
        let path = PathBuf::from(home).join(".netrc");
        match read_text(&path, MAX_NETRC) {
            Ok(text) => Self::parse(path, &text),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(Self {
                    path,
                    entries: Vec::new(),
                })
            }
            Err(error) => Err(Error::cannot("read", path.display(), error)),
        }
    }

    /// Parses the text of a file. Messages show only its keywords, because every other word may be secret.
    ///
    /// # Errors
    ///
    /// Fails if the text has another format. The message names the line.
    pub fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let mut words = Words::new(text);
        match entries(&mut words) {
            Ok(entries) => Ok(Self { path, entries }),
            Err(cause) => {
                let place = format!("{}:{}", path.display(), words.word_line());
                Err(Error::cannot("read", place, cause)
                    .hint("write `machine HOST login NAME password PASSWORD`; put values with spaces in quotes"))
            }
        }
    }

    /// The first login for a URL. The caller decides whether it may be sent.
    pub fn find(&self, place: Place<'_>) -> Option<&Login> {
        self.entries.iter().find(|entry| entry.is_for(place))
    }

    /// The first login for a URL that has a `machine` entry. This is for redirects: the server chooses the URL, so
    /// `default` must not apply to it.
    pub fn find_named(&self, place: Place<'_>) -> Option<&Login> {
        let mut named = self.entries.iter().filter(|entry| entry.machine.is_some());
        named.find(|entry| entry.is_for(place))
    }

    /// The path for messages: the file that was read, or the usual one.
    pub(crate) fn shown_path(&self) -> String {
        if self.path.as_os_str().is_empty() {
            "~/.netrc".to_owned()
        } else {
            self.path.display().to_string()
        }
    }
}

/// Debug output hides the password.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("machine", &self.machine)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Login {
    fn is_for(&self, place: Place<'_>) -> bool {
        self.machine
            .as_ref()
            .is_none_or(|machine| machine.is(place))
    }

    /// Whether the file allows plain HTTP for this login: `machine http://HOST`.
    pub(crate) fn allows_http(&self) -> bool {
        let scheme = self.machine.as_ref().and_then(|m| m.scheme.as_deref());
        scheme == Some("http")
    }
}

impl Machine {
    fn parse(text: &str) -> Self {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_lowercase()), rest),
            None => (None, text),
        };
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Self {
            scheme,
            host: host.to_lowercase(),
            path: path.to_owned(),
        }
    }

    fn is(&self, place: Place<'_>) -> bool {
        let scheme = self.scheme.as_deref().is_none_or(|s| s == place.scheme);
        let host = place.host.to_lowercase();
        let port = place.port.map(|port| format!("{host}:{port}"));
        let same = self.host == host || Some(&self.host) == port.as_ref();
        let below = place.path.strip_prefix(self.path.trim_end_matches('/'));
        scheme && same && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn entries(words: &mut Words<'_>) -> std::result::Result<Vec<Login>, String> {
    let mut entries: Vec<Login> = Vec::new();
    while let Some(keyword) = words.keyword()? {
        let mut value = || words.value(&keyword);
        match keyword.as_str() {
            "machine" => entries.push(Login {
                machine: Some(Machine::parse(&value()?)),
                ..Login::default()
            }),
            "default" => entries.push(Login::default()),
            "macdef" => words.skip_macro(),
            "login" | "password" | "account" | "port" => {
                let value = value()?;
                let Some(entry) = entries.last_mut() else {
                    return Err(format!("`{keyword}` is before the first `machine`"));
                };
                match keyword.as_str() {
                    "login" => entry.user = value,
                    "password" => entry.password = value,
                    _ => {}
                }
            }
            _ => {
                return Err("expected `machine`, `default`, `login`, `password`, `account` or `macdef`, found another word".to_owned());
            }
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Netrc> {
        Netrc::parse("/home/me/.netrc".into(), text)
    }

    fn find(netrc: &Netrc, url: &str) -> Option<String> {
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/')?);
        let (host, port) = match host.split_once(':') {
            Some((host, port)) => (host, port.parse().ok()),
            None => (host, None),
        };
        let place = Place {
            scheme,
            host,
            port,
            path,
        };
        let entry = netrc.find(place)?;
        Some(format!("{}:{}", entry.user, entry.password))
    }

    #[test]
    fn each_url_gets_its_login() {
        let netrc = parse(
            "# mine\nmachine a.example login anna password #1 # not for b\nmachine\n  B.example:8080\n  login bert\n\
             password \"two words \\\" \\\\\"\nmacdef init\nmachine no.example login x\n\n\
             machine http://c.example/debian login c account x password c\ndefault login d password d\nmachine late.example login l\n",
        )
        .unwrap();
        for (url, login) in [
            ("https://a.example/x", "anna:#1"),
            ("https://A.Example:444/x", "anna:#1"),
            ("https://b.example:8080/", "bert:two words \" \\"),
            ("https://b.example/", "d:d"),
            ("http://c.example/debian/dists", "c:c"),
            ("http://c.example/debian-security/dists", "d:d"),
            ("https://c.example/debian/dists", "d:d"),
            ("https://no.example/", "d:d"),
            ("https://late.example/", "d:d"),
        ] {
            assert_eq!(find(&netrc, url).as_deref(), Some(login), "{url}");
        }
        let none = parse("machine a.example login x").unwrap();
        assert_eq!(find(&none, "https://a.example.evil.example/"), None);
        assert_eq!(find(&parse("").unwrap(), "https://a.example/"), None);
    }

    #[test]
    fn an_error_names_the_line() {
        for (text, line, cause) in [
            ("machine a.example\nlogin", 2, "`login` has no value"),
            ("\n\nlogin x", 3, "`login` is before the first `machine`"),
            ("machine a.example\nlogin x passwort secret", 2, "expected `machine`, `default`, `login`, `password`, `account` or `macdef`, found another word"),
            ("machine a.example login \"secret\nx", 1, "a quote is not closed"),
        ] {
            assert_eq!(
                parse(text).unwrap_err().to_string(),
                format!(
                    "cannot read `/home/me/.netrc:{line}`: {cause}\n\
                     hint: write `machine HOST login NAME password PASSWORD`; put values with spaces in quotes"
                )
            );
        }
    }
}
