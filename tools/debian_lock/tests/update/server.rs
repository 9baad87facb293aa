//! An HTTP server on the loopback interface, which behaves well or badly as a test requires.

// Each test program uses only a part of this module.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use archive_fixture::Files;

mod mischief;
mod request;

pub(crate) use mischief::{Mischief, Rest};
use request::{request, Request};

#[derive(Default)]
struct State {
    files: Files,
    mischief: BTreeMap<String, Mischief>,
    requests: Vec<String>,
    broken: Vec<String>,
}

/// A server that runs until the test ends.
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    port: u16,
}

impl Server {
    pub(crate) fn new(files: Files) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            files,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Self { state, port }
    }

    /// The URL of repository `debian` on it.
    pub(crate) fn debian(&self) -> String {
        format!("http://127.0.0.1:{}/debian", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Replaces the files.
    pub(crate) fn serve(&self, files: Files) {
        self.state.lock().unwrap().files = files;
    }

    /// Misbehaves for paths with this end.
    pub(crate) fn misbehave(&self, end: &str, mischief: Mischief) {
        let mut state = self.state.lock().unwrap();
        state.mischief.insert(end.to_owned(), mischief);
    }

    /// Stops misbehaving.
    pub(crate) fn behave(&self) {
        self.state.lock().unwrap().mischief.clear();
    }

    /// The requests so far: path and, if present, the `Authorization`, the start of the range, its ETag.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let resets = |state: &State| state.mischief.values().any(|m| *m == Mischief::Reset);
    if resets(&state.lock().unwrap()) {
        // Closing a connection with unread data resets it.
        let _ = stream.peek(&mut [0]);
        return;
    }
    let mut reader = BufReader::new(stream);
    while let Some(request) = request(&mut reader) {
        let mut state = state.lock().unwrap();
        state.requests.push(request.line());
        let mischief = mischief(&mut state, &request);
        let path = request.path.trim_start_matches("/debian/");
        let file = state.files.get(path).cloned();
        drop(state);
        if answer(stream, &request, file.as_deref(), mischief).is_none() {
            return;
        }
    }
}

fn mischief(state: &mut State, request: &Request) -> Option<Mischief> {
    let path = &request.path;
    let mut all = state.mischief.iter_mut();
    let (_, mischief) = all.find(|(end, _)| path.ends_with(end.as_str()))?;
    match mischief {
        Mischief::Status(_, 0) => None,
        Mischief::Status(status, times) => {
            *times -= 1;
            Some(Mischief::Status(*status, 1))
        }
        Mischief::RetryAfter(status, seconds) => {
            let once = Mischief::RetryAfter(*status, *seconds);
            *mischief = Mischief::Status(*status, 0);
            Some(once)
        }
        Mischief::Break(_) if request.range.is_none() && state.broken.contains(path) => None,
        Mischief::Break(_) => {
            state.broken.push(path.clone());
            Some(*mischief)
        }
        Mischief::Login(login) if request.authorization.as_deref() == Some(login) => None,
        other => Some(*other),
    }
}

/// Returns `None` if the connection must be closed.
fn answer(
    mut stream: &TcpStream,
    request: &Request,
    file: Option<&[u8]>,
    mischief: Option<Mischief>,
) -> Option<()> {
    let path = &request.path;
    let head = |status: u16, more: &str| format!("HTTP/1.1 {status} X\r\n{more}\r\n");
    let length = |bytes: &[u8]| format!("Content-Length: {}\r\n", bytes.len());
    let mut say = |head: String, body: &[u8]| {
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()
    };
    let empty = "Content-Length: 0\r\n";
    match (mischief, file) {
        (Some(Mischief::HangUp), _) => None,
        (Some(Mischief::Status(status, _)), _) => say(head(status, empty), b""),
        (Some(Mischief::RetryAfter(status, seconds)), _) => say(
            head(status, &format!("Retry-After: {seconds}\r\n{empty}")),
            b"",
        ),
        (Some(Mischief::Login(_)), _) => say(head(401, empty), b""),
        (Some(Mischief::Redirect), _) => {
            say(head(302, &format!("Location: {path}\r\n{empty}")), b"")
        }
        (Some(Mischief::RedirectTo(to)), _) => {
            let to = to.replace("{}", path);
            say(head(302, &format!("Location: {to}\r\n{empty}")), b"")
        }
        (Some(Mischief::Garbage), _) => {
            say("SSH-2.0-no-such-thing\r\n".to_owned(), b"")?;
            None
        }
        (Some(Mischief::Endless), _) => {
            say(head(200, ""), b"")?;
            (0..1000).try_for_each(|_| say(String::new(), &[b'x'; 64 << 10]))?;
            None
        }
        (Some(Mischief::Drip), Some(bytes)) => {
            say(head(200, &length(bytes)), b"")?;
            for byte in bytes.iter().take(100) {
                say(String::new(), &[*byte])?;
                thread::sleep(Duration::from_millis(50));
            }
            None
        }
        (Some(Mischief::Trailers), Some(bytes)) => {
            say(head(200, "Transfer-Encoding: chunked\r\n"), b"")?;
            say(format!("{:x}\r\n", bytes.len()), bytes)?;
            say("\r\n0\r\n".to_owned(), b"")?;
            for _ in 0..400 {
                say("X: y\r\n".repeat(100), b"")?;
                thread::sleep(Duration::from_millis(50));
            }
            None
        }
        (Some(Mischief::Length(off)), Some(bytes)) => {
            let length = bytes.len() as i64 + off;
            say(head(200, &format!("Content-Length: {length}\r\n")), bytes)?;
            None
        }
        (Some(Mischief::Truncate), Some(bytes)) => {
            say(head(200, &length(bytes)), &bytes[..bytes.len() / 2])?;
            None
        }
        (Some(Mischief::Break(rest)), Some(bytes)) => match request.range {
            Some(start) => rest.answer(start, bytes, &mut say),
            None => {
                let half = &bytes[..bytes.len() / 2];
                let other = vec![b'?'; half.len()];
                let old = rest == Rest::Changed;
                let more = format!("ETag: \"v1\"\r\n{}", length(bytes));
                say(head(200, &more), if old { &other } else { half })?;
                None
            }
        },
        (_, Some(bytes)) => say(head(200, &length(bytes)), bytes),
        (_, None) => say(head(404, empty), b""),
    }
}

impl Rest {
    fn answer(
        self,
        start: usize,
        bytes: &[u8],
        say: &mut impl FnMut(String, &[u8]) -> Option<()>,
    ) -> Option<()> {
        let whole = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n", bytes.len());
        let part = |body: &[u8], total: usize| {
            format!(
                "HTTP/1.1 206 X\r\nContent-Range: bytes {start}-{}/{total}\r\nContent-Length: {}\r\n\r\n",
                total - 1,
                body.len()
            )
        };
        let rest = &bytes[start..];
        match self {
            Rest::Given => say(part(rest, bytes.len()), rest),
            Rest::Ignored | Rest::Changed => say(whole, bytes),
            Rest::Wrong => say(part(rest, bytes.len()), &vec![b'?'; rest.len()]),
            Rest::OtherTotal => say(part(rest, bytes.len() + 7), rest),
            Rest::Refused => say(
                "HTTP/1.1 416 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
                b"",
            ),
        }
    }
}
