//! Image indexes: several images under one name.

use std::collections::HashMap;
use std::fmt::Display;

use blob::{Error, Result};
use oci_spec::image::{Descriptor, ImageIndex, MediaType};

use crate::{media, Document, Pairs, Platform};

/// A finished index.
#[derive(Clone, Debug)]
pub struct Index {
    /// The index itself.
    pub index: Document,
    /// Its descriptor.
    pub descriptor: Descriptor,
}

/// Makes an index of images. Each image has the name of its descriptor file, for messages. The order is kept, because
/// clients use the first image that fits.
///
/// # Errors
///
/// Two images are for the same platform, or a descriptor is not that of a manifest or has no platform.
pub fn index<N: Display>(images: &[(N, Descriptor)], annotations: &Pairs) -> Result<Index> {
    let mut platforms: Vec<(&N, Platform)> = Vec::with_capacity(images.len());
    for (name, descriptor) in images {
        let platform = platform(name, descriptor)?;
        if let Some((first, same)) = platforms.iter().find(|(_, known)| known.same(&platform)) {
            let cause =
                format!("it is for `{platform}`, the same platform as `{first}` (`{same}`)");
            return Err(Error::cannot("add image", name, cause));
        }
        platforms.push((name, platform));
    }
    let mut index = ImageIndex::default();
    index
        .set_media_type(Some(MediaType::ImageIndex))
        .set_manifests(images.iter().map(|(_, image)| image.clone()).collect())
        .set_annotations(annotations.over(HashMap::new()));
    let index = Document::of("index", &index)?;
    let descriptor = index.descriptor(MediaType::ImageIndex)?;
    Ok(Index { index, descriptor })
}

fn platform(name: impl Display, descriptor: &Descriptor) -> Result<Platform> {
    if *descriptor.media_type() != MediaType::ImageManifest {
        let cause = media::unexpected(descriptor.media_type(), &[MediaType::ImageManifest]);
        return Err(Error::cannot("add image", name, cause));
    }
    match descriptor.platform() {
        Some(platform) => Ok(Platform::of_entry(platform)),
        None => Err(Error::cannot(
            "add image",
            name,
            "its descriptor has no `platform`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{layer, pairs, settings, text};
    use crate::{descriptor_bytes, image, read_descriptor};

    fn entry(architecture: &str, variant: Option<&str>) -> (String, Descriptor) {
        let made = image(&settings(architecture, variant), None, &[layer('a', 7)]).unwrap();
        let bytes = descriptor_bytes(&made.descriptor).unwrap();
        let name = format!("{architecture}.json");
        (name.clone(), read_descriptor(name, &bytes).unwrap())
    }

    #[test]
    fn the_given_order_is_kept() {
        let images = [
            entry("riscv64", None),
            entry("arm", Some("v7")),
            entry("amd64", None),
        ];
        let made = index(&images, &pairs(&["z=1", "a=2"])).unwrap();
        let text = text(&made.index);
        assert!(
            text.starts_with(r#"{"annotations":{"a":"2","z":"1"},"manifests":[{"digest":"#),
            "{text}"
        );
        assert!(text.ends_with(
            r#""mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"#
        ));
        let platforms: Vec<_> = text
            .match_indices(r#""platform":"#)
            .filter_map(|(start, _)| text[start..].split_inclusive('}').next())
            .collect();
        assert_eq!(
            platforms,
            [
                r#""platform":{"architecture":"riscv64","os":"linux"}"#,
                r#""platform":{"architecture":"arm","os":"linux","variant":"v7"}"#,
                r#""platform":{"architecture":"amd64","os":"linux"}"#,
            ]
        );
        assert_eq!(made.descriptor.size(), text.len() as u64);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let arm64 = ("base.json".to_owned(), entry("arm64", None).1);
        let images = [entry("arm64", Some("v8")), entry("amd64", None), arm64];
        assert_eq!(
            index(&images, &Pairs::default()).unwrap_err().to_string(),
            "cannot add image `base.json`: it is for `linux/arm64`, the same platform as `arm64.json` (`linux/arm64/v8`)"
        );
        let (name, mut bare) = entry("amd64", None);
        bare.set_platform(None);
        assert_eq!(
            index(&[(name, bare)], &Pairs::default())
                .unwrap_err()
                .to_string(),
            "cannot add image `amd64.json`: its descriptor has no `platform`"
        );
        let nested = index(&[entry("amd64", None)], &Pairs::default())
            .unwrap()
            .descriptor;
        assert_eq!(
            index(&[("index.json", nested)], &Pairs::default()).unwrap_err().to_string(),
            "cannot add image `index.json`: media type: expected `application/vnd.oci.image.manifest.v1+json`, \
             found `application/vnd.oci.image.index.v1+json`"
        );
    }

    #[test]
    fn a_bad_descriptor_is_refused() {
        let (_, descriptor) = entry("amd64", None);
        let good = String::from_utf8(descriptor_bytes(&descriptor).unwrap()).unwrap();
        for (text, message) in [
            (
                r#"{"mediaType":"a","digest":"md5:1","size":-1}"#.to_owned(),
                "cannot read `d.json`: at `size`: invalid value: integer `-1`, expected u64 at line 1 column 43",
            ),
            (
                good.replace("sha256:", "sha256:0"),
                "cannot read `d.json`: at `digest`: Invalid digest length 65 expected 64 at line 1 column 84",
            ),
            (good[..20].to_owned(), "cannot read `d.json`: at `digest`: EOF while parsing a string at line 1 column 20"),
        ] {
            assert_eq!(read_descriptor("d.json", text.as_bytes()).unwrap_err().to_string(), message);
        }
    }
}
