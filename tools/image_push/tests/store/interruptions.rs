use std::fs;
use std::thread::sleep;
use std::time::Duration;

use blob::Digest;
use registry_fixture::{Fault, Registry, Rule, Settings};
use serde_json::json;

use crate::images::{image, index};
use crate::world::World;

/// Text that does not repeat.
fn text(seed: usize, size: usize) -> String {
    let lines = (0..size / 8).map(|number| format!("{:08x}", number * 7919 + seed));
    lines.collect()
}

fn store(registry: &Registry, layers: usize, size: usize) {
    let texts: Vec<String> = (0..layers).map(|seed| text(seed, size)).collect();
    let layers: Vec<&str> = texts.iter().map(String::as_str).collect();
    let list = index(&[("amd64", &image("amd64", &layers))], &json!({}));
    list.store(registry, "a", Some("latest"));
}

/// A download continues with the next byte, and the destination gets the right content.
#[test]
fn a_registry_that_closes_in_mid_body() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    store(&registry, 1, 400_000);
    let close = Fault::CloseInResponse { after: 150_000 };
    registry.fail(Rule::new(close).on("GET", "/v2/a/blobs/").times(2));
    let busy = Fault::Status {
        status: 503,
        code: None,
        retry_after: Some(registry_fixture::RetryAfter::Seconds(0)),
    };
    registry.fail(Rule::new(busy).on("GET", "/referrers/").times(2));
    let to = Registry::new(Settings::default());
    let (source, target) = (
        format!("{}/a", registry.address()),
        format!("{}/b", to.address()),
    );
    world.run(&["copy", &source, &target]).output();
    assert_eq!(registry.blobs("a"), to.blobs("b"));
    assert_eq!(registry.tags("a"), to.tags("b"));
    let requests = registry.requests();
    let ranges = requests
        .iter()
        .filter(|request| request.status == Some(206));
    assert!(ranges.count() >= 1, "{requests:?}");
}

/// Each file of the directory is complete at any time, and none is downloaded twice.
#[test]
fn a_copy_that_is_killed_is_continued() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    store(&registry, 12, 40_000);
    let slow = Fault::Slow {
        bytes: 4_000,
        millis: 5,
    };
    registry.fail(Rule::new(slow).on("GET", "/v2/a/blobs/"));
    let source = format!("{}/a", registry.address());
    let arguments = ["copy", &source, "oci:set", "--jobs", "2"];
    for number in 0..12 {
        let mut child = world.start(&arguments);
        sleep(Duration::from_millis(40 + 23 * number));
        let _ = child.kill();
        child.wait().unwrap();
        check(&world);
    }
    let before = files(&world);
    registry.take_requests();
    world.run(&arguments).output();
    check(&world);
    let requests = registry.take_requests();
    for name in &before {
        let again = requests
            .iter()
            .any(|r| r.path.contains("/blobs/") && r.path.contains(name));
        assert!(!again, "{name} was downloaded again");
    }
    assert_eq!(
        files(&world).len(),
        12 + 1 + 2,
        "layers, configuration, documents"
    );
    let output = world.run(&arguments).output();
    assert!(output.ends_with(" unchanged\n"), "{output}");
}

fn files(world: &World) -> Vec<String> {
    let files = fs::read_dir(world.path("set/blobs/sha256"));
    let names = files
        .into_iter()
        .flatten()
        .map(|file| file.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    // Where the file system has no unnamed files, a killed process leaves temporary ones.
    names.filter(|name| !name.starts_with('.')).collect()
}

/// Each file has the digest of its name, and a tag is there only with all content.
fn check(world: &World) {
    let files = files(world);
    for name in &files {
        let bytes = world.read(&format!("set/blobs/sha256/{name}"));
        assert_eq!(Digest::of(&bytes).hex(), *name);
    }
    let index = fs::read_to_string(world.path("set/index.json")).unwrap_or_default();
    if index.contains("latest") {
        assert_eq!(files.len(), 15);
    }
}
