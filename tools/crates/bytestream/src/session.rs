//! A connection of HTTP/2.

use std::future::Future;
use std::net::{TcpStream, ToSocketAddrs};
use std::pin::{pin, Pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, Connection, SendRequest};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use transfer::Failure;

use crate::location::Location;
use crate::socket::{Interest, Socket};
use crate::wait::Waiter;

/// Bytes that the server may send before this side has read them.
const WINDOW: u32 = 512 << 10;

/// How long a connection may take.
const LONGEST_CONNECT: Duration = Duration::from_secs(15);

/// A connection. It has at most one request at a time.
pub(crate) struct Session {
    waiter: Waiter,
    connection: Connection<Socket>,
    pub(crate) sender: SendRequest<Bytes>,
}

impl Session {
    /// Connects to a server.
    pub(crate) fn connect(
        location: &Location,
        tls: Option<&Arc<ClientConfig>>,
        timeout: Duration,
    ) -> Result<Self, Failure> {
        let stream = connect(location, timeout.min(LONGEST_CONNECT))?;
        let tls = tls.map(|config| client(config, location)).transpose()?;
        let failed = |error: std::io::Error| Failure::temporary(error.to_string());
        stream.set_nodelay(true).map_err(failed)?;
        stream.set_nonblocking(true).map_err(failed)?;
        let interest = Arc::new(Interest::default());
        let waiter = Waiter::new(
            stream.try_clone().map_err(failed)?,
            Arc::clone(&interest),
            timeout,
        );
        let socket = Socket::new(stream, tls, interest);
        let mut builder = Builder::new();
        builder
            .initial_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .enable_push(false);
        let mut handshake = pin!(builder.handshake(socket));
        let done = waiter.run(|context| handshake.as_mut().poll(context))?;
        let (sender, connection) = done.map_err(|error| failure(&error))?;
        Ok(Self {
            waiter,
            connection,
            sender,
        })
    }

    /// Calls `step` until it is ready, while the connection sends and receives.
    pub(crate) fn run<T>(
        &mut self,
        mut step: impl FnMut(&mut SendRequest<Bytes>, &mut Context<'_>) -> Poll<Result<T, h2::Error>>,
    ) -> Result<T, Failure> {
        let Self {
            waiter,
            connection,
            sender,
        } = self;
        let result = waiter.run(|context| {
            let ended = Pin::new(&mut *connection).poll(context);
            match (step(sender, context), ended) {
                (Poll::Ready(result), _) => Poll::Ready(result.map_err(|error| failure(&error))),
                (Poll::Pending, Poll::Ready(Err(error))) => Poll::Ready(Err(failure(&error))),
                (Poll::Pending, Poll::Ready(Ok(()))) => Poll::Ready(Err(Failure::interrupted())),
                (Poll::Pending, Poll::Pending) => Poll::Pending,
            }
        });
        result?
    }
}

fn connect(location: &Location, timeout: Duration) -> Result<TcpStream, Failure> {
    let addresses = (location.host.as_str(), location.port).to_socket_addrs();
    let addresses = addresses.map_err(|_| Failure::temporary("host not found"))?;
    let mut last = Failure::temporary("host not found");
    for address in addresses {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => return Ok(stream),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                last = Failure::temporary("connection refused");
            }
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                last = Failure::temporary("connection timed out");
            }
            Err(error) => last = Failure::temporary(error.to_string()),
        }
    }
    Err(last)
}

fn client(config: &Arc<ClientConfig>, location: &Location) -> Result<ClientConnection, Failure> {
    let name = ServerName::try_from(location.host.clone());
    let name = name.map_err(|_| Failure::permanent("invalid host"))?;
    let client = ClientConnection::new(Arc::clone(config), name);
    client.map_err(|error| Failure::permanent(error.to_string()))
}

/// The failure for an error of the connection. A certificate that is refused stays refused.
pub(crate) fn failure(error: &h2::Error) -> Failure {
    let Some(inner) = error.get_io() else {
        return Failure::temporary(format!("invalid HTTP/2 response: {error}"));
    };
    let tls = inner
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(error @ (rustls::Error::InvalidCertificate(_) | rustls::Error::AlertReceived(_))) => {
            Failure::permanent(error.to_string())
        }
        Some(rustls::Error::InvalidMessage(_)) => Failure::with_hint(
            "the cache does not speak TLS",
            "write `grpc://` instead of `grpcs://`",
        ),
        _ => Failure::interrupted(),
    }
}
