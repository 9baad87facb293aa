//! `push SOURCE REFERENCE...`.

use std::fs;

use crate::images::{bytes, digest, write_layout, Image};
use crate::support::World;

fn two_platforms() -> Image {
    let base = bytes(1, 5000);
    let image = |seed| Image::new(&[base.clone(), bytes(seed, 3000)]);
    Image::index(&[image(2), image(3)])
}

#[test]
fn a_new_repository_gets_each_blob_once() {
    let world = World::new();
    let image = two_platforms();
    world.layout(&image);
    let run = world.push("team/app:v1");
    assert!(
        run.errors
            .contains("uploaded 5 blobs (0.0 MB), mounted 0, found 0; wrote 3 manifests; "),
        "{}",
        run.errors
    );
    let digest = image.digest();
    assert_eq!(run.success(), format!("HOST/team/app:v1@{digest} pushed\n"));
    world.assert_has("team/app", "v1", &image);
    assert_eq!(world.registry.count("PUT", "/blobs/uploads/"), 5);
    assert_eq!(world.registry.count("PUT", "/manifests/"), 3);
    assert_eq!(world.registry.open_uploads(), 0);
}

#[test]
fn a_second_push_writes_nothing() {
    let world = World::new();
    let image = two_platforms();
    let digest = image.digest();
    world.layout(&image);
    world.push("team/app:v1").success();
    world.registry.take_requests();
    assert_eq!(
        world.push("team/app:v1").success(),
        format!("HOST/team/app:v1@{digest} unchanged\n")
    );
    let requests = world.registry.take_requests();
    let requests: Vec<String> = requests.iter().map(ToString::to_string).collect();
    assert_eq!(
        requests,
        ["GET /v2/ 200 0", "HEAD /v2/team/app/manifests/v1 200 0"]
    );
    // Another tag of an image that is there.
    world.push("team/app:v2").success();
    let requests = world.registry.take_requests();
    let writes = requests.iter().filter(|record| record.method != "GET");
    let writes: Vec<&str> = writes.map(|record| record.method.as_str()).collect();
    assert_eq!(writes.last(), Some(&"PUT"));
}

#[test]
fn only_missing_content_is_sent() {
    let world = World::new();
    let first = Image::new(&[bytes(1, 5000), bytes(2, 3000)]);
    world.layout(&first);
    world.push("team/app:v1").success();
    fs::remove_dir_all(world.path("layout")).unwrap();
    let second = Image::new(&[bytes(1, 5000), bytes(3, 3000)]);
    world.layout(&second);
    world.registry.take_requests();
    let run = world.push("team/app:v1");
    assert!(
        run.errors
            .contains("uploaded 2 blobs (0.0 MB), mounted 0, found 1"),
        "{}",
        run.errors
    );
    run.success();
    world.assert_has("team/app", "v1", &second);
    assert_eq!(world.registry.count("PUT", "/blobs/uploads/"), 2);
}

#[test]
fn several_references() {
    let world = World::new();
    let image = two_platforms();
    let layout = world.layout(&image);
    let digest = image.digest();
    let names = ["b/app:v1", "a/app:v1", "a/app:v2", "a/app:v1"].map(|name| world.name(name));
    let by_digest = world.name(&format!("c/app@{digest}"));
    let names = names.iter().map(String::as_str);
    let arguments: Vec<&str> = ["push", &layout]
        .into_iter()
        .chain(names)
        .chain([by_digest.as_str()])
        .collect();
    assert_eq!(
        world.run(&arguments).success(),
        format!(
            "HOST/a/app:v1@{digest} pushed\nHOST/a/app:v2@{digest} pushed\nHOST/b/app:v1@{digest} pushed\n"
        )
    );
    for (repository, tag) in [
        ("a/app", "v1"),
        ("a/app", "v2"),
        ("b/app", "v1"),
        ("c/app", &digest),
    ] {
        world.assert_has(repository, tag, &image);
    }
    assert_eq!(world.registry.count("PUT", "/blobs/uploads/"), 5);
    let wrong = world.name(&format!("c/app@{}", digest_of_nothing()));
    assert_eq!(
        world.run(&["push", &layout, &wrong]).failure(),
        format!(
            "error: cannot push to `HOST/c/app@{}`: the image has the digest {digest}",
            digest_of_nothing()
        )
    );
}

fn digest_of_nothing() -> String {
    digest(b"")
}

