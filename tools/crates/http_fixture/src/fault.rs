//! The ways in which the server fails.

/// A response in place of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status, for this number of requests.
    Status(u16, u32),
    /// This status once, with `Retry-After` in seconds.
    RetryAfter(u16, u64),
    /// The headers announce the complete file, but only half of it is sent.
    Truncate,
    /// A redirect to the same URL.
    Redirect,
    /// A redirect to another URL, in which `{}` is the path.
    RedirectTo(&'static str),
    /// The connection is closed without a response.
    HangUp,
    /// The connection is reset.
    Reset,
    /// Half of the file is sent, once; the client then requests the rest.
    Interrupt(Rest),
    /// The `Content-Length` is wrong by this number.
    Length(i64),
    /// No `Content-Length`, and more data than the test reads.
    Endless,
    /// The data is sent very slowly.
    Drip,
    /// All of it, and then trailers without end (for a test).
    Trailers,
    /// Another protocol.
    Garbage,
    /// Status 401 without this `Authorization`.
    Login(&'static str),
}

/// The response to a request for the rest of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The rest.
    Given,
    /// Status 200 and the complete file.
    Ignored,
    /// Status 200 and the complete file, because the ETag has changed.
    Changed,
    /// Status 206 and bytes of another file.
    Wrong,
    /// Status 206 of a file with another size.
    OtherTotal,
    /// Status 416.
    Refused,
}
