//! The kinds of failures.

use serde::Deserialize;

/// A failure. In a file, its form is `{"status": {"status": 503}}` or, without values, `"close"`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// This status. The request has no effect.
    Status {
        /// The status.
        status: u16,
        /// The code in the body, such as `TOOMANYREQUESTS`; without one, the body is no JSON.
        #[serde(default)]
        code: Option<String>,
        /// The value of `Retry-After`.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// This status before the body of the request is read. Half a second later the connection is closed, as by servers
    /// written in Go. The request has no effect.
    StatusBeforeBody {
        /// The status.
        status: u16,
    },
    /// The connection is closed without a response. The request has no effect.
    Close,
    /// The connection is closed without a response. The request has its effect.
    LoseResponse,
    /// The connection is closed after this number of bytes of the body of the request. An upload keeps them.
    CloseInRequest {
        /// The number of bytes.
        after: u64,
    },
    /// The connection is closed after this number of bytes of the body of the response.
    CloseInResponse {
        /// The number of bytes.
        after: u64,
    },
    /// The response comes after a pause.
    Delay {
        /// The pause in milliseconds.
        millis: u64,
    },
    /// The body of the response comes in small pieces.
    Slow {
        /// The size of a piece in bytes.
        bytes: usize,
        /// The pause after each piece in milliseconds.
        millis: u64,
    },
    /// The first byte of the body of the response is wrong.
    WrongByte,
    /// `Content-Length` is wrong by this number, and the connection is closed after the response.
    WrongLength {
        /// The number of bytes, which may be negative.
        by: i64,
    },
    /// The response has this header in place of the true one: a wrong digest or media type, an odd `Location`.
    Header {
        /// The name.
        name: String,
        /// The value; without one, the header is missing.
        value: Option<String>,
    },
    /// The response has this body.
    Body {
        /// The text.
        text: String,
    },
    /// A redirect (status 307) to this URL, in which `{}` is path and query of the request.
    Redirect {
        /// The URL.
        to: String,
    },
    /// The blob is not mounted: status 202.
    RefuseMount,
    /// The registry forgets the upload that the path names, with all its bytes.
    ForgetUpload,
    /// The body of the response never ends.
    Endless,
    /// The response is not HTTP.
    Garbage,
}

/// The value of `Retry-After`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// The date in this number of seconds, as HTTP writes dates.
    Date(i64),
    /// This text.
    Text(String),
}

impl Fault {
    /// This status with a body that is no JSON.
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            code: None,
            retry_after: None,
        }
    }

    /// This status with `Retry-After`.
    pub fn retry_after(status: u16, retry_after: RetryAfter) -> Self {
        Self::Status {
            status,
            code: None,
            retry_after: Some(retry_after),
        }
    }

    /// A header with this value.
    pub fn header(name: &str, value: &str) -> Self {
        Self::Header {
            name: name.to_owned(),
            value: Some(value.to_owned()),
        }
    }

    /// No header with this name.
    pub fn without_header(name: &str) -> Self {
        Self::Header {
            name: name.to_owned(),
            value: None,
        }
    }
}
