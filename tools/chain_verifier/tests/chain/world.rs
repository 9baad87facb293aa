//! A repository with two packages, a lock of it, an image index of two images, and its provenance.

use std::collections::BTreeMap;

use archive_fixture::{Archive, Files, Key, Stanza};
use blob::{Blob, Digest};
use layer::{Choices, Expected, LayerWriter, Options, PackageSource, Paths};
use serde_json::{json, Value};
use testkit::{tar, Deb, Item, Outcome, Workspace};

pub(crate) const INDEX: &str = "main/binary-amd64/Packages.xz";
pub(crate) const IN_RELEASE: &str = "chain/test/bookworm/InRelease";
const DATE: &str = "2026-07-11T10:16:37Z";

/// The parts of a chain. A fault changes some of them.
pub(crate) struct World {
    pub(crate) archive: Archive,
    /// The files to verify with, by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) lock: Value,
    /// The layers of both images: the first three of one, the first two and the last of the other.
    pub(crate) layers: Vec<Layer>,
    /// The statement; `None` for a run without provenance.
    pub(crate) statement: Option<Value>,
    pub(crate) root: Digest,
}

/// A layer: its archive, and its text in the history.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) archive: Vec<u8>,
    pub(crate) created_by: String,
}

/// The result of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The files of package `hello`, which is for amd64.
pub(crate) fn hello_items() -> Vec<Item> {
    vec![
        Item::directory("./"),
        Item::directory("./usr/"),
        Item::directory("./usr/bin/"),
        Item::file("./usr/bin/hello", "program").mode(0o755),
        Item::symlink("./usr/bin/hi", "hello"),
    ]
}

/// The files of package `netbase`, which is for all architectures.
pub(crate) fn netbase_items() -> Vec<Item> {
    vec![
        Item::directory("./"),
        Item::directory("./etc/"),
        Item::file("./etc/protocols", "tcp 6\n"),
    ]
}

pub(crate) fn control(name: &str, version: &str, architecture: &str) -> String {
    format!(
        "Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nDescription: test\n"
    )
}

/// The bytes of a package.
pub(crate) fn deb(name: &str, version: &str, architecture: &str, items: &[Item]) -> Vec<u8> {
    let deb = Deb::new().control(&control(name, version, architecture));
    deb.items(items).build()
}

/// The layer that extracting a package gives.
pub(crate) fn extracted(deb: &[u8], created_by: &str) -> Layer {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("a.deb"), deb).unwrap();
    let source = PackageSource {
        path: path("a.deb"),
        shown: "a.deb".to_owned(),
        sha256: None,
        expected: Expected::default(),
    };
    let paths = Paths {
        layer: path("layer"),
        metadata: path("metadata"),
        mtree: path("mtree"),
        details: None,
        libraries: None,
    };
    let options = Options {
        name: String::new(),
        created: None,
        created_by: String::new(),
        compression: "none".parse().unwrap(),
        annotations: BTreeMap::new(),
    };
    let mut writer = LayerWriter::create(paths, options).unwrap();
    layer::extract(&source, &Choices::default(), &mut writer).unwrap();
    writer.finish().unwrap();
    Layer {
        archive: std::fs::read(path("layer")).unwrap(),
        created_by: created_by.to_owned(),
    }
}

/// A layer with files of both packages, their records, and a file that the build made.
pub(crate) fn merged(items: &[Item]) -> Layer {
    let mut all = vec![
        Item::directory("etc/"),
        Item::file("etc/protocols", "tcp 6\n"),
        Item::file("etc/generated", "by the build"),
    ];
    for (name, version, architecture) in PACKAGES {
        let path = format!("var/lib/dpkg/status.d/{name}");
        all.push(Item::file(path, control(name, version, architecture)));
    }
    all.extend(items.iter().cloned());
    Layer {
        archive: tar(&all),
        created_by: "merged".to_owned(),
    }
}

const PACKAGES: [(&str, &str, &str); 2] = [("hello", "2.10-3", "amd64"), ("netbase", "6.4", "all")];

