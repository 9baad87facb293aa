//! Builds of images from packages that the tests make. `//tests/conformance/image_build` compares digests with Bazel's.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use blob::Digest;
use image_build::{plan, run, Base, Built, Inputs, Options};
use image_definition::read;
use lock::{Lock, LockedPackage};
use serde_json::json;
use testkit::{Deb, Item};

/// A directory with packages, a lock, a cache and outputs.
struct Place {
    directory: tempfile::TempDir,
    lock: Lock,
    packages: BTreeMap<Digest, PathBuf>,
    /// The number of packages that builds asked for.
    asked: AtomicUsize,
}

impl Inputs for Place {
    fn package(&self, _name: &str, package: &LockedPackage) -> blob::Result<PathBuf> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(self.packages[&package.sha256].clone())
    }
}

/// Name, files, and the packages that it depends on.
const PACKAGES: [(&str, &[&str], &[&str]); 4] = [
    ("base-files", &["etc/debian_version"], &[]),
    (
        "libtool1",
        &["usr/lib/libtool.so.1"],
        &["base-files", "tool"],
    ),
    ("tool", &["usr/bin/tool"], &["libtool1"]),
    ("other", &["usr/bin/other"], &[]),
];

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut packages = BTreeMap::new();
        let mut locked = serde_json::Map::new();
        for (name, files, depends) in PACKAGES {
            let control =
                format!("Package: {name}\nVersion: 1\nArchitecture: amd64\nDescription: x\n");
            let mut deb = Deb::new().control(&control);
            for file in files {
                deb = deb.item(Item::file(format!("./{file}"), *file).mode(0o755));
            }
            let bytes = deb.build();
            let path = directory.path().join(format!("{name}.deb"));
            fs::write(&path, &bytes).unwrap();
            let sha256 = Digest::of(&bytes);
            packages.insert(sha256, path);
            let entry = json!({
                "depends": depends, "filename": "x.deb", "reason": "requested", "sha256": sha256.hex(),
                "size": bytes.len(), "source": name, "source_version": "1", "suite": "s", "version": "1",
            });
            locked.insert(name.to_owned(), json!({ "amd64": entry }));
        }
        let lock = json!({
            "architectures": ["amd64"], "distro": "d", "packages": locked, "version": 1,
            "snapshot": "2026-11-21T02:34:56Z",
            "sources": {"s": {
                "archive": "debian", "components": ["main"], "date": "2026-11-21T02:34:56Z", "indexes": {},
                "inrelease_sha256": "0".repeat(64), "signed_by": [], "unverified": {}, "valid_until": null,
            }},
        });
        let lock = Lock::parse("lock.json", &lock.to_string()).unwrap();
        let asked = AtomicUsize::new(0);
        Self {
            directory,
            lock,
            packages,
            asked,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn build(
        &self,
        more: &str,
        output: &str,
        base: Option<&Base>,
        threads: usize,
    ) -> Result<Built, String> {
        let text = format!("version: 1\narchitectures: [amd64]\n{more}");
        let definition = read("image.yaml", &text).unwrap();
        let plan = plan(&definition, &self.lock, base).map_err(|error| error.to_string())?;
        let options = Options {
            directory: self.directory.path(),
            output: &self.path(output),
            cache: &self.path("cache"),
            version: "1",
            threads,
        };
        run(&plan, self, &options).map_err(|error| error.to_string())
    }

    fn built(&self, more: &str) -> Built {
        self.build(more, "image.oci", None, 2).unwrap()
    }

    fn error(&self, more: &str) -> String {
        self.build(more, "image.oci", None, 2).unwrap_err()
    }

    /// The result of each step in the cache.
    fn results(&self) -> Vec<PathBuf> {
        let results = fs::read_dir(self.path("cache/results")).unwrap();
        results.map(|entry| entry.unwrap().path()).collect()
    }
}

const TOOL: &str = "packages: [base-files, libtool1, tool]\nentrypoint: [/usr/bin/tool]\n";

