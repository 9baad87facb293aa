//! Layouts and archives of other tools, and malicious ones.

#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use blob::Digest;
use rootfs::{Image, ImageExt};
use rustix::fs::{mknodat, FileType, Mode, CWD};
use serde_json::{json, Value};
use support::{listing, Layout, INDEX, MANIFEST};
use testkit::{tar, Item, Workspace};

const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

fn one(layout: &Layout) -> Value {
    layout.image(
        "amd64",
        vec![layout.layer(".gz", &tar(&[Item::file("x", "")]))],
    )
}

/// A manifest of these parts, without a platform.
fn manifest(layout: &Layout, config: &Value, layer_type: &str, more: &Value) -> Value {
    let layer = layout.blob(layer_type, b"{}");
    let mut manifest =
        json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]});
    let fields = more.as_object().unwrap().clone();
    manifest.as_object_mut().unwrap().extend(fields);
    layout.blob(MANIFEST, manifest.to_string().as_bytes())
}

fn sbom(layout: &Layout) -> Value {
    let empty = layout.blob("application/vnd.oci.empty.v1+json", b"{}");
    let kind = json!({"artifactType": "application/spdx+json"});
    manifest(layout, &empty, "application/spdx+json", &kind)
}

/// A signature of cosign has an image configuration without a platform.
fn signature(layout: &Layout) -> Value {
    let config = json!({"architecture": "", "os": "", "config": {}, "rootfs": {"type": "layers", "diff_ids": [Digest::of(b"{}").to_string()]}});
    let config = layout.blob(CONFIG, config.to_string().as_bytes());
    let kind = "application/vnd.dev.cosign.simplesigning.v1+json";
    manifest(layout, &config, kind, &json!({}))
}

fn chart(layout: &Layout) -> Value {
    let config = layout.blob(
        "application/vnd.cncf.helm.config.v1+json",
        b"{\"name\":\"x\"}",
    );
    let kind = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    manifest(layout, &config, kind, &json!({}))
}

#[test]
fn an_image_is_found_among_artifacts() {
    let layout = Layout::new();
    let image = one(&layout);
    let mut bare = image.clone();
    bare.as_object_mut().unwrap().remove("platform");
    let with_platform = |mut entry: Value, os: &str, architecture: &str| {
        entry["platform"] = json!({"os": os, "architecture": architecture});
        entry
    };
    let other = layout.blob("application/vnd.example.unknown+json", b"whatever");
    let mut untyped = other.clone();
    untyped.as_object_mut().unwrap().remove("mediaType");
    let artifacts = vec![
        sbom(&layout),
        with_platform(sbom(&layout), "linux", ""),
        with_platform(sbom(&layout), "linux", "amd64"),
        signature(&layout),
        chart(&layout),
        with_platform(chart(&layout), "unknown", "unknown"),
        other,
        untyped,
    ];
    let mut layout = layout;
    for image in [image, bare] {
        for artifact in artifacts
            .iter()
            .map(std::slice::from_ref)
            .chain([&artifacts[..]])
        {
            layout.entries = [artifact, std::slice::from_ref(&image), artifact].concat();
            layout = layout.finish();
            for platform in [None, Some("linux/amd64")] {
                let opened = Image::open(&layout.path(), platform).unwrap();
                let root = opened.read(&mut []).unwrap();
                assert_eq!(listing(&root), "0 0644 x file 0\n");
            }
        }
    }
    let artifact = artifacts[2].clone();
    layout.entries = artifacts;
    let layout = layout.finish();
    let error = Image::open(&layout.path(), Some("linux/amd64")).unwrap_err();
    assert_eq!(
        layout.say(&error),
        "cannot open image `IMAGE`: it contains no image, only `application/spdx+json`, \
         `application/vnd.cncf.helm.config.v1+json`, `application/vnd.dev.cosign.simplesigning.v1+json`, \
         `application/vnd.example.unknown+json`, `no media type`"
    );
    let mut layout = layout;
    layout.entries = vec![artifact];
    let layout = layout.finish();
    let error = Image::open(&layout.path(), None).unwrap_err();
    assert_eq!(
        layout.say(&error),
        "cannot open image `IMAGE`: it contains no image, only artifacts"
    );
}

