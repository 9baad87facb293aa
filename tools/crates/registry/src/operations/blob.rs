//! Downloads of blobs: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs>.

use std::io::{ErrorKind, Read, Write};

use blob::{Blob, HashingWriter, Result};
use transfer::http::response::{content_range, header};
use transfer::{Failure, Pace};
use ureq::http::header::{CONTENT_LENGTH, RANGE};
use ureq::http::{Method, StatusCode};

use super::{check_digest, stated_digest, Outcome, RepositoryClient};
use crate::http::Response;

const BLOCK: usize = 64 << 10;

impl RepositoryClient<'_> {
    /// Whether the repository has a blob.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer, or states another digest or size.
    pub fn blob_exists(&self, blob: &Blob) -> Result<bool> {
        let object = format!("@{}", blob.digest);
        self.run("look up blob", &object, || self.has_blob(blob))
    }

    pub(super) fn has_blob(&self, blob: &Blob) -> Outcome<bool> {
        let url = self.url(&format!("blobs/{}", blob.digest))?;
        let sent = self.ask(Method::HEAD, url, Vec::new(), 0)?;
        let response = sent.response;
        match response.status() {
            StatusCode::NOT_FOUND => return Ok(false),
            status if status.is_success() => {}
            _ => return Err(self.failed(response)),
        }
        check_digest(stated_digest(&response)?, blob.digest)?;
        let size = header(&response, &CONTENT_LENGTH).and_then(|text| text.parse().ok());
        check_size(size, blob)?;
        Ok(true)
    }

    /// Writes a blob to `output`, which is complete and right if this returns true. Returns false, and writes nothing, if
    /// the repository does not have the blob. An interrupted download continues with the next byte.
    ///
    /// # Errors
    ///
    /// The registry gives no definite answer or other bytes, or `output` cannot be written. `output` may then have bytes
    /// that are wrong.
    pub fn blob(&self, blob: &Blob, output: &mut dyn Write) -> Result<bool> {
        let mut download = Download {
            blob: *blob,
            content: HashingWriter::new(output),
            received: 0,
        };
        let object = format!("@{}", blob.digest);
        let exists = self.run("get blob", &object, || self.receive(&mut download))?;
        if !exists {
            return Ok(false);
        }
        let (_, found) = download.content.finish();
        if found == *blob {
            return Ok(true);
        }
        let cause = format!("expected {}, found {}", blob.digest, found.digest);
        self.run("get blob", &object, || {
            Err(Failure::permanent(cause.clone()))
        })
    }

    fn receive(&self, download: &mut Download<'_>) -> Outcome<bool> {
        let Blob { digest, size } = download.blob;
        let from = download.received;
        if from > 0 && from == size {
            return Ok(true);
        }
        let mut headers = Vec::new();
        if from > 0 {
            headers.push((RANGE, format!("bytes={from}-")));
        }
        let url = self.url(&format!("blobs/{digest}"))?;
        let response = self.ask(Method::GET, url, headers, size)?.response;
        let skipped = match response.status() {
            StatusCode::NOT_FOUND if from == 0 => return Ok(false),
            StatusCode::PARTIAL_CONTENT if from > 0 => {
                let (start, total) = content_range(&response).unwrap_or((0, None));
                check_size(total, &download.blob)?;
                if start != from {
                    let cause = "the registry sent another part of the blob than requested";
                    return Err(Failure::permanent(cause));
                }
                0
            }
            StatusCode::OK => {
                check_size(response.body().content_length(), &download.blob)?;
                // The bytes before are already written. If they are others now, the digest shows it.
                from
            }
            _ => return Err(self.failed(response)),
        };
        self.copy(response, skipped, download)?;
        Ok(true)
    }

    /// Copies a body to the output, without its first `skipped` bytes.
    fn copy(
        &self,
        response: Response,
        mut skipped: u64,
        download: &mut Download<'_>,
    ) -> Outcome<()> {
        let timeout = self.client.options.timeout;
        let size = download.blob.size;
        let mut reader = response.into_body().into_reader();
        let mut buffer = vec![0; BLOCK];
        let mut pace = Pace::new(timeout);
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    let failure = Failure::of_error(&ureq::Error::from(error), timeout);
                    return Err(download.at(failure));
                }
            };
            let dropped = usize::try_from(skipped).map_or(read, |skipped| skipped.min(read));
            skipped -= dropped as u64;
            download.push(&buffer[dropped..read])?;
            if download.received > size {
                return Err(Failure::permanent(format!("more than {size} bytes")));
            }
            pace.received(read)
                .map_err(|failure| download.at(failure))?;
        }
        if download.received < size {
            return Err(download.at(Failure::interrupted()));
        }
        Ok(())
    }
}

/// A download, over several responses.
struct Download<'a> {
    blob: Blob,
    content: HashingWriter<&'a mut dyn Write>,
    received: u64,
}

impl Download<'_> {
    fn push(&mut self, bytes: &[u8]) -> Outcome<()> {
        let written = self.content.write_all(bytes);
        written.map_err(|error| Failure::permanent(format!("cannot write the blob: {error}")))?;
        self.received += bytes.len() as u64;
        Ok(())
    }

    /// Adds to a failure how many bytes were received.
    fn at(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Temporary { cause, retry_after } => Failure::Temporary {
                cause: format!(
                    "{cause} after {} of {} bytes",
                    self.received, self.blob.size
                ),
                retry_after,
            },
            other => other,
        }
    }
}

fn check_size(found: Option<u64>, blob: &Blob) -> Outcome<()> {
    match found {
        Some(found) if found != blob.size => Err(Failure::permanent(format!(
            "expected {} bytes, the registry states {found}",
            blob.size
        ))),
        _ => Ok(()),
    }
}