#[test]
fn a_second_build_takes_everything_from_the_cache() {
    let place = Place::new();
    let first = place.built(TOOL);
    let asked = place.asked.load(Ordering::Relaxed);
    let second = place.built(TOOL);
    assert_eq!((second.ran, second.cached), (0, first.ran));
    assert_eq!(first.digest, second.digest);
    assert_eq!(first.report, second.report);
    assert_eq!(place.asked.load(Ordering::Relaxed), asked);
    assert!(first.report.contains("  tool 1"), "{}", first.report);
    // One thread gives the same bytes, in another cache.
    fs::remove_dir_all(place.path("cache")).unwrap();
    let alone = place.build(TOOL, "image.oci", None, 1).unwrap();
    assert_eq!(alone, first);
    // The layout is complete.
    let images = image_store::Images::open(&place.path("image.oci")).unwrap();
    assert_eq!(images.images[0].digest(), Some(first.digest));
}

#[test]
fn only_changed_layers_are_made_again() {
    let place = Place::new();
    place.built(TOOL);
    let more = "packages: [base-files, libtool1, tool, other]\nentrypoint: [/usr/bin/tool]\n";
    let built = place.built(more);
    // The layer, the documents, the check and the report.
    assert_eq!(built.ran, 4);
    fs::write(place.path("server"), "1").unwrap();
    let files = format!("{TOOL}layers: [{{files: {{/server: {{source: server}}}}}}]\n");
    let one = place.built(&files);
    fs::write(place.path("server"), "2").unwrap();
    let two = place.built(&files);
    assert_eq!(two.ran, 4);
    assert_ne!(one.digest, two.digest);
}

#[test]
fn only_the_merged_layer_is_compressed() {
    let place = Place::new();
    let built = place.built(&format!("{TOOL}layering: single\n"));
    assert_eq!(built.ran, place.results().len());
    let blobs = place.results().into_iter().map(|path| path.join("layer"));
    let blobs: Vec<Vec<u8>> = blobs.filter_map(|path| fs::read(path).ok()).collect();
    let gzip = |blob: &&Vec<u8>| blob.starts_with(&[0x1f, 0x8b]);
    assert_eq!(blobs.iter().filter(gzip).count(), 1);
    assert!(blobs.len() > 3, "{}", blobs.len());
}

#[test]
fn a_damaged_cache_is_repaired() {
    let place = Place::new();
    let first = place.built(TOOL);
    for result in place.results() {
        for file in fs::read_dir(&result).unwrap() {
            fs::write(file.unwrap().path(), "damaged").unwrap();
        }
    }
    // The layout has links to files of the cache; it is replaced.
    let second = place.built(TOOL);
    assert_eq!(first, second);
}

#[test]
fn builds_may_run_at_the_same_time() {
    let place = Place::new();
    let digests: Vec<Digest> = std::thread::scope(|scope| {
        let place = &place;
        let builds: Vec<_> = (0..4)
            .map(|number| {
                let output = format!("{number}.oci");
                scope.spawn(move || place.build(TOOL, &output, None, 2).unwrap().digest)
            })
            .collect();
        builds
            .into_iter()
            .map(|build| build.join().unwrap())
            .collect()
    });
    assert!(
        digests.iter().all(|digest| *digest == digests[0]),
        "{digests:?}"
    );
    let unfinished = fs::read_dir(place.path("cache/unfinished")).unwrap();
    assert_eq!(unfinished.count(), 0);
}

#[test]
fn dependencies_are_below_the_packages_that_need_them() {
    let place = Place::new();
    let all = "packages: [tool, other]\ndependencies: true\nstandard_files: false\n";
    let named = "packages: [base-files, libtool1, tool, other]\nstandard_files: false\n";
    assert_eq!(place.built(all).digest, place.built(named).digest);
}

