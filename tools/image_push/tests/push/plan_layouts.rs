//! Plans with layouts, and with files of tags.

use std::fs;

use serde_json::{json, Value};

use crate::images::{bytes, write_json, Image};
use crate::support::{Run, World};

fn push(world: &World, image: &Value) -> Run {
    write_json(
        &world.path("plan.json"),
        &json!({"version": 1, "layers": [], "images": [image]}),
    );
    let name = world.name("app");
    world.run(&["push", "--plan", "plan.json", "--repository", &name])
}

#[test]
fn an_image_is_a_layout() {
    let world = World::new();
    let image = Image::index(&[Image::new(&[bytes(1, 3000)]), Image::new(&[bytes(2, 10)])]);
    fs::create_dir_all(world.runfiles()).unwrap();
    image.write(&world.runfiles().join("image"), "v1");
    push(&world, &json!({"layout": "image", "tags": ["latest"]})).success();
    world.assert_has("app", "latest", &image);
    assert!(
        push(&world, &json!({"layout": "missing", "tags": ["latest"]}))
            .failure()
            .starts_with("error: cannot "),
    );
}

#[test]
fn tags_are_lines_of_files() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 3000)]);
    fs::create_dir_all(world.runfiles()).unwrap();
    image.write(&world.runfiles().join("image"), "v1");
    fs::write(world.runfiles().join("tags.txt"), "1.2.0\r\n\n 1.2\n").unwrap();
    let with = |file: &str| json!({"layout": "image", "tags": ["latest"], "tag_files": [file]});
    push(&world, &with("tags.txt")).success();
    let tags = world.registry.tags("app").into_iter().map(|(tag, _)| tag);
    assert_eq!(tags.collect::<Vec<_>>(), ["1.2", "1.2.0", "latest"]);
    assert_eq!(
        push(&world, &with("missing.txt")).failure(),
        "error: cannot read tags `missing.txt`: No such file or directory (os error 2)"
    );
    fs::write(world.runfiles().join("tags.txt"), "a b\n").unwrap();
    assert!(push(&world, &with("tags.txt")).failure().contains("a b"));
}

#[test]
fn an_image_has_a_root_or_a_layout() {
    let world = World::new();
    for image in [json!({}), json!({"layout": "image", "root": "image.json"})] {
        assert_eq!(
            push(&world, &image).failure(),
            "error: cannot read `plan.json`: at `images[0]`: expected either `root` or `layout`"
        );
    }
}
