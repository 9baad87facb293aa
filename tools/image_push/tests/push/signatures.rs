//! `push --key`: a push that also signs.

use registry_fixture::{Fault, Rule};
use serde_json::json;
use sign::KeyPair;

use crate::images::{bytes, Image, PlanFiles};
use crate::support::{Run, World};

const PASSWORD: &str = "a password";

/// Pushes and signs a plan with an index `latest` of one image, `latest-amd64`.
fn push(world: &World, more: &[&str]) -> Run {
    let plan = world.path("plan.json").display().to_string();
    let team = world.name("team");
    let arguments = ["push", "--plan", &plan, "--repository", &team];
    let mut command = world.command();
    command
        .args([&arguments[..], &["--key", "a.key", "--no-dates"], more].concat())
        .env("COSIGN_PASSWORD", PASSWORD);
    world.finish(&mut command)
}

/// Writes key and plan. The images have two names, so two repositories.
fn world() -> (World, Image, Image) {
    let world = World::new();
    let pair = KeyPair::generate(PASSWORD.as_bytes()).unwrap();
    std::fs::write(world.path("a.key"), &*pair.private_pem).unwrap();
    std::fs::write(world.path("a.pub"), &pair.public_pem).unwrap();
    let image = Image::new(&[bytes(1, 3000)]);
    let index = Image::index(std::slice::from_ref(&image));
    let mut plan = PlanFiles::new();
    for name in ["cc", "static"] {
        for (image, tag) in [(&index, "latest"), (&image, "latest-amd64")] {
            let fields = json!({"name": name, "distro": "debian12", "tag": tag, "date": "2026-11-21T02:34:56Z"});
            plan.add(&world.runfiles(), image, &fields);
        }
    }
    world.plan(&plan);
    (world, index, image)
}

#[test]
fn images_and_their_signatures_in_one_run() {
    let (world, index, image) = world();
    let (index, image) = (index.digest(), image.digest());
    let wanted = push(&world, &["--dry-run"]).success();
    assert!(
        wanted.ends_with(&format!(
            "HOST/team/static-debian12@{index} would be signed\nHOST/team/static-debian12@{image} would be signed\n"
        )),
        "{wanted}"
    );
    assert_eq!(world.writes(), 0);

    let output = push(&world, &[]).success();
    assert_eq!(output.lines().count(), 8, "{output}");
    for name in ["cc", "static"] {
        for digest in [&index, &image] {
            let signed = format!("\nHOST/team/{name}-debian12@{digest} signed sha256:");
            assert!(output.contains(&signed), "{output}");
        }
        let reference = world.name(&format!("team/{name}-debian12"));
        world
            .run(&["verify", &reference, "--key", "a.pub"])
            .success();
    }

    world.registry.take_requests();
    let again = push(&world, &[]).success();
    assert!(
        !again.contains(" signed ") && !again.contains(" pushed"),
        "{again}"
    );
    assert_eq!(world.writes(), 0);
}

#[test]
fn an_image_that_was_not_pushed_is_not_signed() {
    let (world, index, image) = world();
    let path = "/team/cc-debian12/manifests/latest-amd64";
    world
        .registry
        .fail(Rule::new(Fault::status(403)).on("PUT", path));
    let run = push(&world, &["--attempts=1"]);
    let output = run.output.clone();
    run.failure();
    assert!(!output.contains("cc-debian12@"), "{output}");
    for digest in [index.digest(), image.digest()] {
        let signed = format!("HOST/team/static-debian12@{digest} signed ");
        assert!(output.contains(&signed), "{output}");
    }
}

#[test]
fn a_key_that_cannot_be_read_stops_the_push() {
    let (world, ..) = world();
    std::fs::write(world.path("a.key"), "no key").unwrap();
    let message = push(&world, &[]).failure();
    assert!(
        message.starts_with("error: cannot read private key `a.key`: "),
        "{message}"
    );
    assert_eq!(world.registry.take_requests().len(), 0);
}
