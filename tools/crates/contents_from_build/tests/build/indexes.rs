use contents_from_build::index;
use image_contents::Image;
use serde_json::json;

use super::fixture::{source, Build, Part};

fn image(layer: &'static str) -> Image {
    Build::new(vec![Part::new(layer, &["a"])]).image().unwrap()
}

fn document(images: &[&Image]) -> String {
    let manifests = images.iter().map(|image| {
        json!({
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": image.digest.to_string(), "size": 1, "annotations": {"a": "b"},
        })
    });
    json!({"schemaVersion": 2, "manifests": manifests.collect::<Vec<_>>()}).to_string()
}

#[test]
fn images_in_the_order_of_the_index() {
    let (one, two) = (image("one"), image("two"));
    let text = document(&[&two, &one]);
    let index = index(
        "static:debian12",
        source("index.json", text.as_bytes()),
        vec![one.clone(), two.clone()],
    );
    let index = index.unwrap();
    let digests: Vec<_> = index.images.iter().map(|image| image.digest).collect();
    assert_eq!(digests, [two.digest, one.digest]);
    assert_eq!(index.created, one.created);
    assert_eq!(index.images[0].annotations["a"], "b");
}

#[test]
fn images_that_are_missing_or_too_many() {
    let (one, two) = (image("one"), image("two"));
    let text = document(&[&one, &two]);
    let of = |images: Vec<Image>, text: &str| {
        let found = index("i", source("index.json", text.as_bytes()), images);
        found.unwrap_err().to_string()
    };
    assert_eq!(
        of(vec![one.clone()], &text),
        format!(
            "cannot read `index.json`: its image `{}` has no contents file\n\
             hint: give the contents of each image of the index",
            two.digest
        )
    );
    let text = document(&[&one]);
    let found = of(vec![one, two.clone()], &text);
    assert!(
        found.contains(&format!(
            "it does not have the image `static:debian12` (`{}`)",
            two.digest
        )),
        "{found}"
    );
    let empty = of(Vec::new(), &document(&[]));
    assert!(empty.contains("it has no image"), "{empty}");
}
