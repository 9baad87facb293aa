//! The server: a thread for each connection.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::answer::answer;
use crate::fault::Fault;
use crate::request::{request, Request};

/// Path below the root of the server → content.
pub type Files = BTreeMap<String, Vec<u8>>;

#[derive(Default)]
struct State {
    files: Files,
    faults: BTreeMap<String, Fault>,
    requests: Vec<String>,
    interrupted: Vec<String>,
}

/// A server that runs until the test ends.
pub struct Server {
    state: Arc<Mutex<State>>,
    port: u16,
}

impl Server {
    /// Starts a server with these files.
    pub fn new(files: Files) -> Self {
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

    /// The URL of the root with this name. Every root has all files.
    pub fn root(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    /// The port of the server.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Replaces the files.
    pub fn serve(&self, files: Files) {
        self.state.lock().unwrap().files = files;
    }

    /// Fails for paths with this end.
    pub fn fail(&self, end: &str, fault: Fault) {
        let mut state = self.state.lock().unwrap();
        state.faults.insert(end.to_owned(), fault);
    }

    /// Removes all faults.
    pub fn recover(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// The requests so far: path and, if present, the `Authorization`, the start of the range, its ETag.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let resets = |state: &State| state.faults.values().any(|m| *m == Fault::Reset);
    if resets(&state.lock().unwrap()) {
        // Closing a connection with unread data resets it.
        let _ = stream.peek(&mut [0]);
        return;
    }
    let mut reader = BufReader::new(stream);
    while let Some(request) = request(&mut reader) {
        let mut state = state.lock().unwrap();
        state.requests.push(request.line());
        let fault = fault(&mut state, &request);
        let below_root = request.path.trim_start_matches('/').split_once('/');
        let file = below_root.and_then(|(_, path)| state.files.get(path).cloned());
        drop(state);
        if answer(stream, &request, file.as_deref(), fault).is_none() {
            return;
        }
    }
}

fn fault(state: &mut State, request: &Request) -> Option<Fault> {
    let path = &request.path;
    let mut faults = state.faults.iter_mut();
    let (_, fault) = faults.find(|(end, _)| path.ends_with(end.as_str()))?;
    match fault {
        Fault::Status(_, 0) => None,
        Fault::Status(status, times) => {
            *times -= 1;
            Some(Fault::Status(*status, 1))
        }
        Fault::RetryAfter(status, seconds) => {
            let once = Fault::RetryAfter(*status, *seconds);
            *fault = Fault::Status(*status, 0);
            Some(once)
        }
        Fault::Interrupt(_) if request.range.is_none() && state.interrupted.contains(path) => None,
        Fault::Interrupt(_) => {
            state.interrupted.push(path.clone());
            Some(*fault)
        }
        Fault::Login(login) if request.authorization.as_deref() == Some(login) => None,
        other => Some(*other),
    }
}
