//! Pushes that are killed at any moment, and repeated.

use std::collections::HashSet;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

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

fn new_world(index: &Image) -> World {
    let world = World::new();
    world.layout(index);
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
    let world = new_world(&index);
    world
        .finish(world.command().args(arguments(&world)))
        .success();
    let requests = world.registry.requests().len() as u64;
    let mut state = 7_u64;
    let mut interrupted = 0;
    for time in 0..TIMES {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let answered = ((state >> 33) * requests) >> 31;
        let world = new_world(&index);
        if kill_after(&world, answered as u32, time % 2 == 0) {
            interrupted += 1;
        }
        continue_push(&world, &index);
    }
    assert!(interrupted > TIMES / 2, "{interrupted}");
}

/// Starts a push, and kills it when the registry has answered this number of requests. It cannot end earlier: the registry
/// answers no further ones, but some of them have their effect. Returns whether the push was interrupted.
fn kill_after(world: &World, answered: u32, has_effect: bool) -> bool {
    let fault = if has_effect {
        Fault::LoseResponse
    } else {
        Fault::Close
    };
    world.registry.fail(Rule::new(fault).after(answered));
    let mut command = world.command();
    command
        .args(arguments(world))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    while world.registry.requests().len() <= answered as usize
        && child.try_wait().unwrap().is_none()
    {
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    let is_interrupted = !child.wait().unwrap().success();
    world.registry.settle();
    world.registry.recover();
    is_interrupted
}

fn continue_push(world: &World, index: &Image) {
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
