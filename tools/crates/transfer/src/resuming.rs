//! A reader that continues after an interruption.

use std::io::{self, Read};

use crate::failure::Failure;

/// The bytes from a position to the end, or to an interruption.
pub type Body = Box<dyn Read + Send>;

/// Opens a body at a position. It repeats temporary failures itself.
type Open<'a> = Box<dyn Fn(u64) -> Result<Body, Failure> + Send + 'a>;

/// Content of a known size that is being read. After an interruption, it is opened again at the next byte. Its bytes are not
/// verified.
pub struct Resuming<'a> {
    open: Open<'a>,
    size: u64,
    position: u64,
    /// `None` after an interruption.
    body: Option<Body>,
}

impl<'a> Resuming<'a> {
    /// Opens content at a position.
    ///
    /// # Errors
    ///
    /// Those of `open`.
    pub fn open(
        size: u64,
        from: u64,
        open: impl Fn(u64) -> Result<Body, Failure> + Send + 'a,
    ) -> Result<Self, Failure> {
        Ok(Self {
            body: Some(open(from)?),
            open: Box::new(open),
            size,
            position: from,
        })
    }
}

impl Read for Resuming<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.size.saturating_sub(self.position);
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if most == 0 {
            return Ok(0);
        }
        // Content that is opened again must give at least one byte.
        let mut is_new = false;
        loop {
            let Some(body) = &mut self.body else {
                let opened = (self.open)(self.position);
                let opened = opened.map_err(|failure| io::Error::other(failure.cause().to_owned()));
                self.body = Some(opened?);
                is_new = true;
                continue;
            };
            match body.read(&mut buffer[..most]) {
                Ok(count) if count > 0 => {
                    self.position += count as u64;
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_new => return Err(error),
                Ok(_) if is_new => return Err(io::Error::other("connection interrupted")),
                _ => self.body = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Content that ends after some bytes each time it is opened.
    fn read(content: &'static [u8], part: usize) -> io::Result<Vec<u8>> {
        let open = move |from: u64| {
            let rest = &content[from as usize..];
            Ok(Box::new(&rest[..part.min(rest.len())]) as Body)
        };
        let size = content.len() as u64;
        let mut bytes = Vec::new();
        let mut reader = Resuming::open(size, 0, open).map_err(|_| io::Error::other("open"))?;
        reader.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn interruptions() {
        for part in [1, 3, 9, 10, 20] {
            assert_eq!(read(b"0123456789", part).unwrap(), b"0123456789");
        }
        let error = read(b"0123456789", 0).unwrap_err();
        assert_eq!(error.to_string(), "connection interrupted");
    }
}
