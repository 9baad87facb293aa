//! A server whose answers a test computes from the requests, with bodies.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A complete request.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method: `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The lines of the head, without the first one.
    pub headers: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status, 0 to close the connection without an answer.
    pub status: u16,
    /// Header lines: `Location: /a`.
    pub headers: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A server that runs until the test ends.
pub struct Service {
    port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

type Answer = dyn Fn(&Received) -> Reply + Send + Sync;

impl Service {
    /// Starts a server.
    pub fn new(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (shared, answer) = (Arc::clone(&received), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, answer) = (Arc::clone(&shared), Arc::clone(&answer));
                thread::spawn(move || serve(&stream, &shared, &*answer));
            }
        });
        Self { port, received }
    }

    /// The URL of the server.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The requests since the last call.
    pub fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().unwrap())
    }
}

fn serve(mut stream: &TcpStream, all: &Mutex<Vec<Received>>, answer: &Answer) {
    let mut reader = BufReader::new(stream);
    while let Some(received) = receive(&mut reader) {
        all.lock().unwrap().push(received.clone());
        let reply = answer(&received);
        if reply.status == 0 {
            return;
        }
        let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
        for header in &reply.headers {
            head.push_str(&format!("{header}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
        let sent = stream.write_all(head.as_bytes());
        if sent.and_then(|()| stream.write_all(&reply.body)).is_err() {
            return;
        }
    }
}

/// Reads a request; `None` at the end of the connection.
fn receive(reader: &mut impl BufRead) -> Option<Received> {
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
    let first = lines.remove(0);
    let mut words = first.split(' ').map(str::to_owned);
    let length = lines.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<u64>().unwrap())
    });
    let mut body = Vec::new();
    let mut rest = reader.take(length.unwrap_or(0));
    rest.read_to_end(&mut body).ok()?;
    Some(Received {
        method: words.next()?,
        path: words.next()?,
        headers: lines,
        body,
    })
}
