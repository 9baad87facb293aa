//! A socket that never blocks, plain or with TLS, with the traits that `h2` needs.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::{ClientConnection, StreamOwned};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The events for which a thread waits before it uses the socket again.
#[derive(Debug, Default)]
pub(crate) struct Interest {
    pub(crate) read: AtomicBool,
    pub(crate) write: AtomicBool,
}

/// The socket of a connection.
pub(crate) struct Socket {
    stream: Stream,
    interest: Arc<Interest>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Socket {
    pub(crate) fn new(
        stream: TcpStream,
        tls: Option<ClientConnection>,
        interest: Arc<Interest>,
    ) -> Self {
        let stream = match tls {
            Some(tls) => Stream::Tls(Box::new(StreamOwned::new(tls, stream))),
            None => Stream::Plain(stream),
        };
        Self { stream, interest }
    }

    /// The result of an operation. If it would block, the thread has to wait for the socket: it calls no waker, because it
    /// waits itself ([`crate::wait`]).
    fn polled<T>(&self, result: io::Result<T>, writes: bool) -> Poll<io::Result<T>> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                // TLS may have to write before it can read.
                let writes = match &self.stream {
                    Stream::Plain(_) => writes,
                    Stream::Tls(stream) => writes || stream.conn.wants_write(),
                };
                if writes {
                    self.interest.write.store(true, Ordering::Relaxed);
                }
                self.interest.read.store(true, Ordering::Relaxed);
                Poll::Pending
            }
            result => Poll::Ready(result),
        }
    }
}

/// Repeats an operation that a signal interrupted.
fn uninterrupted<T>(mut operation: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match operation() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes = buffer.initialize_unfilled();
        let read = uninterrupted(|| match &mut self.stream {
            Stream::Plain(stream) => stream.read(bytes),
            Stream::Tls(stream) => stream.read(bytes),
        });
        self.polled(read, false)
            .map_ok(|count| buffer.advance(count))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = uninterrupted(|| match &mut self.stream {
            Stream::Plain(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
        });
        self.polled(written, true)
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = uninterrupted(|| match &mut self.stream {
            Stream::Plain(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
        });
        self.polled(flushed, true)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => &stream.sock,
        };
        Poll::Ready(stream.shutdown(Shutdown::Write))
    }
}
