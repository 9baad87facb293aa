//! The body of a request: with a length, or in chunks.

use std::io::{self, BufRead, Read, Write};

use super::connection::Connection;
use super::head::{invalid, Head};

/// The largest rest of a body that is read so that the connection can be used again.
const REST: u64 = 256 << 20;

pub(crate) struct Body<'a> {
    connection: &'a mut Connection,
    /// The client waits for "100 Continue" before it sends the body.
    waits: bool,
    framing: Framing,
    read: u64,
    limit: Option<u64>,
}

enum Framing {
    /// The number of bytes that follow.
    Length(u64),
    /// The number of bytes of this chunk that follow; `None` before the first chunk.
    Chunked(Option<u64>),
    End,
}

impl<'a> Body<'a> {
    pub(crate) fn new(connection: &'a mut Connection, head: &Head) -> io::Result<Self> {
        let chunked = head
            .header("transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let framing = match head.header("content-length") {
            _ if chunked => Framing::Chunked(None),
            None | Some("0") => Framing::End,
            Some(length) => match length.parse() {
                Ok(length) => Framing::Length(length),
                Err(_) => return Err(invalid("Content-Length is not a number")),
            },
        };
        let expect = head.header("expect");
        Ok(Self {
            connection,
            waits: expect.is_some_and(|value| value.eq_ignore_ascii_case("100-continue")),
            framing,
            read: 0,
            limit: None,
        })
    }

    /// Makes reading fail after this number of bytes, as if the connection had ended.
    pub(crate) fn fail_after(&mut self, limit: Option<u64>) {
        self.limit = limit;
    }

    /// The number of bytes so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Whether the client announced a body.
    pub(crate) fn is_announced(&self) -> bool {
        !matches!(self.framing, Framing::End)
    }

    /// Reads the rest. Returns whether another request can follow it.
    pub(crate) fn finish(&mut self) -> io::Result<bool> {
        // A client that waits may send the body or not, so what follows is unknown.
        if self.waits && self.is_announced() {
            return Ok(false);
        }
        let rest = io::copy(&mut self.take(REST), &mut io::sink())?;
        Ok(rest < REST)
    }

    /// Begins the next chunk if this one is at its end.
    fn advance(&mut self) -> io::Result<()> {
        let started = match self.framing {
            Framing::Chunked(None) => false,
            Framing::Chunked(Some(0)) => true,
            _ => return Ok(()),
        };
        if started {
            self.line()?;
        }
        let line = self.line()?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(digits, 16).map_err(|_| invalid("no size of a chunk"))?;
        if size > 0 {
            self.framing = Framing::Chunked(Some(size));
            return Ok(());
        }
        // Trailers.
        while !self.line()?.is_empty() {}
        self.framing = Framing::End;
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        (&mut *self.connection).take(4096).read_line(&mut line)?;
        if !line.ends_with('\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.waits && self.is_announced() {
            self.connection
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            self.connection.flush()?;
            self.waits = false;
        }
        self.advance()?;
        let (Framing::Length(left) | Framing::Chunked(Some(left))) = &mut self.framing else {
            return Ok(0);
        };
        let allowed = self
            .limit
            .map_or(u64::MAX, |limit| limit.saturating_sub(self.read));
        if allowed == 0 {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let wanted = (buffer.len() as u64).min(*left).min(allowed) as usize;
        let length = self.connection.read(&mut buffer[..wanted])?;
        if length == 0 && wanted > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        *left -= length as u64;
        self.read += length as u64;
        if matches!(self.framing, Framing::Length(0)) {
            self.framing = Framing::End;
        }
        Ok(length)
    }
}
