//! Request line and headers ([RFC 9112](https://www.rfc-editor.org/rfc/rfc9112)).

use std::io::{self, BufRead, Read, Write};

use percent_encoding::percent_decode_str;

use super::connection::Connection;

/// The largest head in bytes.
const LIMIT: u64 = 64 << 10;

/// The largest number of headers.
const HEADERS: usize = 100;

/// The first byte of a connection with TLS ([RFC 8446](https://www.rfc-editor.org/rfc/rfc8446#section-5.1), `handshake`).
const TLS_HANDSHAKE: u8 = 22;

/// What servers without TLS answer to it. Clients written in Go then know that the server speaks HTTP, and do not try again.
const NO_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Request line and headers of a request.
pub(crate) struct Head {
    pub(crate) method: String,
    /// As sent.
    pub(crate) path: String,
    /// As sent, without `?`.
    pub(crate) query: String,
    /// With names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) scheme: &'static str,
}

impl Head {
    /// Reads a head; `None` at the end of the connection.
    pub(crate) fn read(connection: &mut Connection) -> io::Result<Option<Self>> {
        // A handshake of TLS may have no line end, so without this its client waits until a timeout. skopeo tries TLS first.
        if connection.fill_buf()?.first() == Some(&TLS_HANDSHAKE) {
            connection.write_all(NO_TLS)?;
            connection.flush()?;
            return Err(invalid("the client begins with TLS"));
        }
        let scheme = connection.scheme();
        let mut bytes = Vec::new();
        let mut limited = connection.take(LIMIT);
        while !bytes.ends_with(b"\r\n\r\n") {
            if limited.read_until(b'\n', &mut bytes)? == 0 {
                return if bytes.is_empty() {
                    Ok(None)
                } else {
                    Err(invalid("the head of the request has no end"))
                };
            }
        }
        Self::parse(&bytes, scheme).map(Some)
    }

    fn parse(bytes: &[u8], scheme: &'static str) -> io::Result<Self> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let parsed = request.parse(bytes).map_err(io::Error::other)?;
        if parsed.is_partial() {
            return Err(invalid("the head of the request is empty"));
        }
        let target = request.path.unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = request.headers.iter().map(|header| {
            let value = String::from_utf8_lossy(header.value);
            (header.name.to_ascii_lowercase(), value.trim().to_owned())
        });
        Ok(Self {
            method: request.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.collect(),
            scheme,
        })
    }

    /// The value of the first header with this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The values of a parameter of the query.
    pub(crate) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        form(&self.query).filter_map(move |(n, value)| (n == name).then_some(value))
    }

    /// The first value of a parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters(name).next()
    }

    /// The path without percent-encoding.
    pub(crate) fn decoded_path(&self) -> String {
        percent_decode_str(&self.path)
            .decode_utf8_lossy()
            .into_owned()
    }

    /// Path and query, as sent.
    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        format!("{}?{}", self.path, self.query)
    }

    /// The URL of the root, as the client names it.
    pub(crate) fn root(&self, default: &str) -> String {
        match self.header("host") {
            Some(host) => format!("{}://{host}", self.scheme),
            None => default.to_owned(),
        }
    }
}

/// The pairs of a query or form.
pub(crate) fn form(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

pub(super) fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_a_head() {
        let text =
            b"GET /v2/a%2Fb/tags/list?n=1&last=x%20y&n=2 HTTP/1.1\r\nHost: h:1\r\nX-A:  b \r\n\r\n";
        let head = Head::parse(text, "http").unwrap();
        assert_eq!(
            (head.method.as_str(), head.decoded_path().as_str()),
            ("GET", "/v2/a/b/tags/list")
        );
        assert_eq!(head.parameter("last").as_deref(), Some("x y"));
        assert_eq!(head.parameters("n").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(head.header("x-a"), Some("b"));
        assert_eq!(head.root(""), "http://h:1");
    }

    #[test]
    fn refuses_what_is_no_request() {
        assert!(Head::parse(b"\x16\x03\x01\r\n\r\n", "http").is_err());
        assert!(Head::parse(b"\r\n\r\n", "http").is_err());
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(HEADERS + 1));
        assert!(Head::parse(many.as_bytes(), "http").is_err());
    }
}
