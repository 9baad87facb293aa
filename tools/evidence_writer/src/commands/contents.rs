//! `contents`: the contents of an image from the files of its build.

use std::path::{Path, PathBuf};

use blob::{Error, Result};
use clap::Args;
use contents_from_build::{image, BuiltImage, BuiltLayer, BuiltPart, Source};
use image_contents::Contents;
use worker::Request;

use crate::files;

/// The most bytes of each file. A content list has at most 80 MiB, and layer details 64 MiB.
const MAX_FILE: u64 = 80 << 20;

/// Writes the contents of an image from the files of its build. Reads no layer.
#[derive(Args)]
pub(crate) struct ImageContents {
    /// Name of the image, such as `static:debian12`.
    #[arg(long)]
    name: String,
    /// Manifest of the image.
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// Configuration of the image.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Descriptor of the manifest, with annotations.
    #[arg(long, value_name = "FILE")]
    descriptor: Option<PathBuf>,
    /// Metadata of a layer; may be given several times, lowest first. The layers that were merged into a layer follow it.
    #[arg(long, value_name = "FILE")]
    metadata: Vec<PathBuf>,
    /// Content list of a layer; given once for each --metadata, in the same order.
    #[arg(long, value_name = "FILE")]
    mtree: Vec<PathBuf>,
    /// Details of a layer; given once for each --metadata, in the same order. Empty if there are none.
    #[arg(long, value_name = "FILE")]
    details: Vec<String>,
    /// Number of layers that were merged into a layer; given once for each layer of the image.
    #[arg(long, value_name = "N")]
    merged: Vec<usize>,
    /// Position of a --metadata, from 0, whose layer does not have all files of its packages; may be given several times.
    #[arg(long, value_name = "N")]
    partial: Vec<usize>,
    /// Lock that packages or runtimes come from; may be given several times.
    #[arg(long, value_name = "FILE")]
    lock: Vec<PathBuf>,
    /// Contents file to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// A file and its name in messages.
struct Input {
    file: String,
    text: Vec<u8>,
}

/// The files of a layer.
struct LayerFiles {
    metadata: Input,
    mtree: Input,
    details: Option<Input>,
    is_whole: bool,
}

impl ImageContents {
    pub(crate) fn run(&self, request: &Request) -> Result<()> {
        self.check()?;
        let read = |path: &Path| read(request, path);
        let (manifest, config) = (read(&self.manifest)?, read(&self.config)?);
        let descriptor = self.descriptor.as_deref().map(read).transpose()?;
        let locks = self.lock.iter().map(|path| read(path));
        let locks: Vec<_> = locks.collect::<Result<_>>()?;
        let files = (0..self.metadata.len()).map(|place| self.layer_files(request, place));
        let files: Vec<_> = files.collect::<Result<_>>()?;
        let contents = image(&BuiltImage {
            name: &self.name,
            manifest: manifest.source(),
            config: config.source(),
            descriptor: descriptor.as_ref().map(Input::source),
            layers: self.layers(&files),
            locks: locks.iter().map(Input::source).collect(),
        })?;
        files::write(request, &self.output, &Contents::Image(contents).to_json()?)
    }

    /// Checks the numbers of options.
    fn check(&self) -> Result<()> {
        let expected = self.metadata.len();
        for (option, found) in [
            ("--mtree", self.mtree.len()),
            ("--details", self.details.len()),
        ] {
            if found != expected {
                let cause = format!(
                    "found {found} of them and {expected} of --metadata, expected the same number"
                );
                return Err(Error::cannot("read", option, cause));
            }
        }
        let mut total = 0_usize;
        for number in &self.merged {
            total = total.saturating_add(1).saturating_add(*number);
        }
        if total != expected {
            let cause = format!(
                "{} layers with the layers merged into them are {total} files, found {expected} of --metadata",
                self.merged.len()
            );
            return Err(Error::cannot("read", "--merged", cause));
        }
        Ok(())
    }

    fn layer_files(&self, request: &Request, place: usize) -> Result<LayerFiles> {
        let at =
            |paths: &[PathBuf]| read(request, paths.get(place).map_or(Path::new(""), |path| path));
        let details = self.details.get(place).filter(|path| !path.is_empty());
        Ok(LayerFiles {
            metadata: at(&self.metadata)?,
            mtree: at(&self.mtree)?,
            details: details
                .map(|path| read(request, Path::new(path)))
                .transpose()?,
            is_whole: !self.partial.contains(&place),
        })
    }

    /// Groups the files by layer.
    fn layers<'f>(&self, files: &'f [LayerFiles]) -> Vec<BuiltLayer<'f>> {
        let mut parts = files.iter().map(LayerFiles::part);
        let layers = self.merged.iter().filter_map(|number| {
            let layer = parts.next()?;
            let merged = parts.by_ref().take(*number).collect();
            Some(BuiltLayer { layer, merged })
        });
        layers.collect()
    }
}

fn read(request: &Request, path: &Path) -> Result<Input> {
    Ok(Input {
        file: path.display().to_string(),
        text: files::read(request, path, MAX_FILE)?,
    })
}

impl Input {
    fn source(&self) -> Source<'_> {
        Source {
            file: &self.file,
            text: &self.text,
        }
    }
}

impl LayerFiles {
    fn part(&self) -> BuiltPart<'_> {
        BuiltPart {
            metadata: self.metadata.source(),
            mtree: self.mtree.source(),
            details: self.details.as_ref().map(Input::source),
            is_whole: self.is_whole,
        }
    }
}