impl World {
    pub(crate) fn new() -> Self {
        let debs = [
            deb("hello", "2.10-3", "amd64", &hello_items()),
            deb("netbase", "6.4", "all", &netbase_items()),
        ];
        let mut archive = Archive::new("bookworm");
        let mut packages = serde_json::Map::new();
        let mut files = BTreeMap::new();
        for ((name, version, architecture), deb) in PACKAGES.into_iter().zip(&debs) {
            let stanza = Stanza::new(name, version).architecture(architecture);
            archive = archive.package("amd64", &stanza.content(deb));
            let key = if architecture == "all" {
                "all"
            } else {
                "amd64"
            };
            let package = json!({
                "depends": [], "reason": "requested", "suite": "bookworm",
                "filename": format!("pool/main/{name}/{name}_{version}_{architecture}.deb"),
                "sha256": Digest::of(deb).hex(), "size": deb.len(),
                "source": name, "source_version": version, "version": version,
            });
            packages.insert(name.to_owned(), json!({ key: package }));
            files.insert(format!("debs/{name}.deb"), deb.clone());
        }
        files.insert("key.asc".to_owned(), Key::new(1).public().into_bytes());
        let mut world = Self {
            archive,
            files,
            lock: json!({
                "version": 1, "distro": "test", "snapshot": DATE, "architectures": ["amd64"],
                "packages": packages,
                "sources": { "bookworm": {
                    "archive": "debian", "components": ["main"], "date": DATE, "valid_until": null,
                    "signed_by": [Key::new(1).fingerprint()], "unverified": {}, "indexes": {},
                } },
            }),
            layers: vec![
                extracted(&debs[0], "deb hello 2.10-3 amd64"),
                extracted(&debs[1], "deb netbase 6.4 all"),
                merged(&hello_items()[1..]),
                Layer {
                    archive: tar(&[Item::file("etc/passwd", "root:x:0:0::/:\n")]),
                    created_by: "files passwd".to_owned(),
                },
            ],
            statement: None,
            root: Digest::of(b""),
        };
        world.publish(&[&Key::new(1)]);
        world.make_image();
        world.state();
        world
    }

    /// Writes the files of the repository, signed by these keys, and the lock of them.
    pub(crate) fn publish(&mut self, keys: &[&Key]) {
        let files = self.archive.files(keys);
        self.publish_files(&files);
    }

    fn publish_files(&mut self, files: &Files) {
        let file = |name: &str| files[&format!("dists/bookworm/{name}")].clone();
        let (release, index) = (file("InRelease"), file(INDEX));
        self.set_release(release);
        let blob = Blob::of(&index);
        self.source()["indexes"] =
            json!({ INDEX: { "sha256": blob.digest.hex(), "size": blob.size } });
        self.files
            .insert(format!("chain/test/bookworm/{INDEX}"), index);
    }

    /// Replaces InRelease, and its digest in the lock.
    pub(crate) fn set_release(&mut self, bytes: Vec<u8>) {
        self.source()["inrelease_sha256"] = Digest::of(&bytes).hex().into();
        self.files.insert(IN_RELEASE.to_owned(), bytes);
    }

    /// The facts about the source in the lock.
    pub(crate) fn source(&mut self) -> &mut Value {
        &mut self.lock["sources"]["bookworm"]
    }

    /// The entry of `hello` in the lock.
    pub(crate) fn hello(&mut self) -> &mut Value {
        &mut self.lock["packages"]["hello"]["amd64"]
    }

    /// The path of the chain's index.
    pub(crate) fn index_path() -> String {
        format!("chain/test/bookworm/{INDEX}")
    }

    /// Stores a blob, and returns its descriptor.
    pub(crate) fn store(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let Blob { digest, size } = Blob::of(bytes);
        let path = format!("layout/blobs/sha256/{}", digest.hex());
        self.files.insert(path, bytes.to_vec());
        json!({ "digest": digest.to_string(), "mediaType": media_type, "size": size })
    }

    /// Writes the image index and its images from the layers.
    pub(crate) fn make_image(&mut self) {
        self.make_image_with(&|_, _| {});
    }

    /// As [`World::make_image`], with changes to each configuration and manifest.
    pub(crate) fn make_image_with(&mut self, change: &dyn Fn(&mut Value, &mut Value)) {
        self.files.retain(|path, _| !path.starts_with("layout/"));
        let mut manifests = Vec::new();
        for (numbers, architecture) in [([0, 1, 2], "amd64"), ([0, 1, 3], "arm64")] {
            let layers: Vec<Layer> = numbers.iter().map(|at| self.layers[*at].clone()).collect();
            let layer_type = "application/vnd.oci.image.layer.v1.tar";
            let descriptors = layers
                .iter()
                .map(|layer| self.store(layer_type, &layer.archive));
            let mut manifest = json!({
                "schemaVersion": 2, "layers": descriptors.collect::<Vec<_>>(),
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
            });
            let diff_ids = layers
                .iter()
                .map(|layer| Digest::of(&layer.archive).to_string());
            let history = layers
                .iter()
                .map(|layer| json!({ "created_by": layer.created_by }));
            // Two images for one architecture: the packages of the lock are for amd64.
            let mut config = json!({
                "architecture": "amd64", "os": "linux", "author": architecture,
                "rootfs": { "type": "layers", "diff_ids": diff_ids.collect::<Vec<_>>() },
                "history": history.collect::<Vec<_>>(),
            });
            change(&mut config, &mut manifest);
            let config_type = "application/vnd.oci.image.config.v1+json";
            manifest["config"] = self.store(config_type, config.to_string().as_bytes());
            let manifest = manifest.to_string();
            let media_type = "application/vnd.oci.image.manifest.v1+json";
            let mut descriptor = self.store(media_type, manifest.as_bytes());
            descriptor["platform"] = json!({ "architecture": "amd64", "os": "linux" });
            manifests.push(descriptor);
        }
        self.make_index(&manifests);
    }

