//! Missing inputs: links that are unknown, and errors.

use serde_json::json;

use crate::world::{World, IN_RELEASE};

/// The texts of unknown links.
fn unknown(world: &World, options: &[&str]) -> Vec<String> {
    let run = world.run(options);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let links = run.links();
    assert!(
        links.iter().all(|link| link.1 != "broken"),
        "{}",
        run.stdout
    );
    let unknown = links.into_iter().filter(|link| link.1 == "unknown");
    unknown
        .map(|link| format!("{}: {}", link.0, link.2))
        .collect()
}

#[test]
fn a_missing_file_of_the_chain() {
    let mut world = World::new();
    world.files.remove(IN_RELEASE);
    let why = "package: the link signature of test/bookworm does not hold";
    assert_eq!(
        unknown(&world, &[]),
        [
            "signature: the chain does not have test/bookworm/InRelease",
            why,
            why
        ]
    );
    let run = world.run(&["--allow-unknown"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_package_without_a_chain() {
    let mut world = World::new();
    let hello = world.hello().as_object_mut().unwrap();
    hello.remove("suite");
    hello.remove("filename");
    hello.insert("urls".to_owned(), json!(["https://example.com/hello.deb"]));
    world.state();
    assert_eq!(
        unknown(&world, &[]),
        ["package: the lock has it by URL, without a repository: it has no chain"]
    );
}

#[test]
fn missing_packages() {
    let mut world = World::new();
    world.files.remove("debs/netbase.deb");
    assert_eq!(
        unknown(&world, &[]),
        [
            "deb: no file of it is given",
            "layer: the link deb of netbase 6.4 all does not hold",
            "layer: the link deb of netbase 6.4 all does not hold",
        ]
    );
}

#[test]
fn without_provenance_nothing_proves_generated_files() {
    let mut world = World::new();
    world.statement = None;
    assert_eq!(
        unknown(&world, &[]),
        [
            "layer: 8 entries are those of packages, the build made the other 1: etc/generated; no provenance lists the layer",
            "layer: its entries (1) are in no package: etc/passwd; no provenance lists the layer",
        ]
    );
}

#[test]
fn an_image_without_its_lock() {
    let mut world = World::new();
    world.lock["packages"] = json!({});
    world.statement = None;
    let all = unknown(&world, &[]);
    assert!(
        all.contains(&"package: no lock has it".to_owned()),
        "{all:?}"
    );
}

#[test]
fn errors_of_inputs() {
    let world = World::new();
    for (option, message) in [
        (
            "--digest=sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "error: cannot read layout `layout`: cannot use `index.json`: expected sha256:0000000000000000000000000000000000000000000000000000000000000000, found sha256:",
        ),
        ("--keyring=lock.json", "error: cannot read keyring `lock.json`: "),
        ("--deb=none.deb", "error: cannot read `none.deb`: "),
    ] {
        let run = world.run(&[option]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn the_table_and_the_message() {
    let mut world = World::new();
    world.hello()["size"] = 1.into();
    let run = world.run(&[]);
    assert_eq!(
        run.stderr,
        "error: cannot verify chain of `layout`: broken: package of hello 2.10-3 amd64\n"
    );
}
