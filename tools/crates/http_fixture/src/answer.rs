//! The answers of the server, with and without faults.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::fault::{Fault, Rest};
use crate::request::Request;

const EMPTY: &str = "Content-Length: 0\r\n";

/// Answers a request. Returns `None` if the connection must be closed.
pub(crate) fn answer(
    mut stream: &TcpStream,
    request: &Request,
    file: Option<&[u8]>,
    fault: Option<Fault>,
) -> Option<()> {
    let mut send = |head: &str, body: &[u8]| {
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()
    };
    match (fault, file) {
        (Some(fault), file) => match without_file(fault, &request.path, &mut send) {
            Answered::Yes(open) => open,
            Answered::No => match file {
                Some(bytes) => with_file(fault, request, bytes, &mut send),
                None => send(&head(404, EMPTY), b""),
            },
        },
        (None, Some(bytes)) => send(&head(200, &length(bytes)), bytes),
        (None, None) => send(&head(404, EMPTY), b""),
    }
}

enum Answered {
    /// `None` if the connection must be closed.
    Yes(Option<()>),
    No,
}

fn head(status: u16, more: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{more}\r\n")
}

fn length(bytes: &[u8]) -> String {
    format!("Content-Length: {}\r\n", bytes.len())
}

/// The answer of a fault that does not depend on the file.
fn without_file(
    fault: Fault,
    path: &str,
    send: &mut impl FnMut(&str, &[u8]) -> Option<()>,
) -> Answered {
    Answered::Yes(match fault {
        Fault::HangUp => None,
        Fault::Status(status, _) => send(&head(status, EMPTY), b""),
        Fault::RetryAfter(status, seconds) => {
            let more = format!("Retry-After: {seconds}\r\n{EMPTY}");
            send(&head(status, &more), b"")
        }
        Fault::Login(_) => send(&head(401, EMPTY), b""),
        Fault::Redirect => send(&head(302, &format!("Location: {path}\r\n{EMPTY}")), b""),
        Fault::RedirectTo(to) => {
            let to = to.replace("{}", path);
            send(&head(302, &format!("Location: {to}\r\n{EMPTY}")), b"")
        }
        Fault::Garbage => {
            let _ = send("SSH-2.0-no-such-thing\r\n", b"");
            None
        }
        Fault::Endless => {
            let _ = send(&head(200, ""), b"");
            let _ = (0..1000).try_for_each(|_| send("", &[b'x'; 64 << 10]));
            None
        }
        _ => return Answered::No,
    })
}

/// The answer of a fault that sends a part of the file, or all of it in a wrong form.
fn with_file(
    fault: Fault,
    request: &Request,
    bytes: &[u8],
    send: &mut impl FnMut(&str, &[u8]) -> Option<()>,
) -> Option<()> {
    match fault {
        Fault::Drip => {
            send(&head(200, &length(bytes)), b"")?;
            for byte in bytes.iter().take(100) {
                send("", &[*byte])?;
                thread::sleep(Duration::from_millis(50));
            }
            None
        }
        Fault::Trailers => {
            send(&head(200, "Transfer-Encoding: chunked\r\n"), b"")?;
            send(&format!("{:x}\r\n", bytes.len()), bytes)?;
            send("\r\n0\r\n", b"")?;
            for _ in 0..400 {
                send(&"X: y\r\n".repeat(100), b"")?;
                thread::sleep(Duration::from_millis(50));
            }
            None
        }
        Fault::Length(off) => {
            let length = bytes.len() as i64 + off;
            send(&head(200, &format!("Content-Length: {length}\r\n")), bytes)?;
            None
        }
        Fault::Truncate => {
            send(&head(200, &length(bytes)), &bytes[..bytes.len() / 2])?;
            None
        }
        Fault::Interrupt(rest) => match request.range {
            Some(start) => send_rest(rest, start, bytes, send),
            None => {
                let half = &bytes[..bytes.len() / 2];
                let other = vec![b'?'; half.len()];
                let old = rest == Rest::Changed;
                let more = format!("ETag: \"v1\"\r\n{}", length(bytes));
                send(&head(200, &more), if old { &other } else { half })?;
                None
            }
        },
        _ => send(&head(200, &length(bytes)), bytes),
    }
}

/// The answer to a request for the rest of a file.
fn send_rest(
    rest: Rest,
    start: usize,
    bytes: &[u8],
    send: &mut impl FnMut(&str, &[u8]) -> Option<()>,
) -> Option<()> {
    let part = |body: &[u8], total: usize| {
        let range = format!("Content-Range: bytes {start}-{}/{total}\r\n", total - 1);
        head(206, &format!("{range}{}", length(body)))
    };
    let end = &bytes[start..];
    match rest {
        Rest::Given => send(&part(end, bytes.len()), end),
        Rest::Ignored | Rest::Changed => send(&head(200, &length(bytes)), bytes),
        Rest::Wrong => send(&part(end, bytes.len()), &vec![b'?'; end.len()]),
        Rest::OtherTotal => send(&part(end, bytes.len() + 7), end),
        Rest::Refused => send(&head(416, EMPTY), b""),
    }
}
