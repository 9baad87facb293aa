//! The messages of `ByteStream.Read`, and their frames.

use bytes::{Buf, Bytes, BytesMut};
use prost::Message;
use transfer::Failure;

/// The largest message that is read. Servers send parts of at most a few MiB.
const MAX_MESSAGE: usize = 16 << 20;

/// The length of the start of a frame: a flag and the size of the message.
const START: usize = 5;

/// The request: <https://github.com/googleapis/googleapis/blob/master/google/bytestream/bytestream.proto>.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ReadRequest {
    #[prost(string, tag = "1")]
    pub(crate) resource_name: String,
    #[prost(int64, tag = "2")]
    pub(crate) read_offset: i64,
}

/// A part of the content.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ReadResponse {
    #[prost(bytes = "bytes", tag = "10")]
    pub(crate) data: Bytes,
}

/// A message in a frame.
pub(crate) fn framed(message: &impl Message) -> Bytes {
    let bytes = message.encode_to_vec();
    let mut frame = vec![0];
    frame.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    frame.extend_from_slice(&bytes);
    frame.into()
}

/// Frames that arrive in parts.
#[derive(Default)]
pub(crate) struct Frames(BytesMut);

impl Frames {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next message, if it is complete.
    pub(crate) fn next(&mut self) -> Result<Option<ReadResponse>, Failure> {
        let Some(start) = self.0.first_chunk::<START>() else {
            return Ok(None);
        };
        let [flag, size @ ..] = *start;
        if flag != 0 {
            return Err(Failure::permanent("the cache sent a compressed message"));
        }
        let size = usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX);
        if size > MAX_MESSAGE {
            let cause =
                format!("the cache sent a message of {size} bytes, at most {MAX_MESSAGE} are read");
            return Err(Failure::permanent(cause));
        }
        if self.0.len() < START + size {
            return Ok(None);
        }
        self.0.advance(START);
        let message = ReadResponse::decode(self.0.split_to(size).freeze());
        let invalid = |_| Failure::permanent("the cache sent an invalid message");
        message.map(Some).map_err(invalid)
    }

    /// Whether a message is incomplete.
    pub(crate) fn has_rest(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_arrive_in_parts() {
        let data = Bytes::from_static(b"0123456789");
        let frame = framed(&ReadResponse { data: data.clone() });
        let both = [&frame[..], &frame].concat();
        for size in [1, 4, 7, 100] {
            let mut frames = Frames::default();
            let mut found = Vec::new();
            for part in both.chunks(size) {
                frames.push(part);
                while let Some(message) = frames.next().unwrap() {
                    found.push(message.data);
                }
            }
            assert_eq!(found, [data.clone(), data.clone()]);
            assert!(!frames.has_rest());
        }
    }

    #[test]
    fn hostile_frames() {
        for (bytes, cause) in [
            (&[1, 0, 0, 0, 0][..], "the cache sent a compressed message"),
            (
                &[0, 255, 255, 255, 255],
                "the cache sent a message of 4294967295 bytes, at most 16777216 are read",
            ),
            (
                &[0, 0, 0, 0, 2, 0x52, 9],
                "the cache sent an invalid message",
            ),
        ] {
            let mut frames = Frames::default();
            frames.push(bytes);
            assert_eq!(frames.next().unwrap_err().cause(), cause);
        }
    }
}