/// A layout of one image that also has the `manifest.json` of Docker; `change` damages its OCI documents.
fn both(change: impl FnOnce(&Path, Value)) -> Layout {
    let layout = Layout::new();
    let plain = tar(&[Item::file("x", "")]);
    let (layer, id) = layout.layer("", &plain);
    let config = layout.config("amd64", std::slice::from_ref(&id));
    let path = |blob: &Value| {
        let digest = blob["digest"].as_str().unwrap();
        format!("blobs/{}", digest.replace(':', "/"))
    };
    let saved = json!([{"Config": path(&config), "RepoTags": null, "Layers": [path(&layer)]}]);
    fs::write(layout.file("manifest.json"), saved.to_string()).unwrap();
    let entry = layout.image("amd64", vec![(layer, id)]);
    let manifest = fs::read(layout.file(&path(&entry))).unwrap();
    let layout = layout.add(entry);
    change(&layout.path(), serde_json::from_slice(&manifest).unwrap());
    layout
}

fn list(layout: &Path, entries: &Value) {
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
    fs::write(layout.join("index.json"), index.to_string()).unwrap();
}

fn relist(layout: &Path, manifest: &Value) {
    let bytes = manifest.to_string();
    let digest = Digest::of(bytes.as_bytes());
    fs::write(layout.join("blobs/sha256").join(digest.hex()), &bytes).unwrap();
    let entry = json!({"mediaType": MANIFEST, "digest": digest.to_string(), "size": bytes.len()});
    list(layout, &json!([entry]));
}

type Damage = fn(&Path, Value);

/// Docker 25 wrote some of these.
#[test]
fn a_docker_archive_with_a_damaged_layout() {
    let damages: [(Damage, Option<&str>); 9] = [
        (|_, _| (), None),
        (
            |path, _| list(path, &Value::Null),
            Some("it contains no image"),
        ),
        (
            |path, _| list(path, &json!([])),
            Some("it contains no image"),
        ),
        (
            |path, mut manifest| {
                manifest["layers"] = Value::Null;
                relist(path, &manifest);
            },
            Some("cannot read image `IMAGE`: it has 0 layers, and its config 1 diff_ids"),
        ),
        (
            |path, mut manifest| {
                manifest["layers"] = json!([]);
                relist(path, &manifest);
            },
            Some("cannot read image `IMAGE`: it has 0 layers, and its config 1 diff_ids"),
        ),
        (
            |path, mut manifest| {
                let hex = "a".repeat(64);
                manifest["layers"][0]["digest"] = json!(format!("sha256:{hex}"));
                relist(path, &manifest);
            },
            Some("cannot read layer `sha256:aaaaaa"),
        ),
        (
            |path, _| fs::remove_file(path.join("index.json")).unwrap(),
            Some("cannot open image `IMAGE`: cannot read `IMAGE/index.json`: No such file"),
        ),
        (
            |path, _| fs::write(path.join("index.json"), "{").unwrap(),
            Some("cannot open image `IMAGE`: cannot read `index.json`: EOF while parsing"),
        ),
        (
            |path, _| fs::write(path.join("oci-layout"), "{}").unwrap(),
            Some("cannot open image `IMAGE`: cannot read `oci-layout`: missing field"),
        ),
    ];
    for (damage, message) in damages {
        let layout = both(damage);
        let root = layout.open().read(&mut []).unwrap();
        assert_eq!(listing(&root), "0 0644 x file 0\n", "{message:?}");
        fs::remove_file(layout.file("manifest.json")).unwrap();
        let Some(message) = message else {
            continue;
        };
        let found = layout.error();
        assert!(found.contains(message), "{found}");
    }
}

/// If `manifest.json` is unusable as well, the error is that of the layout. A missing platform does not count as
/// damage.
#[test]
fn a_docker_archive_does_not_help_an_empty_index() {
    let layout = both(|path, _| {
        list(path, &Value::Null);
        fs::write(path.join("manifest.json"), "[]").unwrap();
    });
    assert_eq!(
        layout.error(),
        "cannot open image `IMAGE`: it contains no image"
    );
    let layout = both(|_, _| ());
    let error = Image::open(&layout.path(), Some("linux/arm64")).unwrap_err();
    assert_eq!(
        layout.say(&error),
        "cannot open image `IMAGE`: it has no image for `linux/arm64`, only for linux/amd64"
    );
}

