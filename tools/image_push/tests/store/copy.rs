use registry_fixture::{Registry, Settings};
use serde_json::json;

use crate::images::{artifact, descriptor, image, index, referrer, Item, INDEX};
use crate::world::World;

/// An index of two images and an attestation of Docker, signed in the ways of cosign 3 and cosign 2.
pub(crate) struct Set {
    pub(crate) index: Item,
    pub(crate) amd: Item,
    pub(crate) signatures: Vec<Item>,
    pub(crate) legacy: Item,
}

pub(crate) fn set(text: &str) -> Set {
    let (amd, arm) = (
        image("amd64", &["base", text]),
        image("arm64", &["base", "b"]),
    );
    let attestation = artifact("attestation");
    let list = [("amd64", &amd), ("arm64", &arm), ("unknown", &attestation)];
    let index = index(&list, &json!({}));
    let signature = referrer(&index, "application/signature", "index");
    let of_child = referrer(&amd, "application/signature", "amd64");
    let of_signature = referrer(&signature, "application/timestamp", "signature");
    Set {
        legacy: artifact("cosign 2"),
        signatures: vec![signature, of_child, of_signature],
        index,
        amd,
    }
}

impl Set {
    pub(crate) fn store(&self, registry: &Registry, repository: &str, tags: &[&str]) {
        for tag in tags {
            self.index.store(registry, repository, Some(tag));
        }
        for signature in &self.signatures {
            signature.store(registry, repository, None);
        }
        let tag = format!("sha256-{}.sig", self.amd.hex());
        self.legacy.store(registry, repository, Some(&tag));
    }

    fn lines(&self, repository: &str, tags: &[&str], state: &str) -> String {
        let line = |tag: &&str| format!("{repository}:{tag}@{} {state}\n", self.index.digest());
        let mut lines: String = tags.iter().map(line).collect();
        let tag = format!("sha256-{}.sig", self.amd.hex());
        lines += &format!("{repository}:{tag}@{} {state}\n", self.legacy.digest());
        lines
    }
}

fn writes(registry: &Registry) -> usize {
    let requests = registry.take_requests();
    let is_write = |method: &str| ["POST", "PUT", "PATCH", "DELETE"].contains(&method);
    requests
        .iter()
        .filter(|request| is_write(&request.method))
        .count()
}

#[test]
fn all_tags_with_signatures_and_what_signs_them() {
    for api in [true, false] {
        let world = World::new();
        let from = Registry::new(Settings::default());
        let settings = Settings {
            referrers: api,
            ..Settings::default()
        };
        let to = Registry::new(settings);
        let set = set("a");
        set.store(&from, "team/app", &["latest", "latest-20261121"]);
        let (source, target) = (
            format!("{}/team/app", from.address()),
            format!("{}/mirror", to.address()),
        );
        let run = || world.run(&["copy", &source, &target]).output();
        let tags = ["latest", "latest-20261121"];
        assert_eq!(run(), set.lines(&target, &tags, "pushed"));
        for digest in from.manifests("team/app") {
            assert_eq!(
                from.manifest("team/app", &digest),
                to.manifest("mirror", &digest)
            );
        }
        for digest in from.blobs("team/app") {
            assert!(to.blob("mirror", &digest).is_some(), "{digest}");
        }
        if !api {
            let list = to
                .manifest("mirror", &format!("sha256-{}", set.index.hex()))
                .unwrap();
            let list: serde_json::Value = serde_json::from_slice(&list.1).unwrap();
            assert_eq!(
                list["manifests"][0]["artifactType"],
                "application/signature"
            );
            assert_eq!(list["manifests"][0]["annotations"]["of"], "index");
        }
        writes(&to);
        assert_eq!(run(), set.lines(&target, &tags, "unchanged"));
        assert_eq!(writes(&to), 0, "a second run writes nothing");
    }
}

/// The origin has no referrers API: signatures are listed at tags.
#[test]
fn referrers_at_tags_are_found() {
    let world = World::new();
    let settings = Settings {
        referrers: false,
        ..Settings::default()
    };
    let from = Registry::new(settings);
    let set = set("a");
    set.store(&from, "a", &["latest"]);
    let list = json!({
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [set.signatures[0].descriptor()],
    });
    let tag = format!("sha256-{}", set.index.hex());
    from.put_manifest("a", Some(&tag), INDEX, list.to_string().as_bytes());
    let to = Registry::new(Settings::default());
    let (source, target) = (
        format!("{}/a:latest", from.address()),
        format!("{}/b", to.address()),
    );
    world.run(&["copy", &source, &target]).output();
    assert!(to.manifest("b", &set.signatures[0].digest()).is_some());
    let tags: Vec<String> = to.tags("b").into_iter().map(|(tag, _)| tag).collect();
    assert!(
        !tags.contains(&tag),
        "the registry lists referrers itself: {tags:?}"
    );
}

#[test]
fn promotion_in_a_registry_mounts_blobs() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let set = set("a");
    set.store(&registry, "team/app", &["latest"]);
    let host = registry.address();
    let (source, stable) = (
        format!("{host}/team/app@{}", set.index.digest()),
        format!("{host}/prod/app:stable"),
    );
    let output = world
        .run(&["copy", &source, &stable, &format!("{host}/team/app:stable")])
        .output();
    assert!(
        output.contains(&format!("{stable}@{} pushed\n", set.index.digest())),
        "{output}"
    );
    let found = |repository| registry.manifest(repository, "stable").unwrap();
    assert_eq!(found("prod/app"), found("team/app"));
    let is_upload = |path: &str| path.contains("/blobs/uploads/") && !path.contains("mount=");
    let requests = registry.requests();
    let uploads = requests
        .iter()
        .filter(|r| r.method == "POST" && is_upload(&r.to_string()));
    assert_eq!(uploads.count(), 0);
    assert!(registry
        .manifest("prod/app", &set.signatures[2].digest())
        .is_some());
}

