//! A guard for decoders that must not be called again after an error.

use std::io::{self, Read};

/// Reads until the first error, and does not call the decoder after it, because the bzip2 library would abort the
/// process.
pub struct Guarded<R> {
    inner: R,
    failed: bool,
}

impl<R> Guarded<R> {
    /// Guards a decoder.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            failed: false,
        }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            let cause = "an earlier read failed";
            return Err(io::Error::new(io::ErrorKind::InvalidData, cause));
        }
        let read = self.inner.read(buffer);
        self.failed = matches!(&read, Err(error) if error.kind() != io::ErrorKind::Interrupted);
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns one byte, an interruption and an error. Any further call is a failure of the test.
    struct Steps(usize);

    impl Read for Steps {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(io::ErrorKind::Interrupted.into()),
                2 => {
                    buffer[0] = b'a';
                    Ok(1)
                }
                3 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => panic!("asked after its error"),
            }
        }
    }

    #[test]
    fn the_reader_is_not_called_after_an_error() {
        let mut guarded = Guarded::new(Steps(0));
        let mut text = Vec::new();
        let error = guarded.read_to_end(&mut text).unwrap_err();
        assert_eq!(
            (error.kind(), text.as_slice()),
            (io::ErrorKind::UnexpectedEof, b"a".as_slice())
        );
        for _ in 0..2 {
            let error = guarded.read(&mut [0]).unwrap_err();
            assert_eq!(error.to_string(), "an earlier read failed");
        }
    }
}
