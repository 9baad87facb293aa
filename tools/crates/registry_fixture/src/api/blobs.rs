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
    // RFC 9110, section 14.2: a range in a form that is not known is ignored.
    match range(wanted, size) {
        None => Ok(response),
        Some(None) => {
            let refused = Response::new(416).header("Content-Range", format!("bytes */{size}"));
            Err(Error::Response(Box::new(refused)))
        }
        Some(Some((first, last))) => {
            let mut part = response.header("Content-Range", format!("bytes {first}-{last}/{size}"));
            part.status = 206;
            part.part = (first, last - first + 1);
            Ok(part)
        }
    }
}

/// The first and the last byte of a range: `None` if the form is not known, `Some(None)` if the content does not have it.
fn range(text: &str, size: u64) -> Option<Option<(u64, u64)>> {
    let (first, last) = text.split_once('-')?;
    if first.is_empty() {
        let length: u64 = last.parse().ok()?;
        let valid = length > 0 && size > 0;
        return Some(valid.then(|| (size.saturating_sub(length), size - 1)));
    }
    let first: u64 = first.parse().ok()?;
    let last: u64 = if last.is_empty() {
        u64::MAX
    } else {
        last.parse().ok()?
    };
    let last = last.min(size.saturating_sub(1));
    Some((first < size && first <= last).then_some((first, last)))
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
        assert_eq!(range("2-4", 10), Some(Some((2, 4))));
        assert_eq!(range("2-", 10), Some(Some((2, 9))));
        assert_eq!(range("-3", 10), Some(Some((7, 9))));
        assert_eq!(range("-30", 10), Some(Some((0, 9))));
        assert_eq!(range("8-20", 10), Some(Some((8, 9))));
        for missing in ["10-", "10-12", "5-0", "-0"] {
            assert_eq!(range(missing, 10), Some(None), "{missing}");
        }
        for unknown in ["", "x-y", "1-2,4-5", "-"] {
            assert_eq!(range(unknown, 10), None, "{unknown}");
        }
        assert_eq!(range("0-", 0), Some(None));
    }
}
