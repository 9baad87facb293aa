use image_contents::{Contents, Image, Index};

/// The object that an SBOM describes.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// An image, with all its files.
    Image(&'a Image),
    /// An index with its images, without files.
    Index(&'a Index),
}

impl<'a> From<&'a Contents> for Subject<'a> {
    fn from(contents: &'a Contents) -> Self {
        match contents {
            Contents::Image(image) => Self::Image(image),
            Contents::Index(index) => Self::Index(index),
        }
    }
}

impl<'a> Subject<'a> {
    pub(crate) fn images(self) -> &'a [Image] {
        match self {
            Self::Image(image) => std::slice::from_ref(image),
            Self::Index(index) => &index.images,
        }
    }

    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Image(image) => &image.name,
            Self::Index(index) => &index.name,
        }
    }

    pub(crate) fn created(self) -> &'a str {
        match self {
            Self::Image(image) => &image.created,
            Self::Index(index) => &index.created,
        }
    }
}
