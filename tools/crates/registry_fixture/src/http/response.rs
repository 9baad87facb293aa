//! Responses.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::connection::Connection;
use crate::store::Content;

/// The size of the pieces in which a body is written.
const PIECE: usize = 64 << 10;

/// The time in which a client can read a response before the connection is closed.
const LINGER: Duration = Duration::from_millis(500);

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content: Content,
    /// The part of the content that is sent: first byte and number of bytes.
    pub(crate) part: (u64, u64),
    pub(crate) delivery: Delivery,
}

/// How a response is sent.
#[derive(Default)]
pub(crate) struct Delivery {
    /// Wait before the response.
    pub(crate) delay: Duration,
    /// Send pieces of this size with a pause after each.
    pub(crate) slow: Option<(usize, Duration)>,
    /// Close the connection after this number of bytes of the body.
    pub(crate) stop_after: Option<u64>,
    /// Close the connection without a response.
    pub(crate) lost: bool,
    /// Send the response before the body of the request is read, and close the connection.
    pub(crate) before_body: bool,
    /// Send these bytes in place of a response.
    pub(crate) raw: Option<&'static [u8]>,
    /// Send zeros without end after the body, and no `Content-Length`.
    pub(crate) endless: bool,
    /// Announce another length than that of the body.
    pub(crate) length_off_by: i64,
    /// Invert the bits of the first byte of the body.
    pub(crate) wrong_byte: bool,
}

impl Response {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content: Content::Memory(Arc::default()),
            part: (0, 0),
            delivery: Delivery::default(),
        }
    }

    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(value).unwrap();
        Self::new(status)
            .header("Content-Type", "application/json")
            .content(Content::Memory(bytes.into()))
    }

    /// Sets a header, in place of one with this name.
    pub(crate) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.remove(name);
        self.add(name, value.to_string())
    }

    /// Adds a header, even if there is one with this name.
    pub(crate) fn add(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    pub(crate) fn content(mut self, content: Content) -> Self {
        self.part = (0, content.size());
        self.content = content;
        self
    }

    /// Whether no other response can follow.
    pub(crate) fn ends_connection(&self) -> bool {
        let delivery = &self.delivery;
        delivery.before_body
            || delivery.endless
            || delivery.length_off_by != 0
            || delivery.lost
            || delivery.raw.is_some()
            || delivery.stop_after.is_some()
    }

    pub(crate) fn send(
        &self,
        connection: &mut Connection,
        is_head: bool,
        reusable: bool,
    ) -> io::Result<()> {
        let delivery = &self.delivery;
        thread::sleep(delivery.delay);
        if delivery.lost {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if let Some(raw) = delivery.raw {
            connection.write_all(raw)?;
            return connection.flush();
        }
        connection.write_all(self.head(reusable).as_bytes())?;
        if !is_head {
            self.send_body(connection)?;
        }
        connection.flush()?;
        if delivery.before_body {
            connection.end_output()?;
            // Closing a connection with unread data resets it, and the client may lose the response.
            thread::sleep(LINGER);
        }
        Ok(())
    }

    fn head(&self, reusable: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // RFC 9110, section 8.6: no length with 204.
        if !self.delivery.endless && self.status != 204 {
            let length = self.part.1 as i64 + self.delivery.length_off_by;
            head.push_str(&format!("Content-Length: {}\r\n", length.max(0)));
        }
        if !reusable {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        head
    }

    fn send_body(&self, connection: &mut Connection) -> io::Result<()> {
        let (start, length) = self.part;
        let stop = self.delivery.stop_after;
        let mut reader = self
            .content
            .reader(start)?
            .take(stop.unwrap_or(length).min(length));
        let (size, pause) = self.delivery.slow.unwrap_or((PIECE, Duration::ZERO));
        let mut piece = vec![0; size.max(1)];
        let mut flip = self.delivery.wrong_byte;
        loop {
            let length = reader.read(&mut piece)?;
            if length == 0 {
                break;
            }
            if std::mem::take(&mut flip) {
                piece[0] = !piece[0];
            }
            connection.write_all(&piece[..length])?;
            connection.flush()?;
            thread::sleep(pause);
        }
        if self.delivery.endless {
            // It ends when the client closes the connection.
            loop {
                connection.write_all(&[0; PIECE])?;
            }
        }
        if stop.is_some() || self.delivery.length_off_by != 0 {
            connection.flush()?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
