use std::io::{self, Read};

/// A reader that also keeps a copy of the first bytes.
pub(crate) struct Tee<'a> {
    content: &'a mut dyn Read,
    limit: usize,
    seen: Vec<u8>,
}

impl<'a> Tee<'a> {
    /// Keeps up to `limit` bytes of `content`.
    pub(crate) fn new(content: &'a mut dyn Read, limit: usize) -> Self {
        Self {
            content,
            limit,
            seen: Vec::new(),
        }
    }

    /// The bytes that were read, up to the limit.
    pub(crate) fn into_seen(self) -> Vec<u8> {
        self.seen
    }

    /// Reads on up to the limit, if the other reader did not read so much.
    pub(crate) fn fill(mut self) -> io::Result<Vec<u8>> {
        let left = self.limit - self.seen.len();
        self.content.take(left as u64).read_to_end(&mut self.seen)?;
        Ok(self.seen)
    }
}

impl Read for Tee<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        let room = self.limit - self.seen.len();
        self.seen.extend_from_slice(&buffer[..read.min(room)]);
        Ok(read)
    }
}
