use registry_fixture::{Registry, Settings};
use serde_json::json;

use crate::copy::{set, Set};
use crate::images::{artifact, image, index, referrer, INDEX};
use crate::world::World;

struct Bench {
    world: World,
    registry: Registry,
    name: String,
    set: Set,
}

/// A repository with a signed index that has the tags `latest` and `latest-20261121`.
fn bench() -> Bench {
    let registry = Registry::new(Settings::default());
    let set = set("a");
    set.store(&registry, "a", &["latest", "latest-20261121"]);
    Bench {
        world: World::new(),
        name: format!("{}/a", registry.address()),
        registry,
        set,
    }
}

impl Bench {
    fn prune(&self, options: &[&str]) -> String {
        let arguments: Vec<&str> = ["prune", &self.name]
            .iter()
            .chain(options)
            .copied()
            .collect();
        let output = self.world.run(&arguments).output();
        output.replace(&self.name, "REPO")
    }

    fn refused(&self, options: &[&str]) -> String {
        let arguments: Vec<&str> = ["prune", &self.name]
            .iter()
            .chain(options)
            .copied()
            .collect();
        let message = self.world.run(&arguments).message();
        message.replace(&self.name, "REPO")
    }
}

#[test]
fn candidates_are_what_nothing_needs() {
    let bench = bench();
    assert_eq!(bench.prune(&[]), "");
    // A former push: an index without a tag, signed.
    let child = image("amd64", &["old"]);
    let old = index(&[("amd64", &child)], &json!({}));
    let signature = referrer(&old, "application/signature", "old");
    old.store(&bench.registry, "a", None);
    signature.store(&bench.registry, "a", None);
    let gone = artifact("gone");
    let lost = artifact("lost");
    lost.store(
        &bench.registry,
        "a",
        Some(&format!("sha256-{}.att", gone.hex())),
    );
    let line = format!(
        "{}:latest@{} pushed\nother.example/x@{} pushed\n# comment\n\n",
        bench.name,
        old.digest(),
        gone.digest()
    );
    bench.world.write("known", line);
    let output = bench.prune(&["--known", "known"]);
    let mut lines: Vec<&str> = output.lines().collect();
    lines.sort_unstable();
    let mut expected = vec![
        format!(
            "REPO@{} no tag, index or subject points to it",
            old.digest()
        ),
        format!(
            "REPO@{} its index {} is not needed",
            child.digest(),
            old.digest()
        ),
        format!(
            "REPO@{} its subject {} is not needed",
            signature.digest(),
            old.digest()
        ),
        format!(
            "REPO@{} its subject {} does not exist",
            lost.digest(),
            gone.digest()
        ),
    ];
    expected.sort_unstable();
    assert_eq!(lines, expected);
    let before = bench.registry.manifests("a").len();
    assert_eq!(bench.registry.count("DELETE", ""), 0);
    // The output is a list of what to delete.
    bench
        .world
        .write("delete", output.replace("REPO", &bench.name));
    let output = bench.prune(&["--delete-file", "delete"]);
    assert_eq!(output.lines().count(), 4);
    assert_eq!(bench.registry.manifests("a").len(), before - 4);
    let requests = bench.registry.requests();
    let deleted = requests.iter().filter(|request| request.method == "DELETE");
    let deleted: Vec<String> = deleted.map(|request| request.path.clone()).collect();
    let at = |digest: &str| {
        deleted
            .iter()
            .position(|path| path.ends_with(digest))
            .unwrap()
    };
    assert!(at(&old.digest()) < at(&child.digest()) && at(&old.digest()) < at(&signature.digest()));
    assert_eq!(bench.prune(&["--known", "known"]), "");
}

#[test]
fn old_dated_tags() {
    let bench = bench();
    for tag in ["latest-20260101", "latest-20260201", "debug-20260101"] {
        image("amd64", &[tag]).store(&bench.registry, "a", Some(tag));
    }
    let tags = |options: &[&str]| -> Vec<String> {
        let output = bench.prune(options);
        let tag = |line: &str| {
            let rest = line.strip_prefix("REPO:")?;
            Some(rest.split_once('@')?.0.to_owned())
        };
        output.lines().filter_map(tag).collect()
    };
    let (old, older, debug) = ("latest-20260201", "latest-20260101", "debug-20260101");
    assert_eq!(tags(&["--keep", "1"]), [old, older]);
    assert_eq!(tags(&["--before", "2026-02-01"]), [debug, older]);
    assert_eq!(tags(&["--before", "2026-02-01", "--keep", "1"]), [older]);
    let output = bench.prune(&["--delete-tag", older, "--delete-tag", "gone-20200101"]);
    assert_eq!(
        output,
        format!("REPO:gone-20200101 missing\nREPO:{older} deleted\n")
    );
    let output = bench.prune(&["--keep", "1"]);
    let digest = image("amd64", &[old]).digest();
    assert_eq!(
        output,
        format!(
            "REPO:{old}@{digest} 1 newer dated tags\n\
             REPO@{digest} only old dated tags point to it\n"
        )
    );
    // A manifest is deleted with its tags, in one request.
    bench
        .world
        .write("delete", output.replace("REPO", &bench.name));
    let output = bench.prune(&["--delete-file", "delete"]);
    assert_eq!(output, format!("REPO@{digest} deleted\n"));
    assert_eq!(bench.prune(&["--keep", "1"]), "");
}

