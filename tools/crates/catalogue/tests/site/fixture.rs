//! A small site: `static` and `base` on two distros.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Error, Result};
use catalogue::{pages, Catalogue, Description, Files};
use image_contents::{
    Content, Contents, Distro, Entry, Image, Layer, Licenses, LockReference, Package, Runtime,
    Settings,
};
use image_facts::{PackageId, SourcePackage};
use serde_json::{json, Value};
use tracker::{Selection, Snapshot};

pub(crate) type Pages = BTreeMap<String, Vec<u8>>;

/// The description and the files that it names.
pub(crate) struct Site {
    pub(crate) description: Value,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Files for Site {
    fn read(&self, path: &str, _most: u64) -> Result<Vec<u8>> {
        let file = self.files.get(path);
        file.cloned()
            .ok_or_else(|| Error::cannot("read", path, "there is no such file"))
    }
}

impl Site {
    pub(crate) fn pages(&self) -> Result<Pages> {
        let text = serde_json::to_vec(&self.description).unwrap();
        let description = Description::parse("site.json", &text)?;
        pages(&Catalogue::read(&description, self)?)
    }

    /// Adds the images of one name for one distro.
    pub(crate) fn add_set(
        &mut self,
        name: &str,
        distro: &str,
        base: &str,
        images: Vec<(&str, Image)>,
    ) {
        let tags: BTreeSet<&str> = images.iter().map(|(tag, _)| *tag).collect();
        let target = |tag: &str| format!("//{name}:{distro}_{tag}");
        let targets: BTreeMap<&str, String> = tags.iter().map(|tag| (*tag, target(tag))).collect();
        let mut described = Vec::new();
        for (tag, image) in images {
            let path = format!("{name}-{distro}-{tag}-{}.json", image.architecture);
            self.files
                .insert(path.clone(), Contents::Image(image).to_json().unwrap());
            described.push(json!({"tag": tag, "contents": path}));
        }
        let mut indexes = Vec::new();
        for tag in tags {
            let path = format!("{name}-{distro}-{tag}.digest");
            self.files
                .insert(path.clone(), digest(&path).to_string().into_bytes());
            indexes.push(json!({"tag": tag, "digest": path}));
        }
        let set = json!({
            "name": name, "distro": distro, "family": name, "base": base, "targets": targets,
            "aliases": {}, "lacks": {"s390x": "there is no machine"}, "images": described, "indexes": indexes,
        });
        self.description["sets"].as_array_mut().unwrap().push(set);
    }
}

pub(crate) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn file(path: &str, size: u64) -> Entry {
    Entry {
        path: path.to_owned(),
        mode: 0o644,
        uid: 0,
        gid: 0,
        content: Content::File {
            sha256: digest(path),
            sha1: None,
            size,
        },
    }
}

/// A package. `id` is name, version and architecture.
pub(crate) fn package(id: &str, source: &str, licences: &str, size: u64) -> Package {
    Package {
        id: PackageId::parse(id).unwrap(),
        source: SourcePackage::parse(source),
        maintainer: None,
        homepage: Some("https://www.example.org/".to_owned()),
        section: None,
        download: None,
        licenses: Licenses {
            expression: Some(licences.to_owned()),
            ..Licenses::default()
        },
        is_whole: true,
        entries: vec![file(&format!("usr/share/{id}"), size)],
    }
}

pub(crate) fn layer(created_by: &str, size: u64, packages: Vec<Package>) -> Layer {
    Layer {
        digest: digest(created_by),
        diff_id: digest("diff_id"),
        size,
        media_type: "application/vnd.oci.image.layer.v1.tar+gzip".to_owned(),
        created_by: created_by.to_owned(),
        packages,
        runtimes: Vec::new(),
        entries: Vec::new(),
        libraries: Vec::new(),
    }
}

pub(crate) fn image(name: &str, distro: &str, architecture: &str, layers: Vec<Layer>) -> Image {
    let codename = if distro == "debian12" {
        "bookworm"
    } else {
        "trixie"
    };
    Image {
        name: name.to_owned(),
        digest: digest(&format!("{name} {distro} {architecture} {}", layers.len())),
        config: digest("config"),
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        variant: (architecture == "arm64").then(|| "v8".to_owned()),
        created: "2026-11-20T02:11:10Z".to_owned(),
        distro: Some(Distro {
            id: "debian".to_owned(),
            version: distro.trim_start_matches("debian").to_owned(),
            codename: Some(codename.to_owned()),
            vendor: None,
        }),
        settings: Settings {
            user: "0".to_owned(),
            workdir: "/".to_owned(),
            env: vec!["PATH=/usr/bin".to_owned()],
            ..Settings::default()
        },
        annotations: BTreeMap::from([(
            "com.google.distroless.end-of-life".to_owned(),
            "2028-06-30".to_owned(),
        )]),
        locks: vec![LockReference {
            distro: distro.to_owned(),
            sha256: digest("lock"),
            snapshot: Some("2026-11-20T02:11:10Z".to_owned()),
        }],
        layers,
    }
}

fn static_layers(distro: &str) -> Vec<Layer> {
    let files = if distro == "debian12" {
        "12.4+deb12u11"
    } else {
        "13.8"
    };
    let base_files = package(
        &format!("base-files {files} amd64"),
        "base-files",
        "GPL-2.0-or-later",
        300_000,
    );
    let zones = package(
        "tzdata 2026f-0 all",
        "tzdata",
        "LicenseRef-Debian-public-domain-3475931cb5be0290",
        1_900_000,
    );
    let mut passwd = layer("passwd", 180, Vec::new());
    passwd.entries = vec![file("etc/passwd", 150)];
    vec![
        layer(&format!("deb base-files {files}"), 83_000, vec![base_files]),
        layer("deb tzdata", 445_000, vec![zones]),
        passwd,
    ]
}

fn base_layers(distro: &str, architecture: &str) -> Vec<Layer> {
    let version = if architecture == "amd64" {
        "3.0.15-1~deb12u1"
    } else {
        "3.0.11-1~deb12u2"
    };
    let id = format!("libssl3 {version} {architecture}");
    let tls = package(
        &id,
        "openssl",
        "Apache-2.0 AND (Artistic-1.0 OR GPL-1.0-or-later) AND MIT",
        5_900_000,
    );
    let library = package(
        &format!("libc6 2.36-9 {architecture}"),
        "glibc",
        "LicenseRef-Debian-copyright-file-of-libc6-771add00b5c3be71",
        12_000_000,
    );
    let mut merged = layer(&format!("{id} and others"), 6_500_000, vec![library, tls]);
    merged.runtimes = vec![Runtime {
        name: "tool".to_owned(),
        version: "1.2".to_owned(),
        purl: "pkg:generic/tool@1.2".to_owned(),
        supplier: None,
        homepage: None,
        download: None,
        licenses: Licenses::default(),
        entries: vec![file("opt/tool", 800_000)],
    }];
    let mut layers = static_layers(distro);
    layers.push(merged);
    layers
}

fn history() -> Value {
    let record = |time: &str, libssl3: &str, size: u64| {
        let image = |size: u64| json!({"digest": digest(time), "size": size});
        json!({
            "locks": {"debian12": time, "debian13": time},
            "images": {"base-debian12": {
                "packages": {"base-files": "12.4+deb12u11", "libssl3": {"amd64": libssl3, "arm64": "3.0.11-1~deb12u2"}},
                "latest": {"digest": digest(time), "architectures": {"amd64": image(size), "arm64": image(size - 300_000)}},
            }, "gone-debian12": null},
        })
    };
    json!({"version": 1, "records": [
        record("2026-09-12T09:27:08Z", "3.0.13-1~deb12u1", 7_100_000),
        record("2026-10-20T02:11:10Z", "3.0.14-1~deb12u1", 7_000_000),
        {"locks": {"debian12": "2026-11-01T02:11:10Z"}, "images": {}},
        record("2026-11-10T02:11:10Z", "3.0.14-1~deb12u1", 7_000_000),
        record("2026-11-20T02:11:10Z", "3.0.15-1~deb12u1", 7_028_180),
    ]})
}

/// A lock of the tracker: some issues of openssl, and none of the other packages.
pub(crate) fn tracker() -> Vec<u8> {
    let record = |status: &str, more: Value| {
        let mut record = json!({"status": status, "urgency": "not yet assigned"});
        record
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"releases": {"bookworm": record, "trixie": record}})
    };
    let document = json!({"openssl": {
        "CVE-2024-0001": record("resolved", json!({"fixed_version": "3.0.16-1~deb12u1", "repositories": {"bookworm-security": "3.0.16-1~deb12u1"}})),
        "CVE-2023-0002": record("resolved", json!({"fixed_version": "3.0.9-1"})),
        "CVE-2025-0003": record("open", json!({"nodsa": "Minor issue <b>only</b>", "nodsa_reason": "postponed"})),
    }});
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let selection = Selection {
        sources: texts(&["base-files", "tzdata", "glibc", "openssl"]),
        releases: texts(&["bookworm", "trixie"]),
    };
    let time = "2026-11-21T02:34:56Z".parse().unwrap();
    let text = document.to_string();
    let snapshot = Snapshot::read("tracker.json", text.as_bytes(), time, &selection).unwrap();
    snapshot.to_json().unwrap().into()
}

