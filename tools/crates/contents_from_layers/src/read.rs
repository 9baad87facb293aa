use std::collections::BTreeMap;
use std::path::Path;

use blob::{Digest, Result};
use image_contents::{Contents, Index};
use image_store::{Image, Images, Layer};
use rootfs::Recorder;

use crate::assemble::{self, Changelogs};
use crate::recorded::ReadLayer;
use crate::watch::Watch;

/// A layout directory, a tar archive of one, or a `docker save` archive.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The path.
    pub path: &'a Path,
    /// The name of the image in the model.
    pub name: &'a str,
    /// The platform of the one image to read, `os/arch[/variant]`. Without it, all images are read.
    pub platform: Option<&'a str>,
}

/// Images that were opened, and whose layers were not read.
#[derive(Debug)]
pub struct Opened {
    /// The name in the model.
    pub name: String,
    /// The digest of their index; `None` for a single image.
    pub index: Option<Digest>,
    /// The images: exactly one, if there is no index.
    pub images: Vec<Image>,
}

/// The contents of an image or index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadImage {
    /// The model. Its libraries have their exported symbols.
    pub contents: Contents,
    /// The changelogs in the image, by name and version of their packages.
    pub changelogs: BTreeMap<(String, String), String>,
}

/// Reads the contents of several images, in the same order. A layer that several of them have is read once.
///
/// # Errors
///
/// An image cannot be opened or read, does not match its documents, or exceeds a limit of [`rootfs`].
pub fn read(sources: &[Source<'_>]) -> Result<Vec<ReadImage>> {
    let opened = sources.iter().map(open);
    read_opened(&opened.collect::<Result<Vec<_>>>()?)
}

fn open(source: &Source<'_>) -> Result<Opened> {
    let name = source.name.to_owned();
    if source.platform.is_some() {
        let image = Image::open(source.path, source.platform)?;
        return Ok(Opened {
            name,
            index: None,
            images: vec![image],
        });
    }
    let Images { index, images } = Images::open(source.path)?;
    Ok(Opened {
        name,
        index,
        images,
    })
}

/// As [`read`], for images of any source, such as a registry.
///
/// # Errors
///
/// As for [`read`].
pub fn read_opened(all: &[Opened]) -> Result<Vec<ReadImage>> {
    let layers = read_layers(all)?;
    let mut read = Vec::new();
    for (number, opened) in all.iter().enumerate() {
        let mut images = Vec::new();
        let mut changelogs = Changelogs::new();
        for image in &opened.images {
            let keys = image.layers().iter().map(|layer| key(number, layer));
            let own: Vec<&ReadLayer> = keys.filter_map(|key| layers.get(&key)).collect();
            let (image, texts) = assemble::image(&opened.name, image, &own)?;
            images.push(image);
            changelogs.extend(texts);
        }
        let contents = match (opened.index, images.len()) {
            (None, 1) => images.pop().map(Contents::Image),
            _ => None,
        };
        let contents = contents.unwrap_or_else(|| {
            let latest = images.iter().map(|image| image.created.clone()).max();
            Contents::Index(Index {
                name: opened.name.clone(),
                digest: opened.index.unwrap_or_else(|| Digest::of(b"")),
                created: latest.unwrap_or_default(),
                images,
            })
        });
        read.push(ReadImage {
            contents,
            changelogs,
        });
    }
    Ok(read)
}

/// The identity of a layer: the digests in its documents, which reading verifies. A layer without digests is one of its
/// own source, by its name.
type Key = (Option<Digest>, Option<Digest>, Option<(usize, String)>);

fn key(source: usize, layer: &Layer) -> Key {
    let blob = layer.blob.map(|blob| blob.digest);
    let named = (blob.is_none() && layer.diff_id.is_none()).then(|| (source, layer.name.clone()));
    (blob, layer.diff_id, named)
}

/// Reads each layer of all images once.
fn read_layers(all: &[Opened]) -> Result<BTreeMap<Key, ReadLayer>> {
    let mut layers = BTreeMap::new();
    for (number, opened) in all.iter().enumerate() {
        for image in &opened.images {
            let recorder = Recorder::of(image)?;
            for (at, layer) in image.layers().iter().enumerate() {
                let key = key(number, layer);
                if layers.contains_key(&key) {
                    continue;
                }
                let mut watch = Watch::default();
                let recorded = recorder.record(at, &mut watch)?;
                layers.insert(key, ReadLayer { recorded, watch });
            }
        }
    }
    Ok(layers)
}
