//! `push --plan FILE`, and the program of a Bazel rule.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{json, Value};

use crate::images::{bytes, digest, write_json, Image, PlanFiles};
use crate::support::{program, World};

/// An index and its image, as the matrix has them.
fn matrix(world: &World, seed: u32, date: &str) -> (PlanFiles, Image) {
    let image = Image::new(&[bytes(seed, 3000)]);
    let index = Image::index(std::slice::from_ref(&image));
    let mut plan = PlanFiles::new();
    for (image, tag, architecture) in [(&index, "latest", ""), (&image, "latest-amd64", "amd64")] {
        let fields = json!({"name": "java21", "distro": "debian12", "tag": tag, "date": date,
            "architecture": architecture, "runtime": "21.0.5"});
        plan.add(&world.runfiles(), image, &fields);
    }
    (plan, index)
}

fn tags(world: &World, repository: &str) -> Vec<String> {
    let tags = world.registry.tags(repository).into_iter();
    tags.map(|(tag, _)| tag).collect()
}

const DAY: &str = "2026-11-21T02:34:56Z";

#[test]
fn moving_and_dated_tags_of_a_matrix() {
    let world = World::new();
    let (plan, index) = matrix(&world, 1, DAY);
    let plan = world.plan(&plan);
    world
        .run(&["push", "--plan", &plan, "--repository", &world.name("team")])
        .success();
    assert_eq!(
        tags(&world, "team/java21-debian12"),
        [
            "21.0.5-20261121",
            "21.0.5-amd64-20261121",
            "latest",
            "latest-20261121",
            "latest-amd64",
            "latest-amd64-20261121"
        ]
    );
    world.assert_has("team/java21-debian12", "21.0.5-20261121", &index);
    // A tag stores its manifest: no second request by digest.
    assert_eq!(world.registry.count("PUT", "/manifests/"), 6);
    assert_eq!(world.registry.count("PUT", "/manifests/sha256"), 0);
}

#[test]
fn a_dated_tag_never_moves() {
    let world = World::new();
    let push = |seed, date, more: &[&str]| {
        let (plan, index) = matrix(&world, seed, date);
        let (plan, team) = (world.plan(&plan), world.name("team"));
        let arguments = ["push", "--plan", &plan, "--repository", &team];
        (world.run(&[&arguments[..], more].concat()), index)
    };
    let (run, first) = push(1, DAY, &[]);
    run.success();
    world.registry.take_requests();
    let (run, second) = push(2, DAY, &[]);
    let message = run.failure();
    let name = "HOST/team/java21-debian12";
    assert!(
        message.starts_with(&format!(
            "error: cannot push `{name}:21.0.5-20261121`: it points to {}, expected {}\nerror: cannot push `{name}:21.0.5-amd64-20261121`: it points to sha256:",
            first.digest(),
            second.digest()
        )) && message.ends_with("\nerror: cannot push `4 dated tags`: they point to other images, listed above\nhint: a dated tag never changes: give the images a number with `--revision N`, or push only the other tags with `--no-dates`"),
        "{message}"
    );
    assert_eq!(world.writes(), 0);
    world.assert_has("team/java21-debian12", "latest", &first);

    push(2, DAY, &["--no-dates"]).0.success();
    world.assert_has("team/java21-debian12", "latest", &second);
    world.assert_has("team/java21-debian12", "latest-20261121", &first);
    push(2, DAY, &["--revision", "2"]).0.success();
    world.assert_has("team/java21-debian12", "latest-20261121.2", &second);
    push(2, "2026-11-22T00:00:00Z", &[]).0.success();
    world.assert_has("team/java21-debian12", "latest-20261122", &second);
    world.assert_has("team/java21-debian12", "21.0.5-20261121", &first);
}