/// The site without images.
pub(crate) fn empty() -> Site {
    let distro = |number: &str, codename: &str, years: [&str; 3]| {
        json!({
            "name": format!("debian{number}"), "number": number, "codename": codename, "released": years[0],
            "end_of_security": years[1], "end_of_life": years[2],
        })
    };
    Site {
        description: json!({
            "version": 1, "title": "Images", "repository": "registry.example/images",
            "source": "https://git.example/images", "vendor": "Example Ltd",
            "distros": [
                distro("12", "bookworm", ["2023-06-10", "2026-06-10", "2028-06-30"]),
                distro("13", "trixie", ["2025-08-09", "2028-08-09", "2030-06-30"]),
            ],
            "sets": [],
            "missing": [{"name": "base", "distro": "debian11", "reason": "its support ended"}],
        }),
        files: BTreeMap::new(),
    }
}

fn add_static(site: &mut Site, distro: &str) {
    let busybox = package(
        "busybox-static 1:1.37.0 amd64",
        "busybox",
        "GPL-2.0-only",
        2_000_000,
    );
    let mut debug = static_layers(distro);
    debug.push(layer("busybox", 1_060_000, vec![busybox]));
    site.add_set(
        "static",
        distro,
        "",
        vec![
            (
                "latest",
                image("static", distro, "amd64", static_layers(distro)),
            ),
            (
                "latest",
                image("static", distro, "arm64", static_layers(distro)),
            ),
            ("debug", image("static", distro, "amd64", debug)),
        ],
    );
}

/// The site with images, history and issues.
pub(crate) fn site() -> Site {
    let mut site = empty();
    add_static(&mut site, "debian12");
    add_static(&mut site, "debian13");
    site.add_set(
        "base",
        "debian12",
        "static",
        vec![
            (
                "latest",
                image(
                    "base",
                    "debian12",
                    "amd64",
                    base_layers("debian12", "amd64"),
                ),
            ),
            (
                "latest",
                image(
                    "base",
                    "debian12",
                    "arm64",
                    base_layers("debian12", "arm64"),
                ),
            ),
        ],
    );
    site.description["history"] = json!("history.json");
    site.files.insert(
        "history.json".to_owned(),
        history().to_string().into_bytes(),
    );
    site.description["tracker"] = json!("tracker.json");
    site.files.insert("tracker.json".to_owned(), tracker());
    site
}

pub(crate) fn text<'a>(pages: &'a Pages, path: &str) -> &'a str {
    std::str::from_utf8(&pages[path]).unwrap()
}
