//! One call of `ByteStream.Read`.

use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Buf, Bytes};
use h2::RecvStream;
use http::header::{CONTENT_TYPE, TE, USER_AGENT};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use transfer::Failure;

use crate::messages::{framed, Frames, ReadRequest};
use crate::session::Session;
use crate::status;

const METHOD: &str = "/google.bytestream.ByteStream/Read";

/// Connections that wait for the next call.
pub(crate) type Pool = Arc<Mutex<Vec<Session>>>;

/// The content of a blob from a position on.
pub(crate) struct Call {
    /// `None` after the end: the connection is in the pool again.
    session: Option<Session>,
    body: RecvStream,
    frames: Frames,
    part: Bytes,
    /// The bytes that the reader has not got.
    left: u64,
    secrets: Arc<[String]>,
    pool: Pool,
}

/// The parts of a request that are the same for all calls.
pub(crate) struct Head {
    /// `http://HOST:PORT` or `https://HOST:PORT`.
    pub(crate) root: String,
    pub(crate) user_agent: String,
    pub(crate) headers: HeaderMap,
    /// The values of the headers.
    pub(crate) secrets: Arc<[String]>,
}

impl Call {
    /// Sends a request, and waits for the first part of the content, which has `size` bytes.
    pub(crate) fn start(
        head: &Head,
        mut session: Session,
        pool: Pool,
        message: &ReadRequest,
        size: u64,
    ) -> Result<Self, Failure> {
        session.run(|sender, context| sender.poll_ready(context))?;
        let sent = session.sender.send_request(request(head)?, false);
        let (mut response, mut body) = sent.map_err(|error| crate::session::failure(&error))?;
        let sent = body.send_data(framed(message), true);
        sent.map_err(|error| crate::session::failure(&error))?;
        let response = session.run(|_, context| Pin::new(&mut response).poll(context))?;
        check(&response, &head.secrets)?;
        let mut call = Self {
            session: Some(session),
            body: response.into_body(),
            frames: Frames::default(),
            part: Bytes::new(),
            left: size,
            secrets: Arc::clone(&head.secrets),
            pool,
        };
        // An error, such as that of a missing blob, often comes only now.
        call.receive()?;
        Ok(call)
    }

    /// Waits for the next part. It is empty at the end.
    fn receive(&mut self) -> Result<(), Failure> {
        while self.part.is_empty() {
            if let Some(message) = self.frames.next()? {
                self.part = message.data;
                continue;
            }
            let Some(session) = &mut self.session else {
                return Ok(());
            };
            let body = &mut self.body;
            let data = session.run(|_, context| body.poll_data(context).map(Option::transpose))?;
            match data {
                Some(data) => {
                    self.frames.push(&data);
                    let released = body.flow_control().release_capacity(data.len());
                    released.map_err(|error| crate::session::failure(&error))?;
                }
                None => return self.end(),
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Failure> {
        let Some(mut session) = self.session.take() else {
            return Ok(());
        };
        let body = &mut self.body;
        let trailers = session.run(|_, context| body.poll_trailers(context))?;
        status::check(&trailers.unwrap_or_default(), &self.secrets)?;
        if self.frames.has_rest() {
            return Err(Failure::interrupted());
        }
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.push(session);
        Ok(())
    }
}

impl Read for Call {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.receive()
            .map_err(|failure| io::Error::other(failure.cause().to_owned()))?;
        let count = buffer.len().min(self.part.len());
        self.part.copy_to_slice(&mut buffer[..count]);
        self.left = self.left.saturating_sub(count as u64);
        if self.left == 0 {
            // No one reads on, but the connection can be used again only after the status. It changes nothing now.
            let _ = self.receive();
        }
        Ok(count)
    }
}

fn request(head: &Head) -> Result<Request<()>, Failure> {
    let request = Request::builder()
        .method(Method::POST)
        .version(Version::HTTP_2)
        .uri(format!("{}{METHOD}", head.root))
        .header(CONTENT_TYPE, "application/grpc")
        .header(TE, "trailers")
        .header(USER_AGENT, &head.user_agent)
        .body(());
    let mut request = request.map_err(|_| Failure::permanent("invalid URL"))?;
    request.headers_mut().extend(head.headers.clone());
    Ok(request)
}

/// An error without content has its status in the first headers.
fn check(response: &Response<RecvStream>, secrets: &[String]) -> Result<(), Failure> {
    if response.status() != StatusCode::OK {
        let status = response.status();
        return Err(match Failure::of_status(status, None) {
            Failure::Missing(cause) => Failure::permanent(cause),
            failure => failure,
        });
    }
    if response.headers().contains_key("grpc-status") {
        return status::check(response.headers(), secrets);
    }
    Ok(())
}