#[test]
fn what_is_needed_is_not_deleted() {
    let bench = bench();
    let (index, amd) = (bench.set.index.digest(), bench.set.amd.digest());
    let signature = bench.set.signatures[0].digest();
    let before = bench.registry.manifests("a");
    let hint = "\nhint: delete also what needs it, or leave it out";
    for (options, cause) in [
        (
            vec!["--delete", &index],
            format!("{index}: tag `latest`, `latest-20261121` points to it"),
        ),
        (
            vec!["--delete", &index, "--delete-tag", "latest-20261121"],
            format!("{index}: tag `latest` points to it"),
        ),
        (
            vec!["--delete", &amd],
            format!("{amd}: index {index} lists it"),
        ),
        (
            vec!["--delete", &signature],
            format!("{signature}: it belongs to {index}, which exists"),
        ),
        (
            vec!["--delete-tag", "latest"],
            "tag `latest` is not a dated tag (`TAG-YYYYMMDD`)".to_owned(),
        ),
    ] {
        assert_eq!(
            bench.refused(&options),
            format!("cannot delete from `REPO`: {cause}{hint}")
        );
    }
    let sig = format!("sha256-{}.sig", bench.set.amd.hex());
    assert_eq!(
        bench.refused(&["--delete-tag", &sig]),
        format!("cannot delete from `REPO`: tag `{sig}` belongs to {amd}, which exists{hint}")
    );
    bench.world.write(
        "moved",
        format!("{}:latest-20261121@{amd} old\n", bench.name),
    );
    assert_eq!(
        bench.refused(&["--delete-file", "moved"]),
        format!("cannot delete from `REPO`: tag `latest-20261121` points to {index}, expected {amd}{hint}")
    );
    assert_eq!(bench.registry.manifests("a"), before);
    assert_eq!(bench.registry.count("DELETE", ""), 0);
    let output = bench.prune(&["--dry-run", "--delete-tag", "latest-20261121"]);
    assert_eq!(output, "REPO:latest-20261121 would delete\n");
}

#[test]
fn a_registry_that_does_not_delete_is_named() {
    let bench = bench();
    bench.registry.change(|settings| settings.deletes = false);
    let message = bench.refused(&["--delete-tag", "latest-20261121"]);
    assert!(
        message.starts_with("cannot delete tag `REPO:latest-20261121`: "),
        "{message}"
    );
    assert!(message.ends_with("hint: some registries delete a tag only with its manifest: give also `--delete` with its digest"));
    bench.world.write("wrong", "latest\n");
    assert_eq!(
        bench.refused(&["--known", "wrong"]),
        "cannot read `wrong:1`: expected a digest, or an image with a digest (`HOST/PATH@sha256:…`)"
    );
}

/// Other clients read documents that are not exactly as specified: what these name is needed.
#[test]
fn manifests_of_indexes_that_are_not_by_the_specification() {
    let bench = bench();
    let child = image("amd64", &["odd"]);
    child.store(&bench.registry, "a", None);
    let entry = child.descriptor();
    let odd = json!({"mediaType": "x/y", "digest": "sha256:1"});
    for (tag, document) in [
        ("case", json!({"schemaVersion": 2, "Manifests": [entry]})),
        (
            "entry",
            json!({"schemaVersion": 2, "manifests": [odd, entry]}),
        ),
    ] {
        let bytes = document.to_string();
        let parent = bench
            .registry
            .put_manifest("a", Some(tag), INDEX, bytes.as_bytes());
        assert_eq!(bench.prune(&[]), "", "{tag}");
        let message = bench.refused(&["--delete", &child.digest()]);
        let start = format!(
            "cannot delete from `REPO`: {}: index {parent} lists it\n",
            child.digest()
        );
        assert!(message.starts_with(&start), "{message}");
        bench.registry.put_manifest("a", Some(tag), INDEX, b"{}");
    }
    let bytes = format!(r#"{{"manifests":[{entry}],"x":1e999}}"#);
    bench
        .registry
        .put_manifest("a", Some("number"), INDEX, bytes.as_bytes());
    let message = bench.refused(&["--delete", &child.digest()]);
    assert!(
        message.starts_with("cannot read manifest `REPO@sha256:"),
        "{message}"
    );
    assert!(
        message.ends_with("number out of range at line 1 column 177"),
        "{message}"
    );
}
