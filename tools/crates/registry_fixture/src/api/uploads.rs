//! [Uploads of blobs](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs).

use std::io::Read;

use super::call::{digest, Call};
use crate::error::{error, error_body, Error};
use crate::http::Response;
use crate::settings::Location;
use crate::store::{Digest, Upload};

/// `POST`: begins an upload, mounts a blob, or pushes one at once.
pub(super) fn begin(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    if call.head.method != "POST" {
        return Err(call.unsupported());
    }
    if let Some(mounted) = mount(call)? {
        return Ok(mounted);
    }
    let whole = call
        .head
        .parameter("digest")
        .filter(|_| call.settings().post_only);
    let mut upload = call.store().new_upload(call.repository)?;
    if let Some(wanted) = whole {
        let digest = digest(&wanted)?;
        receive(call, &mut upload)?;
        return finish(call, upload, &digest);
    }
    let mut response = open(call, &upload, 202);
    if let Some(length) = call.settings().chunk_min_length {
        response = response.header("OCI-Chunk-Min-Length", length);
    }
    call.store().keep(upload);
    Ok(response)
}

/// The response if the blob was mounted. Otherwise an upload begins.
fn mount(call: &Call<'_, '_>) -> Result<Option<Response>, Error> {
    let Some(wanted) = call.head.parameter("mount") else {
        return Ok(None);
    };
    let digest = digest(&wanted)?;
    let from = call.head.parameter("from");
    let allowed = call.settings().mounts && !call.instructions.refuse_mount;
    if allowed
        && call
            .store()
            .mount(call.repository, from.as_deref(), &digest)
    {
        return Ok(Some(created(call, &digest)));
    }
    Ok(None)
}

/// A request to the `Location` of an upload.
pub(super) fn answer(call: &mut Call<'_, '_>, id: &str) -> Result<Response, Error> {
    let upload = call.store().take(call.repository, id);
    let mut upload = upload
        .filter(|_| !call.instructions.forget_upload)
        .ok_or_else(unknown)?;
    match call.head.method.as_str() {
        "GET" => {
            let response = open(call, &upload, 204);
            call.store().keep(upload);
            Ok(response)
        }
        "DELETE" => Ok(Response::new(204)),
        "PATCH" => {
            let written = write(call, &mut upload);
            let response = open(call, &upload, 202);
            call.store().keep(upload);
            written.map(|()| response)
        }
        "PUT" => put(call, upload),
        _ => {
            call.store().keep(upload);
            Err(call.unsupported())
        }
    }
}

/// The end of an upload, with or without the last chunk.
fn put(call: &mut Call<'_, '_>, mut upload: Upload) -> Result<Response, Error> {
    let wanted = call.head.parameter("digest");
    let wanted = wanted.as_deref().and_then(Digest::parse);
    let Some(digest) = wanted else {
        call.store().keep(upload);
        return Err(error(400, "DIGEST_INVALID", "missing or invalid digest"));
    };
    if let Err(error) = write(call, &mut upload) {
        call.store().keep(upload);
        return Err(error);
    }
    finish(call, upload, &digest)
}

fn finish(call: &Call<'_, '_>, upload: Upload, digest: &Digest) -> Result<Response, Error> {
    if !upload.has(digest)? {
        let message = "provided digest did not match uploaded content";
        return Err(error(400, "DIGEST_INVALID", message));
    }
    call.store().finish(upload, digest)?;
    Ok(created(call, digest))
}

/// Appends the body to the upload, if it begins at the end of the upload.
fn write(call: &mut Call<'_, '_>, upload: &mut Upload) -> Result<(), Error> {
    if call.settings().location == Location::Query && state(call) != Some(upload.state) {
        return Err(unknown());
    }
    if let Some(range) = call.head.header("content-range") {
        if !follows(range, upload.size, call.head.header("content-length")) {
            return Err(out_of_order(call, upload));
        }
    }
    receive(call, upload)?;
    upload.state += 1;
    Ok(())
}

fn state(call: &Call<'_, '_>) -> Option<u64> {
    call.head.parameter("_state")?.parse().ok()
}

/// Whether a chunk with this `Content-Range` and `Content-Length` begins at this byte.
fn follows(range: &str, start: u64, length: Option<&str>) -> bool {
    // Clients also write the form of RFC 9110, section 14.4: `bytes 0-9/*`.
    let range = range.strip_prefix("bytes ").unwrap_or(range);
    let range = range.split('/').next().unwrap_or_default();
    let numbers = range
        .split_once('-')
        .and_then(|(first, last)| Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?)));
    let Some((first, last)) = numbers else {
        return false;
    };
    let length = length.map(str::parse::<u64>);
    let has_length = |length| {
        last.checked_sub(first)
            .is_some_and(|l| l.checked_add(1) == Some(length))
    };
    first == start && length.is_none_or(|length| length.is_ok_and(has_length))
}

/// Appends the body to the upload. If the connection ends, the upload has the part that came.
fn receive(call: &mut Call<'_, '_>, upload: &mut Upload) -> Result<(), Error> {
    let mut piece = vec![0; 64 << 10];
    loop {
        let length = call.body.read(&mut piece)?;
        if length == 0 {
            return Ok(());
        }
        upload.write(&piece[..length])?;
    }
}

fn out_of_order(call: &Call<'_, '_>, upload: &Upload) -> Error {
    let body = error_body("BLOB_UPLOAD_INVALID", "the chunk is out of order");
    let mut response = Response::json(416, &body);
    response.headers.extend(open(call, upload, 416).headers);
    Error::Response(Box::new(response))
}

/// A response with the `Location` and the bytes so far. `0-0` is also the range of an upload without a byte, as in
/// other registries.
fn open(call: &Call<'_, '_>, upload: &Upload, status: u16) -> Response {
    Response::new(status)
        .header("Location", location(call, upload))
        .header("Range", format!("0-{}", upload.size.saturating_sub(1)))
        .header("Docker-Upload-UUID", &upload.id)
}

fn location(call: &Call<'_, '_>, upload: &Upload) -> String {
    let path = format!("/v2/{}/blobs/uploads/{}", call.repository, upload.id);
    match &call.settings().location {
        Location::Path => path,
        Location::Absolute => format!("{}{path}", call.head.root(&call.shared.url)),
        // The URL of a `POST` ends with `/uploads/`, that of the others with the ID.
        Location::Relative => upload.id.clone(),
        Location::Query => format!("{path}?_state={}", upload.state),
        Location::Host(root) => format!("{root}{path}"),
    }
}

fn created(call: &Call<'_, '_>, digest: &Digest) -> Response {
    let path = format!("/v2/{}/blobs/{digest}", call.repository);
    Response::new(201)
        .header("Location", path)
        .header("Docker-Content-Digest", digest)
}

fn unknown() -> Error {
    error(
        404,
        "BLOB_UPLOAD_UNKNOWN",
        "blob upload unknown to registry",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_follows_the_bytes_so_far() {
        assert!(follows("0-9", 0, Some("10")));
        assert!(follows("10-19", 10, None));
        assert!(follows("bytes 10-19/*", 10, Some("10")));
        for bad in ["0-9", "11-20", "10-20", "10", "-", "x-y", "10-9", ""] {
            assert!(!follows(bad, 10, Some("10")), "{bad}");
        }
        assert!(!follows(&format!("0-{}", u64::MAX), 0, Some("0")));
    }
}
