//! Tests the commands as the rules call them, in a directory that represents a sandbox.

use std::fs;
use std::path::Path;

use blob::Digest;
use tempfile::TempDir;
use worker::Request;

const LAYERS: [&str; 3] = ["base-files", "netbase", "a=b"];

/// A sandbox with three layers.
fn sandbox() -> TempDir {
    let directory = TempDir::new().unwrap();
    for name in LAYERS {
        let digest = Digest::of(name.as_bytes());
        let metadata = format!(
            r#"{{"annotations":{{}},"diff_id":"{digest}","digest":"{digest}","history":{{"created_by":"deb {name}"}},"mediaType":"application/vnd.oci.image.layer.v1.tar","name":"{name}","size":{}}}"#,
            name.len()
        );
        fs::write(directory.path().join(format!("{name}.json")), metadata).unwrap();
        fs::write(directory.path().join(format!("{name}.tar")), name).unwrap();
    }
    directory
}

fn run(directory: &Path, command: &str) -> Result<(), String> {
    let arguments = command.split_whitespace().map(str::to_owned).collect();
    crate::run(&Request::in_directory(arguments, directory.to_owned()))
}

fn image(architecture: &str, more: &str) -> String {
    let layers: String = LAYERS
        .iter()
        .map(|name| format!(" --layer {name}.json"))
        .collect();
    let a = architecture;
    format!(
        "image --os linux --architecture {a} --created 2026-11-21T02:34:56Z --config {a}.config --manifest {a}.manifest \
         --descriptor {a}.descriptor --digest {a}.digest {layers} {more}"
    )
}

fn pairs(flag: &str) -> String {
    LAYERS
        .iter()
        .map(|name| format!(" {flag} {name}.json={name}.tar"))
        .collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).unwrap()
}

const INDEX: &str = "index --image amd64.descriptor --image arm64.descriptor --index index --descriptor index.descriptor \
                     --digest index.digest";

/// Two images and their index.
fn built() -> TempDir {
    let directory = sandbox();
    run(
        directory.path(),
        &image("amd64", "--env A=1 --cmd -x --cmd -jar"),
    )
    .unwrap();
    run(directory.path(), &image("arm64", "--variant v8")).unwrap();
    run(directory.path(), INDEX).unwrap();
    directory
}

fn content(root: &str) -> String {
    let documents = match root {
        "index" => "amd64.config amd64.manifest arm64.config arm64.manifest index",
        _ => "amd64.config amd64.manifest",
    };
    let documents: String = documents
        .split(' ')
        .map(|name| format!(" --document {name}"))
        .collect();
    format!("--root {root}.descriptor {documents} {}", pairs("--layer"))
}

#[test]
fn images_and_an_index() {
    let directory = built();
    let manifest = read(directory.path(), "amd64.manifest");
    let digest = Digest::of(manifest.as_bytes()).to_string();
    assert_eq!(read(directory.path(), "amd64.digest"), digest);
    let size = manifest.len();
    let descriptor = format!(
        r#"{{"digest":"{digest}","mediaType":"application/vnd.oci.image.manifest.v1+json","platform":{{"architecture":"amd64","os":"linux"}},"size":{size}}}"#
    );
    assert_eq!(read(directory.path(), "amd64.descriptor"), descriptor);
    assert!(read(directory.path(), "index").contains(&descriptor));
    let config = read(directory.path(), "amd64.config");
    assert!(
        config.contains(
            r#""config":{"Cmd":["-x","-jar"],"Env":["A=1"]},"created":"2026-11-21T02:34:56Z""#
        ),
        "{config}"
    );
    let history = r#""history":[{"created":"2026-11-21T02:34:56Z","created_by":"deb base-files"},"#;
    assert!(config.contains(history), "{config}");
}

#[test]
fn one_process_or_two_give_the_same_layout() {
    let directory = built();
    run(
        directory.path(),
        &format!("layout {} --output two --ref-name latest", content("amd64")),
    )
    .unwrap();
    let more = format!(
        "--env A=1 --cmd -x --cmd -jar --layout one --ref-name latest {}",
        pairs("--layer-blob")
    );
    run(directory.path(), &image("amd64", &more)).unwrap();
    for layout in ["one", "two"] {
        let layout = directory.path().join(layout);
        assert_eq!(names(&layout), ["blobs", "index.json", "oci-layout"]);
        let blobs = names(&layout.join("blobs/sha256"));
        assert_eq!(blobs.len(), 5);
        for blob in blobs {
            let bytes = fs::read(layout.join("blobs/sha256").join(&blob)).unwrap();
            assert_eq!(Digest::of(&bytes).hex(), blob);
        }
    }
    let index = |layout| read(&directory.path().join(layout), "index.json");
    assert_eq!(index("one"), index("two"));
}

