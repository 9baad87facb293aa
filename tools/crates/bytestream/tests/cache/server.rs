//! A server of `ByteStream.Read` in a thread, which fails where a test asks for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::RecvStream;
use http::{HeaderMap, Request, Response};
use prost::Message;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The content of a message.
const PART: usize = 30_000;

#[derive(Clone, PartialEq, Message)]
struct ReadRequest {
    #[prost(string, tag = "1")]
    resource_name: String,
    #[prost(int64, tag = "2")]
    read_offset: i64,
}

#[derive(Clone, PartialEq, Message)]
struct ReadResponse {
    #[prost(bytes = "bytes", tag = "10")]
    data: Bytes,
}

/// What a response has in place of the content.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This status, in the first headers.
    Status(u32, &'static str),
    /// Some bytes of the content, and then this status.
    Late(usize, u32),
    /// Some bytes of the content, and then the end of the connection.
    Close(usize),
    /// Nothing.
    Silence,
    /// These bytes in place of messages.
    Raw(&'static [u8]),
    /// This status of HTTP.
    Http(u16),
}

#[derive(Default)]
struct State {
    blobs: BTreeMap<String, Bytes>,
    faults: Vec<Fault>,
    requests: Vec<String>,
    connections: usize,
}

#[derive(Clone)]
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    pub(crate) port: u16,
}

impl Server {
    /// A server with blobs by their resource names.
    pub(crate) fn new(blobs: &[(&str, &[u8])]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let blobs = blobs.iter();
        let state = Arc::new(Mutex::new(State {
            blobs: blobs
                .map(|(name, bytes)| ((*name).to_owned(), Bytes::copy_from_slice(bytes)))
                .collect(),
            ..State::default()
        }));
        let server = Self { state, port };
        let shared = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                shared.state.lock().unwrap().connections += 1;
                thread::spawn(move || shared.serve(stream));
            }
        });
        server
    }

    /// The next requests meet these faults, one each.
    pub(crate) fn fail(&self, faults: &[Fault]) {
        self.state.lock().unwrap().faults = faults.iter().rev().cloned().collect();
    }

    /// Name and offset of the requests so far, and the value of `x-key`.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    fn serve(&self, stream: TcpStream) {
        stream.set_nonblocking(true).unwrap();
        let socket = Socket(stream.try_clone().unwrap());
        let mut handshake = Box::pin(h2::server::handshake(socket));
        let Ok(mut connection) = block_on(|context| handshake.as_mut().poll(context)) else {
            return;
        };
        let mut open = Vec::new();
        block_on(|context| self.step(&mut connection, &mut open, &stream, context));
    }

    fn step(
        &self,
        connection: &mut Connection<Socket, Bytes>,
        open: &mut Vec<(Request<RecvStream>, SendResponse<Bytes>, Vec<u8>)>,
        stream: &TcpStream,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        match connection.poll_accept(context) {
            Poll::Ready(Some(Ok((request, response)))) => {
                open.push((request, response, Vec::new()))
            }
            Poll::Ready(_) => return Poll::Ready(()),
            Poll::Pending => {}
        }
        let mut index = 0;
        while index < open.len() {
            let (request, response, bytes) = &mut open[index];
            match request.body_mut().poll_data(context) {
                Poll::Ready(Some(Ok(data))) => bytes.extend_from_slice(&data),
                Poll::Ready(None) => {
                    if self.answer(request, response, bytes) {
                        // The bytes before are sent first.
                        for _ in 0..50 {
                            let _ = connection.poll_accept(context);
                            thread::sleep(Duration::from_millis(1));
                        }
                        stream.shutdown(std::net::Shutdown::Both).unwrap();
                        return Poll::Ready(());
                    }
                    // A response that is dropped resets the stream, and `Silence` gives no response.
                    std::mem::forget(open.remove(index));
                }
                _ => index += 1,
            }
        }
        Poll::Pending
    }

    /// Returns whether the connection ends.
    fn answer(
        &self,
        request: &Request<RecvStream>,
        response: &mut SendResponse<Bytes>,
        bytes: &[u8],
    ) -> bool {
        let message = ReadRequest::decode(&bytes[5..]).unwrap();
        let mut state = self.state.lock().unwrap();
        let key = request
            .headers()
            .get("x-key")
            .map_or("", |value| value.to_str().unwrap());
        let line = format!("{} {} {key}", message.resource_name, message.read_offset);
        state.requests.push(line.trim_end().to_owned());
        let content = state.blobs.get(&message.resource_name).cloned();
        let fault = state.faults.pop();
        drop(state);
        let mut content = content.map(|content| content.slice(message.read_offset as usize..));
        if content.is_none() && fault.is_none() {
            return end(response, 5, "not%20there");
        }
        let mut status = 0;
        let mut ends = false;
        match fault {
            None => {}
            Some(Fault::Status(code, text)) => return end(response, code, text),
            Some(Fault::Http(status)) => {
                let answer = Response::builder().status(status).body(()).unwrap();
                response.send_response(answer, true).unwrap();
                return false;
            }
            Some(Fault::Silence) => return false,
            Some(Fault::Late(length, code)) => {
                content = content.map(|content| content.slice(..length));
                status = code;
            }
            Some(Fault::Close(length)) => {
                content = content.map(|content| content.slice(..length));
                ends = true;
            }
            Some(Fault::Raw(bytes)) => {
                let mut stream = response.send_response(headers(), false).unwrap();
                stream.send_data(Bytes::from_static(bytes), false).unwrap();
                stream.send_trailers(trailers(0, "")).unwrap();
                return false;
            }
        }
        let mut stream = response.send_response(headers(), false).unwrap();
        for part in content.unwrap_or_default().chunks(PART) {
            let message = ReadResponse {
                data: Bytes::copy_from_slice(part),
            }
            .encode_to_vec();
            let mut frame = vec![0];
            frame.extend_from_slice(&(message.len() as u32).to_be_bytes());
            frame.extend_from_slice(&message);
            stream.send_data(frame.into(), false).unwrap();
        }
        if !ends {
            stream.send_trailers(trailers(status, "")).unwrap();
        }
        ends
    }
}

fn headers() -> Response<()> {
    let response = Response::builder().header("content-type", "application/grpc");
    response.body(()).unwrap()
}

fn trailers(code: u32, text: &str) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", code.into());
    trailers.insert("grpc-message", text.parse().unwrap());
    trailers
}

/// A response without content.
fn end(response: &mut SendResponse<Bytes>, code: u32, text: &str) -> bool {
    let mut answer = headers();
    answer.headers_mut().extend(trailers(code, text));
    response.send_response(answer, true).unwrap();
    false
}

/// Calls `step` again and again: a test needs no better way to wait.
fn block_on<T>(mut step: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match step(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::sleep(Duration::from_micros(200)),
        }
    }
}

struct Socket(TcpStream);

fn polled<T>(result: io::Result<T>) -> Poll<io::Result<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
        result => Poll::Ready(result),
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.0.read(buffer.initialize_unfilled());
        polled(read).map_ok(|count| buffer.advance(count))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        polled(self.0.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
