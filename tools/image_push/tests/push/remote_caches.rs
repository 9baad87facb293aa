//! Layers that only a remote cache has.

use std::fs;

use blob::Digest;
use http_fixture::{Fault, Files, Rest, Server};
use serde_json::json;

use crate::images::{bytes, Image, PlanFiles};
use crate::support::World;

/// A plan whose layers are not files.
fn plan(world: &World) -> (String, Image) {
    let image = Image::new(&[bytes(1, 300_000), bytes(2, 5000)]);
    let mut plan = PlanFiles::new();
    plan.add(&world.runfiles(), &image, &json!({"tags": ["latest"]}));
    for (position, layer) in image.layers.iter().enumerate() {
        let file = world.runfiles().join("_main").join(Digest::of(layer).hex());
        fs::remove_file(file).unwrap();
        if position == 0 {
            plan.plan["layers"][position]["blob"] = json!("");
        }
    }
    plan.plan["repositories"] = json!([world.name("app")]);
    (world.plan(&plan), image)
}

fn server(image: &Image) -> Server {
    let files = image.layers.iter();
    Server::new(Files::from_iter(files.map(|layer| {
        (format!("cas/{}", Digest::of(layer).hex()), layer.clone())
    })))
}

#[test]
fn layers_of_a_disk_cache() {
    let world = World::new();
    let (plan, image) = plan(&world);
    for layer in &image.layers {
        let hex = Digest::of(layer).hex();
        let directory = world.path("cache/cas").join(&hex[..2]);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join(&hex), layer).unwrap();
    }
    world
        .run(&["push", "--plan", &plan, "--remote-cache", "cache"])
        .success();
    world.assert_has("app", "latest", &image);
}

#[test]
fn layers_of_a_cache_over_http() {
    for fault in [
        None,
        Some(Fault::Interrupt(Rest::Given)),
        Some(Fault::Interrupt(Rest::Ignored)),
        Some(Fault::Status(503, 1)),
    ] {
        let world = World::new();
        let (plan, image) = plan(&world);
        let server = server(&image);
        if let Some(fault) = fault {
            server.fail(&Digest::of(&image.layers[0]).hex(), fault);
        }
        let mut command = world.command();
        command
            .args(["push", "--plan", &plan])
            .env("DISTROLESS_REMOTE_CACHE", server.root("cache"));
        world.finish(&mut command).success();
        world.assert_has("app", "latest", &image);
    }
}

#[test]
fn missing_layers() {
    let world = World::new();
    let (plan, image) = plan(&world);
    let digest = image
        .layers
        .iter()
        .map(|layer| Digest::of(layer))
        .min()
        .unwrap();
    let push = |more: &[&str]| {
        let arguments = ["push", "--plan", &plan, "--jobs=1", "--attempts=2"];
        let message = world.run(&[&arguments[..], more].concat()).failure();
        let errors: Vec<&str> = message
            .lines()
            .filter(|line| line.contains(&digest.to_string()))
            .collect();
        let hint = message
            .lines()
            .find(|line| line.starts_with("hint: "))
            .unwrap_or_default();
        format!(
            "{}\n{hint}",
            errors.first().copied().unwrap_or(message.as_str())
        )
    };
    assert_eq!(
        push(&[]),
        format!("error: cannot read layer `{digest}`: Bazel left it in the remote cache\n\
         hint: name the cache with `--remote-cache` or `DISTROLESS_REMOTE_CACHE`, or run Bazel with `--remote_download_outputs=all`")
    );
    fs::create_dir_all(world.path("cache/cas")).unwrap();
    let hint = "hint: run Bazel with `--remote_download_outputs=all`, or name the cache that the build used";
    assert_eq!(
        push(&["--remote-cache", "cache"]),
        format!("error: cannot read from remote cache `cache`: cannot read layer `{digest}`: the remote cache does not have it\n{hint}")
    );
    let server = Server::new(Files::new());
    let root = server.root("cache");
    assert_eq!(
        push(&["--remote-cache", &root]),
        format!("error: cannot read from remote cache `{root}`: cannot read layer `{digest}`: the remote cache does not have it: the server answered 404 Not Found\n{hint}")
    );
    assert_eq!(
        push(&["--remote-cache", "grpc://127.0.0.1:1/main"]),
        format!("error: cannot read from remote cache `grpc://127.0.0.1:1/main`: cannot read layer `{digest}`: connection refused\n{hint}")
    );
    assert_eq!(world.registry.tags("app"), []);
}

#[test]
fn wrong_options() {
    let world = World::new();
    let (plan, _) = plan(&world);
    let push = |more: &[&str]| {
        let arguments = ["push", "--plan", &plan];
        world.run(&[&arguments[..], more].concat()).failure()
    };
    assert_eq!(
        push(&["--remote-cache", "grpcs://user:s3cret@cache.example"]),
        "error: cannot use remote cache `grpcs://***@cache.example`: it has a user or password, which gRPC does not send"
    );
    assert_eq!(
        push(&["--remote-cache", "ftp://user:s3cret@cache.example"]),
        "error: cannot use remote cache `ftp://***@cache.example`: expected a directory or a URL with `http`, `https`, `grpc` or `grpcs`"
    );
    assert_eq!(
        push(&["--remote-cache", "absent"]),
        "error: cannot use remote cache `absent`: it is not a directory with a directory `cas`\n\
         hint: give the directory of Bazel's `--disk_cache`, or a URL"
    );
    let url = "http://cache.example";
    assert_eq!(
        push(&["--remote-cache", url, "--remote-header", "x-key=s3cret"]),
        "error: cannot use header `x-key`: expected NAME=env://VARIABLE\n\
         hint: put the value in an environment variable"
    );
    assert_eq!(
        push(&["--remote-cache", url, "--remote-header", "x-key=env://KEY"]),
        "error: cannot use header `x-key`: the environment variable `KEY` is not set"
    );
}
