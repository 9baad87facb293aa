//! Reads content from a URL without storing it: from any position, and on after an interruption.

use std::fmt;
use std::io::{self, Read};

use message::redact;
use ureq::http::header::{HeaderName, LOCATION, RANGE};
use ureq::http::StatusCode;

use crate::credentials::Netrc;
use crate::failure::Failure;
use crate::http::response::{content_range, header, retry_after};
use crate::http::{Client, Target};
use crate::options::Options;
use crate::pace::Pace;
use crate::progress::Progress;
use crate::resuming::{Body, Resuming};
use crate::retry::Retry;

/// Opens streams. Several threads may use it at the same time. It follows no redirect, because the headers may have
/// secrets.
#[derive(Debug)]
pub struct Streams<'a> {
    client: Client,
    headers: Headers,
    attempts: u32,
    progress: &'a Progress,
}

/// Headers of all requests.
struct Headers(Vec<(HeaderName, String)>);

impl<'a> Streams<'a> {
    /// Creates a client that sends `headers` with each request. It makes no request.
    ///
    /// # Errors
    ///
    /// The name or the value of a header is invalid. The text does not have the value.
    pub fn new(
        options: &Options,
        netrc: Netrc,
        headers: &[(String, String)],
        progress: &'a Progress,
    ) -> Result<Self, String> {
        let headers = headers.iter().map(|(name, value)| {
            let invalid = || format!("the header `{}` is invalid", message::shorten(name));
            let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
            let name: HeaderName = name.parse().map_err(|_| invalid())?;
            if value.bytes().all(visible) {
                Ok((name, value.clone()))
            } else {
                Err(invalid())
            }
        });
        Ok(Self {
            headers: Headers(headers.collect::<Result<_, String>>()?),
            client: Client::new(options, netrc),
            attempts: options.attempts,
            progress,
        })
    }

    /// Opens content of a known size at a position. The stream continues after interruptions; its bytes are not verified.
    ///
    /// # Errors
    ///
    /// The URL does not answer ([`Failure::Temporary`], after all attempts), or does not have the content
    /// ([`Failure::Missing`]).
    pub fn open(&self, url: &str, size: u64, from: u64) -> Result<Resuming<'_>, Failure> {
        let url = url.to_owned();
        Resuming::open(size, from, move |from| {
            let retry = Retry {
                attempts: self.attempts,
                progress: self.progress,
            };
            retry.run(&redact(&url), || self.request(&url, size, from))
        })
    }

    fn request(&self, url: &str, size: u64, from: u64) -> Result<Body, Failure> {
        let target = Target::new(url, &self.client.netrc)?;
        let mut headers = self.headers.0.clone();
        if from > 0 {
            headers.push((RANGE, format!("bytes={from}-")));
        }
        let longest = Pace::longest(self.client.timeout, size);
        let response = self.client.get_once(&target, &headers, longest)?;
        let (start, total) = match response.status() {
            StatusCode::OK => (0, response.body().content_length()),
            StatusCode::PARTIAL_CONTENT => {
                let range = content_range(&response);
                range.ok_or_else(|| Failure::permanent("the server sent an unknown part"))?
            }
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                return Err(target.not_authorized(status, &self.client.netrc))
            }
            status if status.is_redirection() => {
                let to = header(&response, &LOCATION).unwrap_or_default();
                let to = message::shorten(&redact(to.split('?').next().unwrap_or_default()));
                return Err(Failure::permanent(format!(
                    "the server redirects to `{to}`"
                )));
            }
            status => return Err(Failure::of_status(status, retry_after(&response))),
        };
        if let Some(found) = total.filter(|found| *found != size) {
            return Err(Failure::wrong_size(found, size));
        }
        let skipped = from.checked_sub(start);
        let skipped = skipped.ok_or_else(|| Failure::permanent("the server sent another part"))?;
        let mut body = response.into_body().into_reader();
        let copied = io::copy(&mut (&mut body).take(skipped), &mut io::sink());
        match copied {
            Ok(count) if count == skipped => Ok(Box::new(body)),
            _ => Err(Failure::interrupted()),
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}
