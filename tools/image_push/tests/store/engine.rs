//! A container engine on a socket of the test: a part of Docker's API.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// The state of the engine.
#[derive(Default)]
pub(crate) struct State {
    /// Requests as `METHOD PATH`.
    pub(crate) requests: Vec<String>,
    /// Archives that were loaded, complete or not.
    pub(crate) archives: Vec<Vec<u8>>,
    /// Answers to `GET`, by path; any other path has status 404.
    pub(crate) answers: BTreeMap<String, String>,
    /// Answers that appear when an archive is loaded.
    pub(crate) after_load: BTreeMap<String, String>,
    /// Bodies of the answers to archives, in order; the last one is used again.
    pub(crate) load_answers: Vec<String>,
}

/// An engine that answers until the test ends.
pub(crate) struct Engine(pub(crate) Arc<Mutex<State>>);

impl Engine {
    pub(crate) fn new(socket: &Path) -> Self {
        let listener = UnixListener::bind(socket).unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let of_thread = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &of_thread);
            }
        });
        Self(state)
    }

    pub(crate) fn answer(&self, path: &str, body: &str) {
        let mut state = self.0.lock().unwrap();
        state.answers.insert(path.to_owned(), body.to_owned());
    }

    pub(crate) fn after_load(&self, path: &str, body: &str) {
        let mut state = self.0.lock().unwrap();
        state.after_load.insert(path.to_owned(), body.to_owned());
    }

    /// The requests since the last call, without those that ask for facts about the engine.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = std::mem::take(&mut self.0.lock().unwrap().requests);
        let is_fact = |line: &String| line == "GET /version" || line == "GET /info";
        requests.into_iter().filter(|line| !is_fact(line)).collect()
    }

    /// The names of the files in an archive that was loaded.
    pub(crate) fn files(&self, number: usize) -> Vec<String> {
        let archive = self.0.lock().unwrap().archives[number].clone();
        let mut archive = tar::Archive::new(archive.as_slice());
        let entries = archive.entries().unwrap();
        entries
            .map(|e| e.unwrap().path().unwrap().display().to_string())
            .collect()
    }
}

fn serve(mut stream: UnixStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let (method, path) = (words[0].to_owned(), words[1].to_owned());
    let mut is_chunked = false;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        is_chunked |= header
            .to_lowercase()
            .starts_with("transfer-encoding: chunked");
        if header == "\r\n" {
            break;
        }
    }
    let body = if is_chunked {
        chunks(&mut reader)
    } else {
        Vec::new()
    };
    let (status, answer) = respond(&mut state.lock().unwrap(), &method, &path, body);
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    );
}

/// The bytes so far, if the client closes the connection.
fn chunks(reader: &mut impl BufRead) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let mut chunk = vec![0; size + 2];
        if reader.read_exact(&mut chunk).is_err() || size == 0 {
            return body;
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

fn respond(state: &mut State, method: &str, path: &str, body: Vec<u8>) -> (u16, String) {
    state.requests.push(format!("{method} {path}"));
    if path.starts_with("/images/load") {
        state.archives.push(body);
        let number = state.archives.len() - 1;
        let last = state.load_answers.last().cloned().unwrap_or_default();
        let answer = state.load_answers.get(number).cloned().unwrap_or(last);
        if !answer.contains("error") {
            let after = std::mem::take(&mut state.after_load);
            state.answers.extend(after);
        }
        return (200, answer);
    }
    if method == "POST" {
        return (201, String::new());
    }
    match state.answers.get(path) {
        Some(answer) => (200, answer.clone()),
        None => (404, r#"{"message":"no such thing"}"#.to_owned()),
    }
}