#[test]
fn archives_with_null_and_with_other_names() {
    let layer = tar(&[Item::file("x", "")]);
    let id = Digest::of(&layer).to_string();
    let config = |fields: Value| {
        let mut config = json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [id]}});
        config
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        config.to_string()
    };
    let scratch = |ids: &str| {
        format!(r#"{{"architecture":"amd64","os":"linux","rootfs":{{"type":"layers"{ids}}}}}"#)
    };
    let whole = "0 0644 x file 0\n";
    for (name, config, layer_name, config_name, member, expected) in [
        (
            "plain",
            config(json!({})),
            json!(["one.tar"]),
            "c.json",
            "",
            whole,
        ),
        (
            "slash",
            config(json!({})),
            json!(["/one.tar"]),
            "/c.json",
            "",
            whole,
        ),
        (
            "dot",
            config(json!({})),
            json!(["./one.tar"]),
            "./c.json",
            "",
            whole,
        ),
        (
            "dot members",
            config(json!({})),
            json!(["one.tar"]),
            "c.json",
            "./",
            whole,
        ),
        (
            "no platform",
            config(json!({"architecture": "", "os": ""})),
            json!(["one.tar"]),
            "c.json",
            "",
            whole,
        ),
        (
            "nulls",
            config(
                json!({"history": null, "config": {"Env": null, "Labels": null, "ExposedPorts": null}}),
            ),
            json!(["one.tar"]),
            "c.json",
            "",
            whole,
        ),
        ("scratch", scratch(""), Value::Null, "c.json", "", ""),
        (
            "scratch, null",
            scratch(r#","diff_ids":null"#),
            Value::Null,
            "c.json",
            "",
            "",
        ),
        (
            "scratch, empty",
            scratch(r#","diff_ids":[]"#),
            json!([]),
            "c.json",
            "",
            "",
        ),
    ] {
        let saved = json!([{"Config": config_name, "RepoTags": null, "Layers": layer_name}]);
        let workspace = Workspace::new();
        let items = [
            Item::file(format!("{member}c.json"), config),
            Item::file(format!("{member}one.tar"), &layer),
            Item::file(format!("{member}manifest.json"), saved.to_string()),
        ];
        workspace.write("image.tar", tar(&items));
        for platform in [None, Some("linux/amd64")] {
            let image = Image::open(&workspace.path("image.tar"), platform).unwrap();
            assert_eq!(listing(&image.read(&mut []).unwrap()), expected, "{name}");
        }
    }
}

/// A directory as `docker save` and `tar -x` create it, next to a `secret.json` that must not be read.
fn saved(config: &str, layer: &str) -> (Workspace, String) {
    let workspace = Workspace::new();
    workspace.write("secret.json", r#""s3cret""#);
    fs::create_dir(workspace.path("image")).unwrap();
    let plain = tar(&[]);
    workspace.write("image/one.tar", &plain);
    let text = json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [Digest::of(&plain).to_string()]}});
    workspace.write("image/c.json", text.to_string());
    symlink("../secret.json", workspace.path("image/link.json")).unwrap();
    symlink("c.json", workspace.path("image/inner.json")).unwrap();
    symlink("/dev", workspace.path("image/devices")).unwrap();
    let manifest = json!([{"Config": config, "Layers": [layer]}]);
    workspace.write("image/manifest.json", manifest.to_string());
    let path = workspace.path("image");
    let outcome = Image::open(&path, None).and_then(|image| image.read(&mut []));
    let message = outcome.map_or_else(|error| error.to_string(), |_| "read".to_owned());
    let message = message.replace(path.to_str().unwrap(), "IMAGE");
    (workspace, message)
}

#[test]
fn paths_stay_in_the_directory() {
    const HINT: &str = "\nhint: an image may only refer to its own files";
    const LINK: &str = "it is a link out of the image's directory";
    for (config, layer, message) in [
        ("c.json", "one.tar", "read".to_owned()),
        ("/c.json", "./one.tar", "read".to_owned()),
        ("inner.json", "one.tar", "read".to_owned()),
        ("../secret.json", "one.tar", format!("cannot open image `IMAGE`: cannot read `../secret.json`: its path has a `..`{HINT}")),
        ("x/../../secret.json", "one.tar", format!("cannot open image `IMAGE`: cannot read `x/../../secret.json`: its path has a `..`{HINT}")),
        ("link.json", "one.tar", format!("cannot open image `IMAGE`: cannot read `link.json`: {LINK}{HINT}")),
        ("/etc/passwd", "one.tar", "cannot open image `IMAGE`: cannot read `IMAGE/etc/passwd`: No such file or directory (os error 2)".to_owned()),
        ("devices/zero", "one.tar", format!("cannot open image `IMAGE`: cannot read `devices/zero`: {LINK}{HINT}")),
        ("c.json", "../secret.json", format!("cannot open image `IMAGE`: cannot read `../secret.json`: its path has a `..`{HINT}")),
        ("c.json", "link.json", format!("cannot open image `IMAGE`: cannot read `link.json`: {LINK}{HINT}")),
        ("", "one.tar", "cannot open image `IMAGE`: cannot read `IMAGE/`: it is not a regular file".to_owned()),
    ] {
        let (_workspace, found) = saved(config, layer);
        assert_eq!(found, message, "{config} {layer}");
    }
}

