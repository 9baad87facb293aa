//! The ways to misbehave.

/// What to do instead of giving the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// This status, so many times.
    Status(u16, u32),
    /// This status once, with a Retry-After of so many seconds.
    RetryAfter(u16, u64),
    /// The head promises all, half of it comes.
    Truncate,
    /// To itself.
    Redirect,
    /// To another address; `{}` in it is the path.
    RedirectTo(&'static str),
    /// The connection closes before a word.
    HangUp,
    /// The connection is reset.
    Reset,
    /// Half of the file comes, once; the rest is asked for.
    Break(Rest),
    /// The Content-Length is off by this.
    Length(i64),
    /// No Content-Length, and no end (for a test).
    Endless,
    /// A byte now and then.
    Drip,
    /// All of it, and then trailers without end (for a test).
    Trailers,
    /// Another protocol.
    Garbage,
    /// 401 without this Authorization.
    Login(&'static str),
}

/// What answers the request for the rest of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The rest.
    Given,
    /// 200 and all of it.
    Ignored,
    /// 200 and all of it, because the ETag is another now.
    Changed,
    /// 206 and bytes of another file.
    Wrong,
    /// 206 of a file of another size.
    OtherTotal,
    /// 416.
    Refused,
}
