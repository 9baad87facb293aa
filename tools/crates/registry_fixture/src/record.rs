//! The requests that the registry received.

use std::fmt;

/// A request and the status of its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The method: `GET`.
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The query, as sent, without `?`; empty if there is none.
    pub query: String,
    /// The headers in the order of the request, with names in lower case. Of `Authorization` the record has only the
    /// scheme, such as `Bearer`; `Cookie` is left out.
    pub headers: Vec<(String, String)>,
    /// The size of the body that the registry read.
    pub body_bytes: u64,
    /// The status of the response; `None` if the connection was closed without one.
    pub status: Option<u16>,
}

impl Record {
    /// The value of the first header with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// One line: `PUT /v2/NAME/manifests/TAG?QUERY 201 512`, with the number of bytes of the body at the end.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        if !self.query.is_empty() {
            write!(f, "?{}", self.query)?;
        }
        match self.status {
            Some(status) => write!(f, " {status}")?,
            None => write!(f, " closed")?,
        }
        write!(f, " {}", self.body_bytes)
    }
}
