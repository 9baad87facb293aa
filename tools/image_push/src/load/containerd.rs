//! Loads an image into containerd, by its program `ctr`. Its environment variables `CONTAINERD_ADDRESS` and
//! `CONTAINERD_NAMESPACE` choose the socket and the namespace.

use std::collections::HashSet;

use blob::{Digest, Error, Result};

use super::archive::Archive;
use super::image::{machine, Image};
use super::name::Name;
use super::program::Program;
use super::request::{Loaded, Request};

const CTR: Program = Program {
    name: "ctr",
    hint: "install containerd, or load into `oci-archive:FILE`",
};

/// Imports an image. Layers that containerd has are left out.
pub(super) fn load(request: &Request<'_>) -> Result<Vec<Loaded>> {
    let requested = request.platform.as_ref();
    let image = Image::choose(request.source, request.root, requested, &machine())?;
    let digest = image.manifest_blob.digest;
    if request.names.is_empty() {
        let cause = "containerd needs a name for each image";
        return Err(
            Error::cannot("load", request.source.name(), cause).hint("add `--name NAME:TAG`")
        );
    }
    let images = CTR.run(&["images", "list"])?;
    let mut loaded = Vec::new();
    for name in &request.names {
        loaded.push(Loaded {
            name: name.text().to_owned(),
            digest,
            is_unchanged: has(&images, name, digest),
        });
    }
    if loaded.iter().any(|one| !one.is_unchanged) {
        import(request, &image)?;
    }
    Ok(loaded)
}

fn import(request: &Request<'_>, image: &Image) -> Result<()> {
    let content = CTR.run(&["content", "list", "--quiet"])?;
    let there: HashSet<Digest> = content
        .lines()
        .filter_map(|d| d.trim().parse().ok())
        .collect();
    let names: Vec<&Name> = request.names.iter().collect();
    let platform = image.platform.to_string();
    let arguments = ["images", "import", "--platform", &platform, "-"];
    let feed = |without: &HashSet<Digest>| {
        let archive = Archive::of(request.source, image, &names, without)?;
        let mut reader = archive.reader();
        CTR.feed(&arguments, &mut reader)
    };
    if image
        .layers
        .iter()
        .any(|layer| there.contains(&layer.digest))
    {
        match feed(&there) {
            Ok(_) => return Ok(()),
            // A layer may have been removed in the meantime.
            Err(error) => {
                let line = format!("note: {error}; all layers are sent again");
                request.progress.line(&line);
            }
        }
    }
    feed(&HashSet::new()).map(drop)
}

/// Whether the output of `ctr images list` has the image under this name: `REF TYPE DIGEST …`.
fn has(images: &str, name: &Name, digest: Digest) -> bool {
    let (full, digest) = (name.full(), digest.to_string());
    images.lines().any(|line| {
        let mut columns = line.split_whitespace();
        columns.next() == Some(full.as_str()) && columns.nth(1) == Some(digest.as_str())
    })
}
