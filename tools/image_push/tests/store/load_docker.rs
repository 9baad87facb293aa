use blob::Digest;

use crate::engine::Engine;
use crate::images::{image, index, layout, Item};
use crate::world::World;

const VERSION: &str = r#"{"Os":"linux","Arch":"arm64"}"#;
const INFO: &str = r#"{"DriverStatus":[["Backing Filesystem","extfs"]]}"#;

/// A layout with images for two architectures, and an engine for arm64.
fn bench() -> (World, Engine, Item) {
    let mut world = World::new();
    let engine = Engine::new(&world.path("socket"));
    world.set(
        "DOCKER_HOST",
        &format!("unix://{}", world.path("socket").display()),
    );
    engine.answer("/version", VERSION);
    engine.answer("/info", INFO);
    engine.answer("/images/json?all=true", "[]");
    let arm = image("arm64", &["base", "application"]);
    let attestation = image("unknown", &[]);
    let list = [
        ("amd64", &image("amd64", &["x"])),
        ("arm64", &arm),
        ("unknown", &attestation),
    ];
    layout(
        &world,
        "l",
        &[("latest", &index(&list, &serde_json::json!({})))],
    );
    (world, engine, arm)
}

fn config(image: &Item) -> Digest {
    Digest::of(&image.blobs[0])
}

fn blob(layer: &str) -> String {
    format!("blobs/sha256/{}", Digest::of(layer.as_bytes()).hex())
}