/// The files of a layout of one image with one layer.
fn files_of(layout: &Layout) -> [(&'static str, PathBuf); 5] {
    let read =
        |path: PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let blob = |value: &Value| layout.blob_path(value["digest"].as_str().unwrap());
    let manifest = blob(&read(layout.file("index.json"))["manifests"][0]);
    let parts = read(manifest.clone());
    [
        ("oci-layout", layout.file("oci-layout")),
        ("index.json", layout.file("index.json")),
        ("manifest", manifest),
        ("config", blob(&parts["config"])),
        ("layer", blob(&parts["layers"][0])),
    ]
}

/// A blob may be a link to the same bytes outside, as in the layouts of rules_oci: the digest shows that the author of
/// the image knows the content.
#[test]
fn a_link_out_of_the_layout_leads_to_the_blob_or_is_refused() {
    for number in 0..5 {
        for is_same in [true, false] {
            let layout = Layout::of(".gz", &[&[Item::file("x", "")]]);
            let (name, path) = files_of(&layout)[number].clone();
            let outside = layout.path().parent().unwrap().join("secret");
            let mut bytes = fs::read(&path).unwrap();
            if !is_same {
                // With the same size, so that only the digest differs.
                bytes.fill(b'"');
            }
            fs::write(&outside, bytes).unwrap();
            fs::remove_file(&path).unwrap();
            symlink(
                "../".repeat(
                    path.strip_prefix(layout.path())
                        .unwrap()
                        .components()
                        .count(),
                ) + "secret",
                &path,
            )
            .unwrap();
            let outcome = Image::open(&layout.path(), None).and_then(|image| image.read(&mut []));
            let message = outcome.map_or_else(|error| layout.say(&error), |root| listing(&root));
            let expected = match (name, is_same) {
                ("oci-layout", _) => "it has neither `oci-layout` nor `manifest.json`",
                ("index.json", _) => "it is a link out of the image's directory\nhint",
                (_, true) => "0 0644 x file 0\n",
                (_, false) => {
                    "it is a link out of the image's directory, to other bytes than its digest says"
                }
            };
            assert!(message.contains(expected), "{name} {is_same}: {message}");
        }
    }
}

/// Bazel creates directories in sandboxes and runfiles in this way: a link for each file to the same name in another directory, or
/// one link.
#[test]
fn links_to_the_same_names_of_another_layout_are_followed() {
    let layout = Layout::of(".gz", &[&[Item::file("x", "")]]);
    let workspace = Workspace::new();
    symlink(layout.path(), workspace.path("whole")).unwrap();
    mirror(&layout.path(), &workspace.path("each"));
    for name in ["whole", "each"] {
        let image = Image::open(&workspace.path(name), None).unwrap();
        assert_eq!(listing(&image.read(&mut []).unwrap()), "0 0644 x file 0\n");
    }
    let index = workspace.path("each/index.json");
    fs::remove_file(&index).unwrap();
    fs::create_dir(workspace.path("elsewhere")).unwrap();
    workspace.write("elsewhere/index.json", "\"s3cret\"");
    symlink("../elsewhere/index.json", &index).unwrap();
    let error = Image::open(&workspace.path("each"), None)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("it is a link out of the image's directory") && !error.contains("s3cret"),
        "{error}"
    );
}

fn mirror(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            mirror(&entry.path(), &to)
        } else {
            symlink(entry.path(), to).unwrap()
        }
    }
}

/// Replaces a file by one that cannot be read to its end.
fn replace(path: &Path, kind: &str) {
    fs::remove_file(path).unwrap();
    match kind {
        "pipe" => mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap(),
        "socket" => mknodat(CWD, path, FileType::Socket, Mode::from_raw_mode(0o600), 0).unwrap(),
        "directory" => fs::create_dir(path).unwrap(),
        "device" => symlink("/dev/zero", path).unwrap(),
        // A sparse file, which uses no disk space.
        _ => fs::File::create(path).unwrap().set_len(1 << 40).unwrap(),
    }
}

