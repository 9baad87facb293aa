//! Reads one layer: from its blob to its entries, verified while reading.

use std::io::{self, BufRead, BufReader, Read};

use blob::{Blob, Error, HashingReader, Result, ResultExt};
use flate2::read::MultiGzDecoder;
use image_store::{Compression, Image, Layer, StoredFile};
use oci_spec::image::MediaType;
use tarball::{Ending, RawEntry, Reader};
use tree::shortened;

use crate::budget::{Budget, Metered};
use crate::{escape, Inode};

const BUFFER: usize = 128 * 1024;

/// An eStargz layer has this annotation, and contains this file as its table of contents.
const TABLE_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";
const TABLE: &[u8] = b"stargz.index.json";

/// The content of the current entry.
pub(crate) type Content<'a> = &'a mut dyn Read;

/// The function that receives the entries of an image's layer, with their positions.
pub(crate) type Look<'a> =
    &'a mut dyn FnMut(Inode, RawEntry, Content) -> std::result::Result<(), Stop>;

/// The function that receives the entries of an archive.
type Each<'a> = &'a mut dyn FnMut(RawEntry, Content) -> std::result::Result<(), Stop>;

/// Why the reading ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The content cannot be read.
    Content(io::Error),
    /// The layer is not the cause; the error is returned unchanged.
    Other(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Passes every entry of a layer to `look`, then verifies size, digest and diff_id. Returns the compression of the blob
/// and how its archive ends.
pub(crate) fn read(
    image: &Image,
    number: usize,
    budget: &Budget,
    look: Look,
) -> Result<(Compression, Ending)> {
    let layer = &image.layers()[number];
    let mut inode = Inode {
        layer: number as u32,
        entry: 0,
    };
    let is_seekable = layer.annotations.contains_key(TABLE_DIGEST);
    let mut counted = |entry: RawEntry, content: Content| {
        // The table of contents describes the blob. It is not a file of the image.
        let outcome = if is_seekable && entry.name == TABLE {
            Ok(())
        } else {
            look(inode, entry, content)
        };
        inode.entry = inode.entry.saturating_add(1);
        outcome
    };
    verified(image, number, budget, &mut counted)
}

fn verified(
    image: &Image,
    number: usize,
    budget: &Budget,
    each: Each,
) -> Result<(Compression, Ending)> {
    let layer = &image.layers()[number];
    let fail = |error: Error| error.within("read layer", &layer.name);
    if !is_layer(&layer.media_type) {
        let cause = format!("media type: `{}` is not that of a layer", layer.media_type);
        return Err(Error::cannot("read layer", &layer.name, cause));
    }
    let file = image.open_layer(number).map_err(fail)?;
    if let Some(blob) = layer.blob.filter(|blob| blob.size != file.size()) {
        let cause = format!(
            "its descriptor says {} bytes, it has {}",
            blob.size,
            file.size()
        );
        return Err(Error::cannot("read layer", &layer.name, cause));
    }
    let mut looked = Ok(Ending::Sound);
    let (compression, outcome) = entries(file, &mut looked, budget, each).map_err(fail)?;
    let ending = looked?;
    let (packed, broken) = outcome;
    if let Some(blob) = layer.blob.filter(|blob| blob.digest != packed.digest) {
        let cause = format!(
            "its bytes are those of `{}`, not of `{}`",
            packed.digest, blob.digest
        );
        return Err(Error::cannot("read layer", &layer.name, cause));
    }
    let plain = broken.map_err(fail)?;
    match layer.diff_id {
        Some(diff_id) if diff_id != plain.digest => {
            let cause = format!(
                "its unpacked bytes are those of `{}`, the config's diff_id is `{diff_id}`",
                plain.digest
            );
            Err(Error::cannot("read layer", &layer.name, cause))
        }
        _ => Ok((compression, ending)),
    }
}

/// Digests and sizes after reading to the end: of the blob as stored, and of its uncompressed bytes, or why they cannot
/// be read.
type Outcome = (Blob, Result<Blob>);

fn entries(
    file: StoredFile,
    looked: &mut Result<Ending>,
    budget: &Budget,
    each: Each,
) -> Result<(Compression, Outcome)> {
    let mut packed = HashingReader::new(file);
    let mut input = BufReader::with_capacity(BUFFER, &mut packed);
    let magic = input.fill_buf().cannot("read", "blob")?;
    let compression = Compression::of(&magic[..magic.len().min(4)]);
    let plain = match compression {
        // Both digests cover the same bytes here, so they are hashed once.
        Compression::None => tar(&mut input, looked, budget, each).map(|()| None),
        Compression::Gzip => hashed(MultiGzDecoder::new(input), looked, budget, each).map(Some),
        Compression::Zstd => match zstd::stream::read::Decoder::with_buffer(input) {
            Ok(decoder) => hashed(decoder, looked, budget, each).map(Some),
            Err(error) => Err(Error::cannot("unpack", "blob", error)),
        },
    };
    if looked.is_err() {
        // `each` ended the reading, so the digests are not needed.
        let plain = Ok(Blob::of(b""));
        return Ok((compression, (Blob::of(b""), plain)));
    }
    let packed = packed.finish().cannot("read", "blob")?;
    Ok((
        compression,
        (packed, plain.map(|plain| plain.unwrap_or(packed))),
    ))
}

fn hashed(
    decoder: impl Read,
    looked: &mut Result<Ending>,
    budget: &Budget,
    each: Each,
) -> Result<Blob> {
    let mut plain = HashingReader::new(Metered::unpacked(decoder, budget));
    tar(&mut plain, looked, budget, each)?;
    plain.finish().cannot("unpack", "blob")
}

/// Reads the entries. `looked` becomes the ending of the archive, or the error of `each`, which ends the reading.
fn tar(plain: impl Read, looked: &mut Result<Ending>, budget: &Budget, each: Each) -> Result<()> {
    let mut reader = Reader::lenient(BufReader::with_capacity(BUFFER, plain));
    let fail = |name: &str, cause: String| Error::cannot("read entry", shortened(name), cause);
    // The previous entry, and how many bytes of its content are unread. The next header proves that they exist, so they
    // count from then on.
    let mut before: Option<(String, u64)> = None;
    loop {
        let entry = reader.next_raw()?;
        if let Some((name, left)) = before.take() {
            budget.content(left).map_err(|cause| fail(&name, cause))?;
        }
        let Some(entry) = entry else {
            *looked = Ok(reader.ending());
            return Ok(());
        };
        let (name, size) = (escape(&entry.name).into_owned(), entry.size);
        budget.entry().map_err(|cause| fail(&name, cause))?;
        let mut content = Metered::content(&mut reader, budget);
        match each(entry, &mut content) {
            Ok(()) => before = Some((name, size.saturating_sub(content.read))),
            Err(Stop::Content(cause)) => return Err(fail(&name, cause.to_string())),
            Err(Stop::Other(error)) => {
                *looked = Err(error);
                return Ok(());
            }
        }
    }
}

/// The media types of tar layers, by OCI and by Docker.
fn is_layer(media_type: &MediaType) -> bool {
    let name = media_type.to_string();
    let known = [
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.docker.image.rootfs.diff.tar",
        "application/vnd.docker.image.rootfs.foreign.diff.tar",
    ];
    let rest = known.iter().find_map(|known| name.strip_prefix(known));
    rest.is_some_and(|rest| matches!(rest, "" | "+gzip" | "+zstd" | ".gzip" | ".zstd"))
}

/// The problem with a layer whose compression differs from its media type.
pub(crate) fn mismatch(layer: &Layer, found: Compression) -> Option<String> {
    layer.blob?;
    let name = layer.media_type.to_string();
    let said = match () {
        () if name.ends_with("gzip") => Compression::Gzip,
        () if name.ends_with("zstd") => Compression::Zstd,
        () => Compression::None,
    };
    (said != found).then(|| {
        let (name, said, found) = (&layer.name, noun(said), noun(found));
        format!("layer `{name}`: its media type means {said}, but its bytes are {found}")
    })
}

fn noun(compression: Compression) -> &'static str {
    match compression {
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
        Compression::None => "a plain tar",
    }
}