#[test]
fn an_image_is_sent_once() {
    let (world, engine, arm) = bench();
    let id = config(&arm);
    let path = format!("/images/{id}/json");
    engine.after_load(&path, &format!(r#"{{"Id":"{id}","RepoTags":["toy:1"]}}"#));
    let run = || world.run(&["load", "l", "--name", "toy:1"]).output();
    assert_eq!(run(), format!("toy:1@{} loaded\n", arm.digest()));
    let hex = id.hex();
    assert_eq!(
        engine.files(0),
        [
            "oci-layout".to_owned(),
            "index.json".to_owned(),
            "manifest.json".to_owned(),
            "blobs/".to_owned(),
            "blobs/sha256/".to_owned(),
            format!("blobs/sha256/{}", arm.hex()),
            format!("blobs/sha256/{hex}"),
            blob("base"),
            blob("application"),
        ]
    );
    engine.requests();
    assert_eq!(run(), format!("toy:1@{} unchanged\n", arm.digest()));
    assert_eq!(engine.requests(), [format!("GET {path}")]);
    let output = world
        .run(&["load", "l", "--name", "example.com/a/toy"])
        .output();
    assert_eq!(
        output,
        format!("example.com/a/toy:latest@{} loaded\n", arm.digest())
    );
    let tagged = format!("POST /images/{id}/tag?repo=example.com/a/toy&tag=latest");
    assert_eq!(engine.requests(), [format!("GET {path}"), tagged]);
}

#[test]
fn layers_of_another_image_are_left_out() {
    let (world, engine, arm) = bench();
    let id = config(&arm);
    engine.answer(
        "/images/json?all=true",
        r#"[{"Id":"sha256:1"},{"Id":"sha256:2"}]"#,
    );
    let layers = |ids: &[&str]| {
        let ids: Vec<_> = ids
            .iter()
            .map(|l| Digest::of(l.as_bytes()).to_string())
            .collect();
        serde_json::json!({"RootFS": {"Layers": ids}}).to_string()
    };
    engine.answer("/images/sha256:1/json", &layers(&["base", "other"]));
    // Not above the same layers.
    engine.answer("/images/sha256:2/json", &layers(&["other", "application"]));
    engine.after_load(
        &format!("/images/{id}/json"),
        &format!(r#"{{"Id":"{id}"}}"#),
    );
    let output = world.run(&["load", "l"]).output();
    assert_eq!(output, format!("{id}@{} loaded\n", arm.digest()));
    let files = engine.files(0);
    assert!(files.contains(&blob("application")) && !files.contains(&blob("base")));
}

#[test]
fn all_layers_are_sent_if_the_engine_lost_one() {
    let (world, engine, arm) = bench();
    let id = config(&arm);
    engine.answer("/images/json?all=true", r#"[{"Id":"sha256:1"}]"#);
    let base = Digest::of(b"base");
    let inspected = format!(r#"{{"RootFS":{{"Layers":["{base}"]}}}}"#);
    engine.answer("/images/sha256:1/json", &inspected);
    engine.after_load(
        &format!("/images/{id}/json"),
        &format!(r#"{{"Id":"{id}"}}"#),
    );
    engine.0.lock().unwrap().load_answers = vec![
        "{\"stream\":\"x\"}\n{\"error\":\"no such file\"}\n".to_owned(),
        String::new(),
    ];
    let run = world.run(&["load", "l"]);
    let socket = world.path("socket").display().to_string();
    assert_eq!(
        run.stderr,
        format!("note: cannot use Docker at `unix://{socket}`: the engine answers: no such file; all layers are sent again\n")
    );
    assert_eq!(run.output(), format!("{id}@{} loaded\n", arm.digest()));
    assert!(!engine.files(0).contains(&blob("base")));
    assert!(engine.files(1).contains(&blob("base")));
}

/// containerd's image store unpacks blobs, and the ID of an image is the digest of its manifest.
#[test]
fn an_engine_with_the_store_of_containerd_gets_all_layers() {
    let (world, engine, arm) = bench();
    engine.answer(
        "/info",
        r#"{"DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]}"#,
    );
    let id = arm.digest();
    engine.after_load(
        &format!("/images/{id}/json"),
        &format!(r#"{{"Id":"{id}"}}"#),
    );
    assert_eq!(
        world.run(&["load", "l"]).output(),
        format!("{id}@{id} loaded\n")
    );
    let requests = engine.requests();
    assert!(
        !requests.contains(&"GET /images/json?all=true".to_owned()),
        "{requests:?}"
    );
    assert!(engine.files(0).contains(&blob("base")));
}

#[test]
fn failures() {
    let (mut world, engine, _) = bench();
    let socket = world.path("socket").display().to_string();
    let prefix = format!("cannot use Docker at `unix://{socket}`: ");
    engine.0.lock().unwrap().load_answers = vec![r#"{"error":"disk is full"}"#.to_owned()];
    assert_eq!(
        world.run(&["load", "l"]).message(),
        format!("{prefix}the engine answers: disk is full")
    );
    engine.0.lock().unwrap().load_answers = Vec::new();
    assert_eq!(
        world.run(&["load", "l"]).message(),
        "cannot load `l`: the engine does not have the image after it was loaded"
    );
    world.write(&format!("l/{}", blob("application")), "wrong bytes");
    let expected = format!(
        "{prefix}cannot read layer `{}`: expected 11 bytes, found 11 bytes with the digest `{}`",
        Digest::of(b"application"),
        Digest::of(b"wrong bytes")
    );
    assert_eq!(world.run(&["load", "l"]).message(), expected);
    assert_eq!(
        world
            .run(&["load", "l", "--platform", "linux/s390x"])
            .message(),
        "cannot load `l`: it has no image for `linux/s390x`, only for linux/amd64, linux/arm64\n\
         hint: choose one with `--platform`"
    );
    world.set("DOCKER_HOST", "unix:///no/such/socket");
    assert_eq!(
        world.run(&["load", "l"]).message(),
        "cannot use Docker at `unix:///no/such/socket`: there is no such socket\n\
         hint: start Docker, or set `DOCKER_HOST`"
    );
    world.set("DOCKER_HOST", "ssh://user@host");
    assert_eq!(
        world.run(&["load", "l"]).message(),
        "cannot use Docker at `ssh://***@host`: SSH is not supported\n\
         hint: use a socket (`unix://PATH`), or `--into oci-archive:FILE` and `docker load --input FILE`"
    );
}

/// `docker context use` writes the current context to the configuration of the user.
#[test]
fn the_engine_of_a_context() {
    let (mut world, _engine, _) = bench();
    world.set("DOCKER_HOST", "");
    world.write(
        ".docker/config.json",
        r#"{"auths":{},"currentContext":"mine"}"#,
    );
    assert!(world
        .run(&["load", "l"])
        .message()
        .starts_with("cannot read Docker context `mine`: "));
    let meta = r#"{"Name":"mine","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///mine","SkipTLSVerify":false}}}"#;
    world.write(
        &format!(
            ".docker/contexts/meta/{}/meta.json",
            Digest::of(b"mine").hex()
        ),
        meta,
    );
    let message = world.run(&["load", "l"]).message();
    assert!(
        message.starts_with("cannot use Docker at `unix:///mine`: "),
        "{message}"
    );
}