#[test]
fn images_are_selected() {
    let world = World::new();
    let (plan, _) = matrix(&world, 1, "");
    let plan = world.plan(&plan);
    let team = world.name("team");
    let push = |only: &str| {
        world.run(&[
            "push",
            "--plan",
            &plan,
            "--repository",
            &team,
            "--only",
            only,
        ])
    };
    assert_eq!(push("java*-amd64").success().lines().count(), 1);
    assert_eq!(tags(&world, "team/java21-debian12"), ["latest-amd64"]);
    assert_eq!(
        push("java21-debian12:lastest").failure(),
        "error: cannot select images `java21-debian12:lastest`: no image has such a name\n\
         hint: write a name or a pattern such as `static-*:latest`; similar names: java21-debian12:latest, java21-debian12:latest-amd64"
    );
    assert_eq!(
        push("python*").failure(),
        "error: cannot select images `python*`: no image has such a name\n\
         hint: write a name or a pattern such as `static-*:latest`; images of the plan: java21-debian12:latest, java21-debian12:latest-amd64"
    );
}

#[test]
fn the_program_of_a_rule_has_its_plan() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 3000)]);
    let mut plan = PlanFiles::new();
    let runfiles = world.path("bin/app.push.runfiles");
    plan.add(&runfiles, &image, &json!({"tags": ["latest"]}));
    plan.plan["command"] = json!("push");
    plan.plan["repositories"] = json!([world.name("team/app")]);
    write_json(&world.path("bin/app.push.plan.json"), &plan.plan);
    symlink(program(), world.path("bin/app.push")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(world.path("bin/app.push"));
        world.finish(
            command
                .args(arguments)
                .env_clear()
                .env("HOME", world.path("")),
        )
    };
    let digest = image.digest();
    assert_eq!(
        run(&["--tag", "v1"]).success(),
        format!("HOST/team/app:latest@{digest} pushed\nHOST/team/app:v1@{digest} pushed\n")
    );
    assert_eq!(
        run(&["--repository", &world.name("other/app"), "--dry-run"]).success(),
        format!("HOST/other/app:latest@{digest} would push\n")
    );
}

#[test]
fn wrong_plans() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 3000)]);
    let mut good = PlanFiles::new();
    good.add(&world.runfiles(), &image, &json!({"tags": ["latest"]}));
    let run = |parent: &str, key: &str, value: Value| {
        let mut plan = good.plan.clone();
        plan.pointer_mut(parent).unwrap()[key] = value;
        write_json(&world.path("plan.json"), &plan);
        let name = world.name("app");
        let arguments = ["push", "--plan", "plan.json", "--repository", &name];
        let message = world.run(&arguments).failure();
        message.split(" at line ").next().unwrap().to_owned()
    };
    let layer = good.plan["layers"][0]["metadata"]
        .as_str()
        .unwrap()
        .to_owned();
    let root = good.plan["images"][0]["root"].as_str().unwrap();
    let lacks = digest(&image.layers[0]);
    for (parent, key, value, message) in [
        ("", "version", json!(2), "cannot read `plan.json`: cannot use `version`: expected 1, found 2\nhint: take the rules and the program from the same release"),
        ("", "extra", json!(1), "cannot read `plan.json`: at `extra`: unknown field `extra`, expected one of `version`, `command`, `layers`, `images`, `statements`, `repositories`, `template`"),
        ("/images/0", "date", json!("today"), "cannot read `plan.json`: at `images[0].date`: cannot read time `today`: expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`"),
        ("/images/0", "layers", json!([0, 7]), "cannot read `plan.json`: at `images[0].layers[1]`: expected a number below 1, found 7"),
        ("/images/0", "layers", json!([]), &format!("cannot read image `plan.json ({root})`: cannot read `{lacks}`: the plan does not have it")),
        ("/layers/0", "metadata", json!("_main/missing"), "cannot read images of `plan.json`: cannot read `_main/missing`: No such file or directory (os error 2)\nhint: build the target again; the files of a plan are runfiles of its program"),
        ("/images/0", "tags", json!([]), &format!("cannot push `{root}`: it has no tag\nhint: add `--tag TAG`")),
    ] {
        assert_eq!(run(parent, key, value), format!("error: {message}"));
    }
    assert_eq!(world.registry.requests(), []);
    fs::write(world.runfiles().join(layer), "{}").unwrap();
    assert!(run("", "version", json!(1)).contains("missing field `diff_id`"));
}