#[test]
fn messages_name_the_package_or_the_file() {
    let place = Place::new();
    for (more, expected) in [
        ("packages: [tol]\n", "cannot build `image for linux/amd64`: cannot use package `tol`: it is not in the lock; similar names: `tool`\nhint: correct the name, or run `distroless lock` again"),
        ("packages: [base-files]\nentrypoint: [/usr/bin/tol]\n", "cannot build `image`: entrypoint: "),
        ("packages: [base-files]\nuser: nobody2\n", "cannot build `image`: user: "),
        ("layers: [{files: {/a: {source: absent}}}]\n", "cannot read `"),
        ("packages: [base-files]\nstandard_files: false\nlayers: [{ld_so_cache: {}}, {cacerts: {}}]\n", "cannot build `image for linux/amd64`: cannot use package `ca-certificates`: it is not in the lock"),
        ("layers: [{ld_so_cache: {}}]\n", "cannot build `image for linux/amd64`: cannot make layer `ld_so_cache`: there is no package below it, so there are no libraries\nhint: "),
    ] {
        let found = place.error(more);
        assert!(found.starts_with(expected), "{found}");
    }
    let arm64 = read(
        "image.yaml",
        "version: 1\narchitectures: [arm64]\npackages: [tool]\n",
    )
    .unwrap();
    let error = plan(&arm64, &place.lock, None).unwrap_err().to_string();
    assert!(
        error.contains("the lock has it for `amd64`, not for `arm64`"),
        "{error}"
    );
}

#[test]
fn only_a_layout_is_replaced() {
    let place = Place::new();
    fs::create_dir(place.path("image.oci")).unwrap();
    place.built(TOOL);
    fs::remove_dir_all(place.path("image.oci")).unwrap();
    fs::create_dir(place.path("image.oci")).unwrap();
    fs::write(place.path("image.oci/notes"), "").unwrap();
    let error = place.error(TOOL);
    assert!(
        error.contains("the directory is not empty, and it is no OCI layout"),
        "{error}"
    );
}

#[test]
fn a_link_to_a_layout_is_kept() {
    let place = Place::new();
    let (link, target) = (place.path("image.oci"), place.path("elsewhere"));
    std::os::unix::fs::symlink("elsewhere", &link).unwrap();
    // A link that leads nowhere: it may be of a disk that is not there.
    let error = place.error(TOOL);
    assert!(error.contains("No such file or directory"), "{error}");
    fs::create_dir(&target).unwrap();
    place.built(TOOL);
    place.built(TOOL);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("elsewhere"));
    assert!(target.join("index.json").is_file());
}

#[test]
fn an_image_on_a_base() {
    let place = Place::new();
    let users = format!("{TOOL}users: {{app: 1000}}\n");
    let below = place.build(&users, "base.oci", None, 2).unwrap();
    let base = Base::open(&place.path("base.oci")).unwrap();
    let on_base = |more: &str| {
        let text = format!("base: oci:base.oci\n{more}");
        place.build(&text, "image.oci", Some(&base), 2)
    };
    // User and program are in the base.
    let built = on_base("packages: [other]\nuser: app\nentrypoint: [/usr/bin/tool]\n").unwrap();
    assert_ne!(built.digest, below.digest);
    let image = image_store::Images::open(&place.path("image.oci")).unwrap();
    let layers = image_store::Images::open(&place.path("base.oci"))
        .unwrap()
        .images[0]
        .layers()
        .len();
    assert_eq!(image.images[0].layers().len(), layers + 1);
    let error = on_base("user: other\n").unwrap_err();
    assert!(error.contains("user: "), "{error}");
    let error = on_base("layers: [{symlinks: {/usr: {target: a}}}]\n").unwrap_err();
    assert!(
        error.contains(
            "`/usr` is a directory in layer `base image` and a link to `a` in layer `image.1`"
        ),
        "{error}"
    );
    damage_a_layer(&place.path("base.oci"));
    let error = on_base("packages: [other]\nuser: app\n").unwrap_err();
    assert!(error.contains("cannot use layer `"), "{error}");
}

/// Replaces the largest blob, without changing the file that the cache has.
fn damage_a_layer(layout: &Path) {
    let blobs = fs::read_dir(layout.join("blobs/sha256")).unwrap();
    let blobs = blobs.map(|blob| blob.unwrap().path());
    let is_layer = |path: &PathBuf| fs::read(path).unwrap().starts_with(&[0x1f, 0x8b]);
    let layer = blobs.into_iter().find(is_layer).unwrap();
    fs::remove_file(&layer).unwrap();
    fs::write(&layer, "damaged").unwrap();
}
