//! Pushes that are killed at any moment, and repeated.

use std::collections::HashSet;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use registry_fixture::{Fault, Rule};

use crate::images::{bytes, Image};
use crate::support::World;

const TIMES: u64 = 50;

fn index() -> Image {
    let base = bytes(1, 100_000);
    let image = |seed: u32| {
        let layers = (0..4).map(|layer| bytes(seed * 10 + layer, 20_000));
        Image::new(&[base.clone()].into_iter().chain(layers).collect::<Vec<_>>())
    };
    Image::index(&[image(1), image(2), image(3)])
}

/// A registry that needs some time for each request.
fn slow_world(index: &Image) -> World {
    let world = World::new();
    world.layout(index);
    world.registry.fail(Rule::new(Fault::Delay { millis: 2 }));
    world
}

const REPOSITORIES: [&str; 2] = ["a/app", "b/app"];

fn arguments(world: &World) -> Vec<String> {
    let names = REPOSITORIES.map(|repository| world.name(&format!("{repository}:v1")));
    let [first, second] = names;
    ["push", "layout", &first, &second, "--jobs=4"]
        .map(str::to_owned)
        .to_vec()
}

#[test]
fn a_killed_push_is_continued() {
    let index = index();
    let world = slow_world(&index);
    let start = Instant::now();
    world
        .finish(world.command().args(arguments(&world)))
        .success();
    let duration = start.elapsed();
    let mut state = 7_u64;
    let mut interrupted = 0;
    for _ in 0..TIMES {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pause = duration.mul_f64((state >> 33) as f64 / f64::from(1_u32 << 31));
        let world = slow_world(&index);
        let mut command = world.command();
        command
            .args(arguments(&world))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        sleep(pause);
        child.kill().unwrap();
        if !child.wait().unwrap().success() {
            interrupted += 1;
        }
        continue_push(&world, &index);
    }
    assert!(interrupted > TIMES / 2, "{interrupted}");
}

fn continue_push(world: &World, index: &Image) {
    // Requests that the registry had read completely still take effect.
    sleep(Duration::from_millis(20));
    let present: HashSet<String> = REPOSITORIES
        .iter()
        .flat_map(|repository| world.registry.blobs(repository))
        .collect();
    world.registry.take_requests();
    world
        .finish(world.command().args(arguments(world)))
        .success();
    for repository in REPOSITORIES {
        world.assert_has(repository, "v1", index);
    }
    let sent = world
        .registry
        .take_requests()
        .into_iter()
        .filter(|record| record.method == "PUT" && record.path.contains("/blobs/uploads/"));
    for record in sent {
        let digest = record.query.rsplit("digest=").next().unwrap_or_default();
        assert!(!present.contains(digest), "{record}");
    }
    let output = world
        .finish(world.command().args(arguments(world)))
        .success();
    assert_eq!(output.matches(" unchanged\n").count(), 2);
    assert_eq!(world.writes(), 0);
}
