//! Checks a program in the same container, for health checks of images without a shell and curl.
//!
//! `probe http://127.0.0.1:8080/healthz` expects a status below 400, `probe 127.0.0.1:5432` a connection. The time
//! limit is two seconds, or the number in a second argument. Only IP addresses are accepted, because names are not
//! looked up.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, io};

const USAGE: &str = "expected http://ADDRESS:PORT/PATH or ADDRESS:PORT, and a number of seconds or nothing";

/// The maximum size of a status line.
const MAX_LINE: usize = 1024;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match probe(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            let asked = words.first().map_or("nothing", String::as_str);
            eprintln!("cannot probe `{asked}`: {cause}");
            ExitCode::FAILURE
        }
    }
}

fn probe(words: &[String]) -> Result<(), String> {
    let (asked, seconds) = match words {
        [asked] => (asked, 2),
        [asked, seconds] => (asked, seconds.parse().map_err(|_| USAGE)?),
        _ => return Err(USAGE.to_owned()),
    };
    let (address, path) = match asked.strip_prefix("http://") {
        Some(rest) => match rest.split_once('/') {
            Some((address, path)) => (address, Some(path)),
            None => (rest, Some("")),
        },
        None => (asked.as_str(), None),
    };
    let address: SocketAddr = address.parse().map_err(|_| USAGE)?;
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut stream = TcpStream::connect_timeout(&address, left(end)?).map_err(said)?;
    match path {
        Some(path) => ask(&mut stream, address, path, end),
        None => Ok(()),
    }
}

/// Sends a request of HTTP/1.1 (RFC 9112) and reads its status.
fn ask(stream: &mut TcpStream, host: SocketAddr, path: &str, end: Instant) -> Result<(), String> {
    stream.set_write_timeout(Some(left(end)?)).map_err(said)?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(said)?;
    let mut line = Vec::new();
    let mut piece = [0; MAX_LINE];
    while !line.contains(&b'\n') && line.len() < MAX_LINE {
        stream.set_read_timeout(Some(left(end)?)).map_err(said)?;
        match stream.read(&mut piece).map_err(said)? {
            0 => break,
            read => line.extend_from_slice(&piece[..read]),
        }
    }
    let line = String::from_utf8_lossy(&line);
    let line = line.lines().next().unwrap_or_default();
    let mut words = line.split(' ');
    let status = words.next().filter(|word| word.starts_with("HTTP/1."));
    let status = status.and(words.next()).and_then(|status| status.parse::<u16>().ok());
    match status {
        Some(200..=399) => Ok(()),
        Some(_) => Err(format!("it answers `{line}`")),
        None => Err("what it answers is not HTTP".to_owned()),
    }
}

/// The remaining time.
fn left(end: Instant) -> Result<Duration, String> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err("there is no answer in time".to_owned());
    }
    Ok(left)
}

fn said(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "there is no answer in time".to_owned(),
        _ => error.to_string(),
    }
}
