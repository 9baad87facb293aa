//! Several repositories: mirrors, mounts, and repositories that fail.

use registry_fixture::{Account, Auth, Bearer, Fault, Rule, Settings};
use serde_json::json;

use crate::images::{bytes, Image, PlanFiles};
use crate::support::World;

/// A plan with two images that share a layer.
fn plan(world: &World) -> (String, [Image; 2]) {
    let base = bytes(1, 5000);
    let images = [2, 3].map(|seed| Image::new(&[base.clone(), bytes(seed, 3000)]));
    let mut plan = PlanFiles::new();
    for (image, name) in images.iter().zip(["static", "base"]) {
        let fields = json!({"name": name, "distro": "debian12", "tag": "latest"});
        plan.add(&world.runfiles(), image, &fields);
    }
    (world.plan(&plan), images)
}

#[test]
fn mirrors_on_one_and_on_two_registries() {
    let (world, other) = (World::new(), World::new());
    let (plan, images) = plan(&world);
    let targets = [world.name("a"), world.name("b"), other.name("c")];
    let [a, b, c] = &targets;
    world
        .run(&[
            "push",
            "--plan",
            &plan,
            "--repository",
            a,
            "--repository",
            b,
            "--repository",
            c,
        ])
        .success();
    for (world, start) in [(&world, "a"), (&world, "b"), (&other, "c")] {
        world.assert_has(&format!("{start}/static-debian12"), "latest", &images[0]);
        world.assert_has(&format!("{start}/base-debian12"), "latest", &images[1]);
    }
    // Five blobs: each one is sent once to a registry.
    for world in [&world, &other] {
        assert_eq!(world.registry.count("PUT", "/blobs/uploads/"), 5);
    }
    assert_eq!(world.registry.count("PUT", "/manifests/"), 4);
}

#[test]
fn refused_mounts() {
    for settings in [
        Settings {
            mounts: false,
            ..Settings::default()
        },
        Settings {
            auth: Auth::Bearer(Bearer {
                anonymous_pull: false,
                ..Bearer::new(vec![
                    Account::new("user", "pa55word").below("a/"),
                    Account::new("user", "pa55word").below("b/"),
                ])
            }),
            ..Settings::default()
        },
    ] {
        let world = World::with(settings);
        let image = Image::new(&[bytes(1, 5000), bytes(2, 3000)]);
        let layout = world.layout(&image);
        std::fs::create_dir(world.path(".docker")).unwrap();
        std::fs::write(
            world.path(".docker/config.json"),
            json!({"auths": {world.registry.address(): {"username": "user", "password": "pa55word"}}})
                .to_string(),
        )
        .unwrap();
        let names = ["a/app:v1", "a/app2:v1", "a/app3:v1"].map(|name| world.name(name));
        let [first, second, third] = &names;
        let run = world.run(&["push", &layout, first, second, third]);
        run.success();
        for repository in ["a/app", "a/app2", "a/app3"] {
            world.assert_has(repository, "v1", &image);
        }
        assert_eq!(world.registry.open_uploads(), 0);
    }
}

#[test]
fn blobs_are_mounted_from_a_repository_that_may_have_them() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 5000), bytes(2, 3000)]);
    let layout = world.layout(&image);
    world.push("team/base:v1").success();
    world.registry.take_requests();
    let (from, absent) = (world.name("team/base"), world.name("team/absent"));
    let run = world.run(&[
        "push",
        &layout,
        &world.name("app:v1"),
        "--mount-from",
        &absent,
        "--mount-from",
        &from,
    ]);
    assert!(
        run.errors.contains("uploaded 0 blobs (0.0 MB), mounted 3"),
        "{}",
        run.errors
    );
    run.success();
    world.assert_has("app", "v1", &image);
    assert_eq!(world.registry.count("PUT", "/blobs/uploads/"), 0);
    assert_eq!(world.registry.open_uploads(), 0);
}

#[test]
fn an_unchanged_repository_gives_its_blobs() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 5000), bytes(2, 3000)]);
    let layout = world.layout(&image);
    world.push("a/app:v1").success();
    world.registry.take_requests();
    let [first, second] = ["b/app:v1", "a/app:v1"].map(|name| world.name(name));
    world.run(&["push", &layout, &first, &second]).success();
    world.assert_has("b/app", "v1", &image);
    assert_eq!(world.registry.count("PUT", "/blobs/uploads/"), 0);
    assert_eq!(world.registry.count("HEAD", "/blobs/"), 0);
    assert_eq!(world.registry.count("POST", "?mount="), 0);
    assert_eq!(world.registry.count("POST", "/blobs/uploads/"), 3);
}

#[test]
fn a_repository_that_fails_does_not_stop_the_others() {
    let world = World::new();
    let denied = Fault::Status {
        status: 403,
        code: Some("DENIED".to_owned()),
        retry_after: None,
    };
    world
        .registry
        .fail(Rule::new(denied).on("POST", "/b/static-debian12/blobs/uploads/"));
    let (plan, images) = plan(&world);
    let (a, b) = (world.name("a"), world.name("b"));
    let run = world.run(&[
        "push",
        "--plan",
        &plan,
        "--repository",
        &b,
        "--repository",
        &a,
        "--jobs=1",
    ]);
    let pushed =
        |name: &str, image: &Image| format!("HOST/{name}:latest@{} pushed\n", image.digest());
    assert_eq!(
        run.output,
        pushed("a/base-debian12", &images[1])
            + &pushed("a/static-debian12", &images[0])
            + &pushed("b/base-debian12", &images[1])
    );
    let message = run.failure();
    assert!(
        message.starts_with("error: cannot upload blob `HOST/b/static-debian12@sha256:")
            && message.contains("the registry answered 403 Forbidden: DENIED: a fault of the test\nhint: check that the login may do this in the repository\n")
            && message.ends_with(
                "error: cannot push `1 of 4 images`: 3 operations failed, listed above\n\
                 hint: remove the causes and repeat the command: it continues where it stopped"
            ),
        "{message}"
    );
    assert_eq!(world.registry.tags("b/static-debian12"), []);
    // Without the fault, only the rest is done.
    world.registry.recover();
    let output = world.run(&[
        "push",
        "--plan",
        &plan,
        "--repository",
        &b,
        "--repository",
        &a,
    ]);
    assert_eq!(output.success().matches("unchanged").count(), 3);
    world.assert_has("b/static-debian12", "latest", &images[0]);
}

#[test]
fn a_tag_that_fails_does_not_stop_the_others() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 5000)]);
    let layout = world.layout(&image);
    world
        .registry
        .fail(Rule::new(Fault::status(409)).on("PUT", "/manifests/v1"));
    let names = ["app:v1", "app:v2"].map(|name| world.name(name));
    let run = world.run(&["push", &layout, &names[0], &names[1]]);
    assert_eq!(
        run.output,
        format!("HOST/app:v2@{} pushed\n", image.digest())
    );
    assert_eq!(
        run.failure(),
        "error: cannot push `1 of 2 images`: cannot put manifest `HOST/app:v1`: the registry answered 409 Conflict"
    );
}
