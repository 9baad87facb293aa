//! The messages of Bazel's `worker_protocol.proto` and their framing: a varint length, then the message.
//!
//! Written by hand, so that no protobuf compiler is needed. Unused fields are skipped.

use std::io::{self, BufRead, Read};

use prost::Message;

/// The maximum size of a request: a request with a million inputs has a sixth of it.
const LIMIT: u64 = 1 << 30;

/// A request, or the cancellation of one. The fields for inputs (2) and verbosity (5) are not used.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct WorkRequest {
    #[prost(string, repeated, tag = "1")]
    pub(crate) arguments: Vec<String>,
    #[prost(int32, tag = "3")]
    pub(crate) request_id: i32,
    #[prost(bool, tag = "4")]
    pub(crate) cancel: bool,
    #[prost(string, tag = "6")]
    pub(crate) sandbox_dir: String,
}

/// The response to a request.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct WorkResponse {
    #[prost(int32, tag = "1")]
    pub(crate) exit_code: i32,
    #[prost(string, tag = "2")]
    pub(crate) output: String,
    #[prost(int32, tag = "3")]
    pub(crate) request_id: i32,
    #[prost(bool, tag = "4")]
    pub(crate) was_cancelled: bool,
}

/// Reads the next request; `None` at the end of the stream.
pub(crate) fn read(input: &mut impl BufRead) -> io::Result<Option<WorkRequest>> {
    let Some(length) = length(input)? else {
        return Ok(None);
    };
    if length > LIMIT {
        return Err(malformed(format!(
            "a message has {length} bytes, the limit is {LIMIT}"
        )));
    }
    // The buffer grows with the data, so a wrong length does not allocate a gigabyte of memory.
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(malformed(format!(
            "the stream ends {} bytes into a message of {length} bytes",
            bytes.len()
        )));
    }
    let request = WorkRequest::decode(bytes.as_slice());
    request
        .map(Some)
        .map_err(|error| malformed(error.to_string()))
}

fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = 0;
    for shift in (0..64).step_by(7) {
        let mut byte = [0];
        match input.read_exact(&mut byte) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && shift == 0 => {
                return Ok(None);
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(malformed("the stream ends inside a length".into()));
            }
            other => other?,
        }
        length |= u64::from(byte[0] & 0x7f) << shift;
        if byte[0] & 0x80 == 0 {
            return Ok(Some(length));
        }
    }
    Err(malformed("a length has more than ten bytes".into()))
}

fn malformed(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field of the protocol, including the skipped ones, in protobuf encoding.
    const REQUEST: &[u8] =
        b"\x28\x0a\x02@p\x0a\x01x\x12\x0c\x0a\x02in\x12\x06digest\x18\x85\x01\x20\x01\x28\x0a\
        \x32\x0a__sandbox/";

    #[test]
    fn a_request_from_bytes() {
        let request = read(&mut &REQUEST[..]).unwrap().unwrap();
        assert_eq!(request.arguments, ["@p", "x"]);
        assert_eq!(request.request_id, 133);
        assert!(request.cancel);
        assert_eq!(request.sandbox_dir, "__sandbox/");
    }

    #[test]
    fn a_response_to_bytes() {
        let response = WorkResponse {
            exit_code: 1,
            output: "no".into(),
            request_id: 133,
            was_cancelled: true,
        };
        assert_eq!(
            response.encode_length_delimited_to_vec(),
            b"\x0b\x08\x01\x12\x02no\x18\x85\x01\x20\x01"
        );
    }

    #[test]
    fn a_malformed_stream_is_an_error() {
        for (bytes, message) in [
            (&b"\x85"[..], "the stream ends inside a length"),
            (&[0xff; 11][..], "a length has more than ten bytes"),
            (
                &b"\x05\x0a\x02"[..],
                "the stream ends 2 bytes into a message of 5 bytes",
            ),
            (
                &b"\xff\xff\xff\xff\x7f"[..],
                "a message has 34359738367 bytes, the limit is 1073741824",
            ),
        ] {
            assert_eq!(read(&mut &bytes[..]).unwrap_err().to_string(), message);
        }
        assert!(read(&mut &b"\x02\xff\xff"[..]).is_err());
        assert!(read(&mut &b""[..]).unwrap().is_none());
    }
}
