use blob::{Error, Result};
use message::parse_json;
use oci::canonical_json;
use serde::{Deserialize, Serialize};

use crate::limits::MAX_BYTES;
use crate::{Image, Index};

/// The version of the file form.
const VERSION: u64 = 1;

/// A contents file: the contents of an image, or of all images of an index.
// A program has one value of it, so its size is no concern.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// One image.
    Image(Image),
    /// An index.
    Index(Index),
}

/// The JSON of a contents file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<T> {
    contents: T,
    version: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Form<'a> {
    Image(&'a Image),
    Index(&'a Index),
}

#[allow(clippy::large_enum_variant)]
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum OwnedForm {
    Image(Image),
    Index(Index),
}

impl Contents {
    /// Parses a contents file. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The file is larger than [`MAX_BYTES`], is not JSON of this form, or has another version. The message has the place.
    pub fn parse(file: &str, text: &[u8]) -> Result<Self> {
        let fail = |cause: String| {
            Error::cannot("read contents", file, cause).hint(
                "make it with this version of distroless, or give a file `NAME.contents.json`",
            )
        };
        if text.len() > MAX_BYTES {
            return Err(fail(format!("it is larger than {MAX_BYTES} bytes")));
        }
        let document: Document<OwnedForm> = parse_json(text).map_err(fail)?;
        if document.version != VERSION {
            let found = document.version;
            return Err(fail(format!(
                "at `version`: expected {VERSION}, found {found}"
            )));
        }
        Ok(match document.contents {
            OwnedForm::Image(image) => Self::Image(image),
            OwnedForm::Index(index) => Self::Index(index),
        })
    }

    /// The file form.
    ///
    /// # Errors
    ///
    /// Only those of the JSON writer.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        canonical_json(&Document {
            contents: match self {
                Self::Image(image) => Form::Image(image),
                Self::Index(index) => Form::Index(index),
            },
            version: VERSION,
        })
    }

    /// The images: one, or those of the index.
    pub fn images(&self) -> &[Image] {
        match self {
            Self::Image(image) => std::slice::from_ref(image),
            Self::Index(index) => &index.images,
        }
    }

    /// The name of the image or the index.
    pub fn name(&self) -> &str {
        match self {
            Self::Image(image) => &image.name,
            Self::Index(index) => &index.name,
        }
    }

    /// The digest of the manifest or the index.
    pub fn digest(&self) -> blob::Digest {
        match self {
            Self::Image(image) => image.digest,
            Self::Index(index) => index.digest,
        }
    }
}