#[test]
fn irregular_files_are_refused_without_waiting() {
    let start = Instant::now();
    for kind in ["pipe", "socket", "directory", "device", "huge"] {
        for name in ["oci-layout", "index.json", "manifest", "config", "layer"] {
            let layout = Layout::of(".gz", &[&[Item::file("x", "")]]);
            let files = files_of(&layout);
            let (_, path) = files.iter().find(|(known, _)| *known == name).unwrap();
            replace(path, kind);
            let message = layout.error();
            let expected = match (kind, name) {
                ("huge", "layer") => "bytes, it has 1099511627776",
                ("huge", _) => "it has 1099511627776 bytes, at most 4194304 are read",
                (_, "oci-layout") => "it has neither `oci-layout` nor `manifest.json`",
                ("device", "index.json") => "it is a link out of the image's directory",
                _ => "it is not a regular file",
            };
            assert!(message.contains(expected), "{kind} {name}: {message}");
        }
    }
    let workspace = Workspace::new();
    workspace.write("pipe", "");
    replace(&workspace.path("pipe"), "pipe");
    for path in [workspace.path("pipe"), "/dev/zero".into()] {
        let error = Image::open(&path, None).unwrap_err().to_string();
        assert!(error.ends_with("it is not a regular file"), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// Each index lists the next one a thousand times.
#[test]
fn an_index_counts_once_however_often_it_is_listed() {
    let layout = Layout::new();
    let mut entry = one(&layout);
    for _ in 0..4 {
        let entries = vec![entry; 1000];
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
        entry = layout.blob(INDEX, index.to_string().as_bytes());
    }
    let start = Instant::now();
    let layout = layout.add(entry.clone());
    assert_eq!(listing(&layout.root()), "0 0644 x file 0\n");
    assert!(start.elapsed() < Duration::from_secs(10));
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]});
    let deeper = layout.blob(INDEX, index.to_string().as_bytes());
    let mut layout = layout;
    layout.entries = vec![deeper];
    let message = layout.finish().error();
    assert!(
        message.ends_with("it is nested in more than 4 other indexes"),
        "{message}"
    );
}

#[test]
fn indexes_have_a_limit_together() {
    let mut layout = Layout::new();
    let other =
        json!({"mediaType": "x/y", "digest": format!("sha256:{}", "a".repeat(64)), "size": 1});
    layout.entries = vec![other; 10_001];
    assert_eq!(
        layout.finish().error(),
        "cannot open image `IMAGE`: cannot read `index.json`: its indexes list more than 10000 entries"
    );
    let mut layout = Layout::new();
    for number in 0..17 {
        let padding = format!(
            "{number}{}",
            " ".repeat(4 << 20).split_at((4 << 20) - 200).0
        );
        let index =
            format!(r#"{{"schemaVersion":2,"annotations":{{"a":"{padding}"}},"manifests":[]}}"#);
        let entry = layout.blob(INDEX, index.as_bytes());
        layout.entries.push(entry);
    }
    assert_eq!(
        layout.finish().error(),
        "cannot open image `IMAGE`: cannot read `indexes, manifests and configurations`: they have more than 67108864 bytes together"
    );
}

/// JSON keys are not case-sensitive, as in Go's decoder.
#[test]
fn keys_count_in_any_case() {
    let layout = Layout::new();
    let (layer, id) = layout.layer("", &tar(&[Item::file("x", "")]));
    let config = format!(
        r#"{{"Architecture":"amd64","OS":"linux","rootfs":{{"TYPE":"layers","Diff_IDs":["{id}"]}},
        "config":{{"User":"65532","user":"7","u\u017fer":"0"}},"Config":{{"cmd":["/x"]}}}}"#
    );
    let config = layout.blob(CONFIG, config.as_bytes());
    let upper = |text: String| {
        [
            "mediaType",
            "digest",
            "config",
            "layers",
            "schemaVersion",
            "manifests",
        ]
        .iter()
        .fold(text, |text, key| {
            text.replace(
                &format!("\"{key}\":"),
                &format!("\"{}\":", key.to_uppercase()),
            )
        })
    };
    let manifest = json!({"schemaVersion": 2, "config": config, "layers": [layer]});
    let entry = layout.blob(MANIFEST, upper(manifest.to_string()).as_bytes());
    let index = json!({"schemaVersion": 2, "manifests": [entry]});
    fs::write(layout.file("index.json"), upper(index.to_string())).unwrap();
    fs::write(
        layout.file("oci-layout"),
        r#"{"IMAGElayoutversion":"1.0.0"}"#,
    )
    .unwrap();
    let image = layout.open();
    let config = image.config().config().clone().unwrap();
    assert_eq!(config.user().as_deref(), Some("0"));
    assert_eq!(config.cmd().clone().unwrap(), ["/x"]);
    assert_eq!(listing(&image.read(&mut []).unwrap()), "0 0644 x file 0\n");
}