    /// Writes the image index of these manifests, and makes it the root of the layout.
    pub(crate) fn make_index(&mut self, manifests: &[Value]) {
        let media_type = "application/vnd.oci.image.index.v1+json";
        let index = json!({
            "schemaVersion": 2, "mediaType": media_type, "manifests": manifests,
        });
        let root = self.store(media_type, index.to_string().as_bytes());
        self.root = root["digest"].as_str().unwrap().parse().unwrap();
        let top = json!({ "schemaVersion": 2, "manifests": [root] });
        self.files
            .insert("layout/index.json".to_owned(), top.to_string().into_bytes());
    }

    /// The document with this digest.
    pub(crate) fn document(&self, digest: &Digest) -> Value {
        let bytes = &self.files[&format!("layout/blobs/sha256/{}", digest.hex())];
        serde_json::from_slice(bytes).unwrap()
    }

    /// The manifests of the image index.
    pub(crate) fn manifests(&self) -> Vec<Value> {
        let index = self.document(&self.root);
        index["manifests"].as_array().unwrap().clone()
    }

    /// The path of the blob that a descriptor names.
    pub(crate) fn blob_path(descriptor: &Value) -> String {
        let digest = descriptor["digest"].as_str().unwrap();
        format!("layout/blobs/{}", digest.replace(':', "/"))
    }

    /// Writes the provenance of what is there.
    pub(crate) fn state(&mut self) {
        let resource = |kind: &str, name: &str, bytes: &[u8]| {
            json!({
                "annotations": { "kind": kind }, "name": name,
                "digest": { "sha256": Digest::of(bytes).hex() },
            })
        };
        let mut dependencies = vec![resource(
            "lock",
            "lock.json",
            self.lock.to_string().as_bytes(),
        )];
        for (path, bytes) in self
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("debs/"))
        {
            dependencies.push(resource("package", path, bytes));
        }
        let layers = self.layers.iter().map(|layer| {
            let mut described = resource("layer", &layer.created_by, &layer.archive);
            let diff_id = Digest::of(&layer.archive).to_string();
            described["annotations"]["diff_id"] = diff_id.into();
            described
        });
        let digests = self
            .manifests()
            .into_iter()
            .map(|manifest| manifest["digest"].clone());
        let subjects = std::iter::once(self.root.to_string().into()).chain(digests);
        let subjects = subjects.map(|digest: Value| {
            let hex = digest
                .as_str()
                .unwrap()
                .trim_start_matches("sha256:")
                .to_owned();
            json!({ "name": "test", "digest": { "sha256": hex } })
        });
        let rules = json!({ "name": "distroless", "version": "0.1.0" });
        self.statement = Some(json!({
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://slsa.dev/provenance/v1",
            "subject": subjects.collect::<Vec<_>>(),
            "predicate": {
                "buildDefinition": {
                    "buildType": provenance::BUILD_TYPE,
                    "externalParameters": { "rules": rules, "settings": {}, "target": "//:test" },
                    "resolvedDependencies": dependencies,
                },
                "runDetails": {
                    "builder": { "id": provenance::UNSTATED_BUILDER },
                    "byproducts": layers.collect::<Vec<_>>(),
                },
            },
        }));
    }

    /// The list of dependencies in the statement.
    pub(crate) fn dependencies(&mut self) -> &mut Vec<Value> {
        let statement = self.statement.as_mut().unwrap();
        let definition = &mut statement["predicate"]["buildDefinition"];
        definition["resolvedDependencies"].as_array_mut().unwrap()
    }

    /// The list of layers in the statement.
    pub(crate) fn byproducts(&mut self) -> &mut Vec<Value> {
        let statement = self.statement.as_mut().unwrap();
        let details = &mut statement["predicate"]["runDetails"];
        details["byproducts"].as_array_mut().unwrap()
    }

    /// Writes all files, and runs the program with these options and `--json`.
    pub(crate) fn run(&self, options: &[&str]) -> Run {
        let workspace = Workspace::new();
        let mut arguments = vec![
            "--layout=layout",
            "--lock=lock.json",
            "--chain=chain",
            "--keyring=key.asc",
            "--deb=debs",
            "--json",
        ];
        std::fs::create_dir_all(workspace.path("debs")).unwrap();
        std::fs::create_dir_all(workspace.path("chain")).unwrap();
        for (path, bytes) in &self.files {
            let path = workspace.path(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        workspace.write("lock.json", self.lock.to_string());
        if let Some(statement) = &self.statement {
            workspace.write("provenance.json", statement.to_string());
            arguments.push("--provenance=provenance.json");
        }
        arguments.extend(options);
        let program = env!("CARGO_BIN_EXE_chain_verifier");
        let Outcome {
            code,
            stdout,
            stderr,
        } = workspace.run(program, arguments);
        Run {
            code,
            stdout,
            stderr,
        }
    }
}

impl Run {
    /// Link, state and text of each link.
    pub(crate) fn links(&self) -> Vec<(String, String, String)> {
        let value: Value = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr));
        let links = value["links"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        links
            .map(|link| {
                (
                    text(&link["link"]),
                    text(&link["state"]),
                    text(&link["text"]),
                )
            })
            .collect()
    }
}
