//! Decompresses indexes.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use blob::{Blob, Error, HashingWriter, Result, ResultExt};

use crate::checksum::FileRecord;
use crate::compression::unpacked;
use crate::fetch::DerivedWriter;
use crate::suite::MAX_INDEX;

/// The bytes that are decompressed before they are hashed and stored.
const PART: usize = 64 << 10;

/// Decompresses a verified index, and checks the text against the Release too if the Release lists it; then `writer` stores
/// it. The descriptor is that of the text if the Release lists the text, else `blob`, that of the file.
///
/// Another thread hashes and stores the text while this one decompresses it, which takes two thirds of the work.
pub(crate) fn unpack(
    bytes: Vec<u8>,
    blob: Blob,
    suffix: &str,
    plain: Option<&FileRecord>,
    writer: Option<Box<dyn DerivedWriter + '_>>,
) -> Result<(Vec<u8>, Blob)> {
    if suffix.is_empty() {
        return Ok((bytes, blob));
    }
    let name = format!("Packages{suffix}");
    let limit = plain.map_or(MAX_INDEX, |plain| plain.size.min(MAX_INDEX));
    let Some(plain) = plain else {
        let mut text = Vec::new();
        let reader = unpacked(&bytes, suffix);
        let read = reader.and_then(|reader| reader.take(limit + 1).read_to_end(&mut text));
        read.cannot("unpack", &name)?;
        return within_limit(text, limit, &name).map(|text| (text, blob));
    };
    // One byte more than the limit shows that a text is larger.
    let mut text = vec![0; limit as usize + 1];
    let (read, found) = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let storing = scope.spawn(|| hash_and_store(receiver, plain.blob(), writer));
        let reader = unpacked(&bytes, suffix);
        let read = reader.and_then(|reader| read_parts(reader, &mut text, sender));
        (read, storing.join().ok().flatten())
    });
    text.truncate(read.cannot("unpack", &name)?);
    let text = within_limit(text, limit, &name)?;
    let verified = match plain.blob() {
        Some(listed) => found.filter(|found| *found == listed),
        None => plain.verify(&text),
    };
    match verified {
        Some(blob) => Ok((text, blob)),
        None => {
            let cause = "its content is not what the signed Release lists for `Packages`";
            Err(Error::cannot("unpack", name, cause))
        }
    }
}

fn within_limit(text: Vec<u8>, limit: u64, name: &str) -> Result<Vec<u8>> {
    if text.len() as u64 > limit {
        let cause = format!("it contains more than {limit} bytes");
        return Err(Error::cannot("unpack", name, cause));
    }
    Ok(text)
}

/// Fills `text` as far as the reader gives bytes, and sends each part that is ready. Returns the number of bytes.
fn read_parts<'a>(
    mut reader: impl Read,
    text: &'a mut [u8],
    ready: Sender<&'a [u8]>,
) -> io::Result<usize> {
    let mut size = 0;
    for part in text.chunks_mut(PART) {
        let count = fill(&mut reader, part)?;
        size += count;
        // Nobody receives if the Release lists no SHA-256 of the text.
        let _ = ready.send(&part[..count]);
        if count < PART {
            break;
        }
    }
    Ok(size)
}

/// Reads until the buffer is full or the reader ends. Returns the number of bytes.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut size = 0;
    while size < buffer.len() {
        match reader.read(&mut buffer[size..]) {
            Ok(0) => break,
            Ok(count) => size += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(size)
}

/// Hashes the parts and stores them, if together they are the expected text. Returns what they are; `None` if there is no
/// SHA-256 to expect.
fn hash_and_store(
    parts: Receiver<&[u8]>,
    expected: Option<Blob>,
    mut writer: Option<Box<dyn DerivedWriter + '_>>,
) -> Option<Blob> {
    let expected = expected?;
    let mut hash = HashingWriter::new(io::sink());
    for part in parts {
        hash.write_all(part).ok()?;
        if let Some(writer) = &mut writer {
            writer.write(part);
        }
    }
    let found = hash.finish().1;
    if let Some(writer) = writer.filter(|_| found == expected) {
        writer.commit();
    }
    Some(found)
}