/// BuildKit stores caches as indexes that list layers.
#[test]
fn an_index_of_layers_is_copied() {
    let world = World::new();
    // Not all registries accept such an index.
    let settings = Settings {
        sparse: true,
        ..Settings::default()
    };
    let registry = Registry::new(settings);
    registry.put_blob("a", b"layer");
    let entry = descriptor("application/vnd.oci.image.layer.v1.tar+gzip", b"layer");
    let cache = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]});
    registry.put_manifest("a", Some("cache"), INDEX, cache.to_string().as_bytes());
    let host = registry.address();
    for (from, to) in [("HOST/a:cache", "oci:cache"), ("oci:cache", "HOST/b")] {
        let (from, to) = (from.replace("HOST", &host), to.replace("HOST", &host));
        world.run(&["copy", &from, &to]).output();
    }
    assert_eq!(
        registry.manifest("a", "cache"),
        registry.manifest("b", "cache")
    );
    assert_eq!(registry.blobs("a"), registry.blobs("b"));
}

#[test]
fn selected_tags_without_referrers() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let set = set("a");
    set.store(&registry, "a", &["latest", "debug"]);
    let host = registry.address();
    let (source, target) = (format!("{host}/a"), format!("{host}/b"));
    let output = world
        .run(&[
            "copy",
            "--only",
            "deb*",
            "--without-referrers",
            &source,
            &target,
        ])
        .output();
    assert_eq!(
        output,
        format!("{target}:debug@{} pushed\n", set.index.digest())
    );
    assert_eq!(registry.manifests("b").len(), 4);
    let run = world.run(&["copy", "--only", "x*", &source, &target]);
    assert_eq!(
        run.message().replace(&host, "HOST"),
        "cannot copy `HOST/a`: no tag matches `--only`"
    );
    let run = world.run(&["copy", "--dry-run", &source, &format!("{host}/c")]);
    assert!(run.output().contains(" would push\n"));
    assert!(!registry.repositories().contains(&"c".to_owned()));
}

#[test]
fn a_dated_tag_is_not_overwritten() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    let (old, new) = (set("a"), set("b"));
    let tag = "latest-20261121";
    old.store(&registry, "b", &[tag, "latest"]);
    new.store(&registry, "a", &[tag, "latest"]);
    let host = registry.address();
    let run = world.run(&["copy", &format!("{host}/a"), &format!("{host}/b")]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr.trim_end().replace(&host, "HOST"),
        format!(
            "error: cannot push `HOST/b:{tag}`: it points to {}, expected {}\n\
             error: cannot push `1 dated tags`: they point to other images, listed above\n\
             hint: a dated tag never changes: copy the image to another tag, or select tags with `--only`",
            old.index.digest(),
            new.index.digest()
        )
    );
    assert_eq!(
        registry.manifest("b", "latest").unwrap(),
        registry.manifest("b", tag).unwrap()
    );
}

#[test]
fn wrong_places() {
    let world = World::new();
    let registry = Registry::new(Settings::default());
    set("a").store(&registry, "a", &["latest", "debug"]);
    let (other, host) = (set("b"), registry.address());
    other.store(&registry, "a", &["other"]);
    let copy = |arguments: &[&str]| {
        let arguments = arguments.iter().map(|text| text.replace("HOST", &host));
        let arguments: Vec<String> = ["copy".to_owned()].into_iter().chain(arguments).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        world.run(&arguments).message().replace(&host, "HOST")
    };
    assert_eq!(
        copy(&["HOST/a", "HOST/b:x"]),
        "cannot copy to `HOST/b:x`: it names one image, and `HOST/a` has 2\n\
         hint: leave out the tag, or select one image"
    );
    assert_eq!(
        copy(&["HOST/a:missing", "HOST/b"]),
        "cannot copy `HOST/a:missing`: there is no such image"
    );
    assert_eq!(
        copy(&["HOST/none", "HOST/b"]),
        "cannot list tags of `HOST/none`: there is no such repository"
    );
    let digest = other.index.digest();
    assert_eq!(
        copy(&["HOST/a:other", &format!("HOST/b@{digest}")]),
        format!("cannot copy to `HOST/b@{digest}`: it has a digest; the copy has that of the original\nhint: write HOST/PATH or HOST/PATH:TAG")
    );
}

/// A link in the destination is replaced by the content: it may lead to anything.
#[test]
fn a_link_is_not_a_blob_of_a_layout() {
    let registry = Registry::new(Settings::default());
    let set = set("a");
    set.store(&registry, "a", &["latest"]);
    let world = World::new();
    let source = format!("{}/a", registry.address());
    world.run(&["copy", &source, "oci:set"]).output();
    let name = format!("set/blobs/sha256/{}", set.index.hex());
    let bytes = world.read(&name);
    world.write("elsewhere", vec![b'x'; bytes.len()]);
    std::fs::remove_file(world.path(&name)).unwrap();
    std::os::unix::fs::symlink(world.path("elsewhere"), world.path(&name)).unwrap();
    world.run(&["copy", &source, "oci:set"]).output();
    assert_eq!(world.read(&name), bytes);
    assert_eq!(world.read("elsewhere"), vec![b'x'; bytes.len()]);
}