#[test]
fn an_image_on_an_image() {
    let directory = built();
    run(
        directory.path(),
        "image --os linux --architecture amd64 --base-config amd64.config --base-manifest amd64.manifest --env B=2 \
         --layer netbase.json --config c --manifest m --descriptor d --digest g",
    )
    .unwrap();
    let config = read(directory.path(), "c");
    assert!(
        config.contains(r#""Env":["A=1","B=2"]}"#) && config.contains(r#""Cmd":["-x","-jar"]"#),
        "{config}"
    );
    assert_eq!(config.matches("created_by").count(), 4);
    assert_eq!(
        read(directory.path(), "m").matches("layer.v1.tar").count(),
        4
    );
}

#[test]
fn an_index_as_a_layout_and_as_an_archive() {
    let directory = built();
    run(
        directory.path(),
        &format!("layout {} --output out", content("index")),
    )
    .unwrap();
    assert_eq!(names(&directory.path().join("out/blobs/sha256")).len(), 8);
    run(
        directory.path(),
        &format!("archive {} --output out.tar", content("index")),
    )
    .unwrap();
    run(
        directory.path(),
        &format!(
            "archive {} --output one.tar --tag a:1 --tag a:2",
            content("amd64")
        ),
    )
    .unwrap();
    assert!(read(directory.path(), "one.tar").contains(r#""RepoTags":["a:1","a:2"]"#));
    assert!(!read(directory.path(), "out.tar").contains("RepoTags"));
}

/// Commands that fail, each with a part of its message. `netbase.tar` has a wrong size.
fn failures() -> [(String, &'static str); 10] {
    let size = "cannot read layer `netbase.tar`: its metadata says 7 bytes, it has 24";
    let new = |more: &str| image("amd64", &format!("--env NEW=1 {more}"));
    let blobs = pairs("--layer-blob");
    [
        (new(&format!("--layout out {blobs}")), size),
        (format!("layout {} --output out", content("index")), size),
        (format!("archive {} --output out.tar", content("index")), size),
        (new("--layout out"), "is missing; `layers[1]` of `manifest`"),
        (
            INDEX.replace("arm64", "amd64"),
            "cannot add image `amd64.descriptor`: it is for `linux/amd64`, the same platform as `amd64.descriptor` (`linux/amd64`)",
        ),
        (
            new("--base-config arm64.config --base-manifest arm64.manifest"),
            "cannot use base `arm64.config`: it is for `linux/arm64/v8`, the image for `linux/amd64`",
        ),
        (new("--layer gone.json"), "cannot read `gone.json`: No such file or directory (os error 2)"),
        (new("--env PATH"), "cannot read `--env PATH`: expected KEY=VALUE"),
        (
            new("--layer amd64.descriptor"),
            "cannot read `amd64.descriptor`: missing field `diff_id` at line 1 column 201",
        ),
        (new("--layout out --layer-blob x"), "cannot read `--layer-blob x`: expected METADATA=BLOB"),
    ]
}

#[test]
fn a_failure_leaves_everything_as_it_was() {
    let directory = built();
    let directory = directory.path();
    fs::write(directory.join("netbase.tar"), "longer than it should be").unwrap();
    fs::write(directory.join("out.tar"), "before").unwrap();
    fs::create_dir(directory.join("out")).unwrap();
    let before = names(directory);
    let digest = read(directory, "amd64.digest");
    for (command, message) in failures() {
        let error = run(directory, &command).unwrap_err();
        assert!(error.contains(message), "{error}");
        assert_eq!(names(directory), before);
    }
    assert_eq!(read(directory, "out.tar"), "before");
    assert_eq!(names(&directory.join("out")), [""; 0]);
    assert_eq!(read(directory, "amd64.digest"), digest);
}

#[test]
fn another_file_of_the_same_size_leaves_no_archive() {
    let directory = built();
    fs::write(directory.path().join("netbase.tar"), "NETBASE").unwrap();
    let before = names(directory.path());
    let error = run(
        directory.path(),
        &format!("archive {} --output out.tar", content("amd64")),
    )
    .unwrap_err();
    assert!(
        error.starts_with("cannot archive layer `netbase.tar`: its metadata says `sha256:"),
        "{error}"
    );
    assert_eq!(names(directory.path()), before);
}

#[test]
fn an_image_that_is_refused_with_a_reason() {
    let arguments = [
        "refuse",
        "--image",
        "//java:java21_debian12",
        "--reason",
        "Debian 12 has no OpenJDK 21",
    ];
    let mut arguments: Vec<_> = arguments.map(str::to_owned).into();
    let error = crate::run(&Request::new(arguments.clone())).unwrap_err();
    assert_eq!(
        error,
        "cannot build `//java:java21_debian12`: Debian 12 has no OpenJDK 21"
    );
    arguments.extend(["--instead", "//java:java17_debian12"].map(str::to_owned));
    let error = crate::run(&Request::new(arguments)).unwrap_err();
    assert!(
        error.ends_with("\nhint: build `//java:java17_debian12` instead"),
        "{error}"
    );
}

#[test]
fn wrong_arguments_are_reported_once() {
    let directory = sandbox();
    let error = run(directory.path(), "index --index x").unwrap_err();
    assert!(
        error.starts_with("the following required arguments were not provided:"),
        "{error}"
    );
    let error = run(directory.path(), "imagine").unwrap_err();
    assert!(
        error.starts_with("unrecognized subcommand 'imagine'"),
        "{error}"
    );
    assert_eq!(run(directory.path(), "--help"), Ok(()));
}

#[test]
fn an_artifact_and_its_layout() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("a=b.wasm"), b"\0asm").unwrap();
    let written = "--config c --manifest m --descriptor d --digest i";
    run(
        directory.path(),
        &format!("artifact --file application/wasm=a=b.wasm --wasm wasip1 {written}"),
    )
    .unwrap();
    assert!(read(directory.path(), "m").contains(r#""org.opencontainers.image.title":"a=b.wasm""#));
    run(
        directory.path(),
        "layout --root d --document c --document m --file a=b.wasm --output layout",
    )
    .unwrap();
    let digest = Digest::of(b"\0asm").hex();
    assert_eq!(
        read(directory.path(), &format!("layout/blobs/sha256/{digest}")),
        "\0asm"
    );
    let error = run(
        directory.path(),
        &format!("artifact --file application/wasm {written}"),
    );
    assert_eq!(
        error.unwrap_err(),
        "cannot read `--file application/wasm`: expected TYPE=FILE"
    );
}

/// Files that rules_img's tool decodes strictly: no unknown fields, and a `history` that is a list.
#[test]
fn layers_for_rules_img() {
    let directory = sandbox();
    run(directory.path(), &image("amd64", "")).unwrap();
    let flags: String = LAYERS
        .iter()
        .map(|name| format!(" --layer {name}.json --output {name}.img"))
        .collect();
    run(
        directory.path(),
        &format!("img-layers --config amd64.config {flags}"),
    )
    .unwrap();
    let digest = Digest::of(b"netbase");
    assert_eq!(
        read(directory.path(), "netbase.img"),
        format!(
            r#"{{"diff_id":"{digest}","digest":"{digest}","history":[{{"created":"2026-11-21T02:34:56Z","created_by":"deb netbase"}}],"mediaType":"application/vnd.oci.image.layer.v1.tar","size":7}}"#
        )
    );
    let error = run(directory.path(), "img-layers --layer netbase.json").unwrap_err();
    assert_eq!(error, "cannot use `--output`: 0 for 1 --layer");
}

/// A device is endless, and a sparse file can be huge.
#[test]
fn only_small_regular_files_are_read() {
    let directory = built();
    let directory = directory.path();
    fs::create_dir(directory.join("folder")).unwrap();
    let huge = fs::File::create(directory.join("huge")).unwrap();
    huge.set_len(1 << 40).unwrap();
    for (name, cause) in [
        ("folder", "it is not a regular file"),
        ("/dev/zero", "it is not a regular file"),
        (
            "huge",
            "it has 1099511627776 bytes, at most 4194304 are read",
        ),
    ] {
        for flags in [
            format!("--base-config {name} --base-manifest amd64.manifest"),
            format!("--base-config amd64.config --base-manifest {name}"),
            format!("--layer {name}"),
        ] {
            let error = run(directory, &image("amd64", &flags)).unwrap_err();
            assert_eq!(error, format!("cannot read `{name}`: {cause}"), "{flags}");
        }
    }
}
