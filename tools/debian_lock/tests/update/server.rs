//! An HTTP server on the loopback address, as well or as badly behaved as a test asks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use archive_fixture::Files;

/// What to do instead of giving the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// This status, so many times.
    Status(u16, u32),
    /// The head promises all, half of it comes.
    Truncate,
    /// To itself.
    Redirect,
    /// The connection closes before a word.
    HangUp,
}

#[derive(Default)]
struct State {
    files: Files,
    mischief: BTreeMap<String, Mischief>,
    requests: Vec<String>,
}

/// A server that runs as long as the test.
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

    /// The address of archive `debian` on it.
    pub(crate) fn debian(&self) -> String {
        format!("http://127.0.0.1:{}/debian", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves other files from now on.
    pub(crate) fn serve(&self, files: Files) {
        self.state.lock().unwrap().files = files;
    }

    /// Misbehaves for paths that end in this.
    pub(crate) fn misbehave(&self, end: &str, mischief: Mischief) {
        let mut state = self.state.lock().unwrap();
        state.mischief.insert(end.to_owned(), mischief);
    }

    /// The requests so far: path and, where there is one, the Authorization.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    while let Some((path, authorization)) = request(&mut reader) {
        let mut state = state.lock().unwrap();
        let authorization = authorization.map_or_else(String::new, |a| format!(" {a}"));
        state.requests.push(format!("{path}{authorization}"));
        let mischief = mischief(&mut state, &path);
        let file = state.files.get(path.trim_start_matches("/debian/"));
        let file = file.cloned();
        drop(state);
        if answer(stream, &path, file.as_deref(), mischief).is_none() {
            return;
        }
    }
}

fn request(reader: &mut impl BufRead) -> Option<(String, Option<String>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines.first()?.split(' ').nth(1)?.to_owned();
    let authorization = lines.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization")
            .then(|| value.to_owned())
    });
    Some((path, authorization))
}

fn mischief(state: &mut State, path: &str) -> Option<Mischief> {
    let mut all = state.mischief.iter_mut();
    let (_, mischief) = all.find(|(end, _)| path.ends_with(end.as_str()))?;
    match mischief {
        Mischief::Status(_, 0) => None,
        Mischief::Status(status, times) => {
            *times -= 1;
            Some(Mischief::Status(*status, 1))
        }
        other => Some(*other),
    }
}

/// None when the connection is to be closed.
fn answer(
    mut stream: &TcpStream,
    path: &str,
    file: Option<&[u8]>,
    mischief: Option<Mischief>,
) -> Option<()> {
    let head = |status: u16, more: &str| format!("HTTP/1.1 {status} X\r\n{more}\r\n");
    let length = |bytes: &[u8]| format!("Content-Length: {}\r\n", bytes.len());
    let mut say = |head: String, body: &[u8]| {
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()
    };
    match (mischief, file) {
        (Some(Mischief::HangUp), _) => None,
        (Some(Mischief::Status(status, _)), _) => say(head(status, "Content-Length: 0\r\n"), b""),
        (Some(Mischief::Redirect), _) => {
            let more = format!("Location: {path}\r\nContent-Length: 0\r\n");
            say(head(302, &more), b"")
        }
        (Some(Mischief::Truncate), Some(bytes)) => {
            say(head(200, &length(bytes)), &bytes[..bytes.len() / 2])?;
            None
        }
        (_, Some(bytes)) => say(head(200, &length(bytes)), bytes),
        (_, None) => say(head(404, "Content-Length: 0\r\n"), b""),
    }
}