#[test]
fn an_image_of_a_layout_is_selected_by_its_name() {
    let world = World::new();
    let (first, second) = (Image::new(&[bytes(1, 10)]), Image::new(&[bytes(2, 10)]));
    write_layout(&world.path("layout"), &[("v1", &first), ("v2", &second)]);
    let push = |source: &str| world.run(&["push", source, &world.name("app:latest")]);
    let digest = second.digest();
    assert_eq!(
        push("layout#v2").success(),
        format!("HOST/app:latest@{digest} pushed\n")
    );
    assert_eq!(
        push("layout").failure(),
        "error: cannot read image `layout`: expected one image, found 2: `v1`, `v2`"
    );
    assert_eq!(
        push("layout#v3").failure(),
        "error: cannot read image `layout`: expected one image with the name `v3`, found 0: `v1`, `v2`"
    );
}

/// `oci_image_index` of rules_oci writes such an `index.json`.
#[test]
fn a_layout_needs_no_schema_version() {
    let world = World::new();
    let image = two_platforms();
    let layout = world.layout(&image);
    let index = world.path(&layout).join("index.json");
    let text = std::fs::read_to_string(&index).unwrap();
    let short = text.replace("\"schemaVersion\":2", "\"annotations\":{}");
    assert_ne!(short, text);
    std::fs::write(&index, short).unwrap();
    world
        .run(&["push", &layout, &world.name("app:v1")])
        .success();
    world.assert_has("app", "v1", &image);
}

#[test]
fn a_tar_archive_is_pushed() {
    let world = World::new();
    let image = two_platforms();
    let layout = world.layout(&image);
    let tar = std::process::Command::new("tar")
        .args(["-cf", "layout.tar", "-C", &layout, "."])
        .current_dir(world.path(""))
        .status();
    assert!(tar.unwrap().success());
    world
        .run(&["push", "layout.tar", &world.name("app:v1")])
        .success();
    world.assert_has("app", "v1", &image);
}

#[test]
fn a_dry_run_only_reads() {
    let world = World::new();
    let image = two_platforms();
    let layout = world.layout(&image);
    let digest = image.digest();
    let arguments = ["push", &layout, &world.name("team/app:v1"), "--dry-run"];
    assert_eq!(
        world.run(&arguments).success(),
        format!("HOST/team/app:v1@{digest} would push\n")
    );
    assert_eq!(world.writes(), 0);
    world.push("team/app:v1").success();
    world.registry.take_requests();
    assert_eq!(
        world.run(&arguments).success(),
        format!("HOST/team/app:v1@{digest} unchanged\n")
    );
    assert_eq!(world.writes(), 0);
}

#[test]
fn wrong_sources() {
    let world = World::new();
    let image = two_platforms();
    world.layout(&image);
    let push = |source: &str| {
        world
            .run(&["push", source, &world.name("app:v1")])
            .failure()
    };
    assert_eq!(
        push("missing"),
        "error: cannot open image `missing`: No such file or directory (os error 2)"
    );
    fs::create_dir(world.path("empty")).unwrap();
    assert_eq!(
        push("empty"),
        "error: cannot read image `empty`: it is not an OCI layout: it has no `oci-layout` and `index.json`\n\
         hint: give the directory or tar archive that a build of an image writes"
    );
    // A layer with other bytes: the registry refuses it, and no tag is written.
    let layer = image.layers[1].clone();
    let name = digest(&layer).replace("sha256:", "layout/blobs/sha256/");
    fs::write(world.path(&name), bytes(9, layer.len())).unwrap();
    assert_eq!(
        push("layout"),
        format!("error: cannot push `1 of 1 images`: cannot upload blob `HOST/app@{}`: the registry answered 400 Bad Request: DIGEST_INVALID: provided digest did not match uploaded content", digest(&layer))
    );
    assert_eq!(world.registry.tags("app"), []);
    fs::remove_file(world.path(&name)).unwrap();
    assert_eq!(
        push("layout"),
        format!("error: cannot push `1 of 1 images`: cannot read image `layout`: cannot read `{}`: it is missing", &name["layout/".len()..])
    );
}

#[test]
fn wrong_options() {
    let world = World::new();
    for arguments in [
        &["push"][..],
        &["push", "layout"],
        &["push", "layout", "a/b:c", "--plan", "plan.json"],
        &["push", "layout", "a/b:c", "--only", "x"],
        &["push", "--plan", "p", "--no-dates", "--revision", "2"],
        &["push", "layout", "a/b:c", "--jobs", "0"],
    ] {
        assert_eq!(world.run(arguments).code, Some(2), "{arguments:?}");
    }
}
