//! [Blobs](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs): pull and delete.

use super::call::{digest, Call};
use crate::error::{error, Error};
use crate::http::Response;

pub(super) fn answer(call: &Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    match call.head.method.as_str() {
        "GET" | "HEAD" => read(call, reference),
        "DELETE" => delete(call, reference),
        _ => Err(call.unsupported()),
    }
}

fn read(call: &Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    let digest = digest(reference)?;
    let content = call.store().blob(call.repository, &digest);
    let content = content.ok_or_else(unknown)?;
    let size = content.size();
    let response = Response::new(200)
        .header("Content-Type", "application/octet-stream")
        .header("Docker-Content-Digest", &digest)
        .content(content);
    let wanted = call
        .head
        .header("range")
        .and_then(|range| range.strip_prefix("bytes="));
    let Some(wanted) = wanted.filter(|_| call.settings().ranges) else {
        return Ok(response);
    };
    match Range::parse(wanted, size) {
        Range::Unknown => Ok(response),
        Range::Missing => {
            let refused = Response::new(416).header("Content-Range", format!("bytes */{size}"));
            Err(Error::Response(Box::new(refused)))
        }
        Range::Bytes(first, last) => {
            let mut part = response.header("Content-Range", format!("bytes {first}-{last}/{size}"));
            part.status = 206;
            part.part = (first, last - first + 1);
            Ok(part)
        }
    }
}

/// A [range of bytes](https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2).
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// Not in a known form, so it is ignored.
    Unknown,
    /// No part of the content.
    Missing,
    /// From the first to the last byte.
    Bytes(u64, u64),
}

impl Range {
    fn parse(text: &str, size: u64) -> Self {
        let Some((first, last)) = text.split_once('-') else {
            return Self::Unknown;
        };
        match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) => Self::within(first, last, size),
            (Ok(first), Err(_)) if last.is_empty() => Self::within(first, u64::MAX, size),
            (Err(_), Ok(0)) if first.is_empty() => Self::Missing,
            (Err(_), Ok(length)) if first.is_empty() => {
                Self::within(size.saturating_sub(length), u64::MAX, size)
            }
            _ => Self::Unknown,
        }
    }

    fn within(first: u64, last: u64, size: u64) -> Self {
        let last = last.min(size.saturating_sub(1));
        if first < size && first <= last {
            Self::Bytes(first, last)
        } else {
            Self::Missing
        }
    }
}

fn delete(call: &Call<'_, '_>, reference: &str) -> Result<Response, Error> {
    call.may_delete()?;
    let digest = digest(reference)?;
    if call.store().delete_blob(call.repository, &digest) {
        return Ok(Response::new(202));
    }
    Err(unknown())
}

fn unknown() -> Error {
    error(404, "BLOB_UNKNOWN", "blob unknown to registry")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_ten_bytes() {
        let range = |text| Range::parse(text, 10);
        assert_eq!(range("2-4"), Range::Bytes(2, 4));
        assert_eq!(range("2-"), Range::Bytes(2, 9));
        assert_eq!(range("-3"), Range::Bytes(7, 9));
        assert_eq!(range("-30"), Range::Bytes(0, 9));
        assert_eq!(range("8-20"), Range::Bytes(8, 9));
        for missing in ["10-", "10-12", "5-0", "-0"] {
            assert_eq!(range(missing), Range::Missing, "{missing}");
        }
        for unknown in ["", "x-y", "1-2,4-5", "-"] {
            assert_eq!(range(unknown), Range::Unknown, "{unknown}");
        }
        assert_eq!(Range::parse("0-", 0), Range::Missing);
        assert_eq!(Range::parse("-1", 0), Range::Missing);
    }
}
