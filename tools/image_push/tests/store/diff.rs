//! The difference of two images of registries.

use registry_fixture::{Registry, Settings};
use serde_json::json;
use testkit::{tar, Item};

use crate::images::{self, image_with, layout};
use crate::world::World;

fn layer(path: &str, content: &str) -> Vec<u8> {
    tar(&[Item::file(path, content)])
}

#[test]
fn a_layer_of_both_images_is_downloaded_once() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let shared = layer("etc/shared", "1");
    let old = image_with("amd64", &[shared.clone(), layer("etc/a", "1")], &["/a"]);
    let new = image_with("amd64", &[shared.clone(), layer("etc/a", "2")], &["/b"]);
    old.store(&registry, "team/app", Some("old"));
    let index = images::index(&[("amd64", &new)], &json!({}));
    index.store(&registry, "other/app", Some("new"));
    let names = [("team", "old"), ("other", "new")];
    let [left, right] = names.map(|(team, tag)| format!("{}/{team}/app:{tag}", registry.address()));
    registry.take_requests();
    let output = world.run(&["diff", &left, &right]).output();
    let start = format!("Difference of {left} and {right}\n");
    assert!(output.starts_with(&start), "{output}");
    assert!(
        output.contains("    content  /etc/a  file 0644 0:0 1 B -> file 0644 0:0 1 B\n"),
        "{output}"
    );
    assert!(
        output.contains("    cmd\n      - [\"/a\"]\n      + [\"/b\"]\n"),
        "{output}"
    );
    let digest = blob::Digest::of(&shared).to_string();
    let requests = registry.take_requests();
    let downloads = requests
        .iter()
        .filter(|request| request.method == "GET" && request.path.contains(&digest));
    assert_eq!(downloads.count(), 1);
    let message = world.run(&["diff", &left, &right, "--exit-code"]).stderr;
    let expected = format!("error: cannot accept `{right}`: it differs from `{left}`\n");
    assert_eq!(message, expected);
}

#[test]
fn a_layout_and_a_missing_image() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let image = image_with("amd64", &[layer("etc/a", "1")], &["/a"]);
    image.store(&registry, "team/app", Some("old"));
    layout(&world, "layout", &[("latest", &image)]);
    let name = format!("{}/team/app:old", registry.address());
    let output = world
        .run(&["diff", &name, "oci:layout", "--exit-code"])
        .output();
    assert_eq!(output, format!("{name} and oci:layout do not differ\n"));
    let missing = format!("{}/team/app:missing", registry.address());
    let message = world.run(&["diff", &name, &missing]).message();
    assert!(message.contains("missing"), "{message}");
    let repository = format!("{}/team/app", registry.address());
    let message = world.run(&["diff", &repository, &name]).message();
    let expected = format!(
        "cannot compare `{repository}`: it names all images of a repository\nhint: add a tag or a digest"
    );
    assert_eq!(message, expected);
}
