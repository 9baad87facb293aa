//! Contents and SBOMs, tested through the command line.

#![allow(clippy::unwrap_used)]

use testkit::{Outcome, Workspace};

const LAYER: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The configuration and the digest that the manifest has of it.
const CONFIG: &str = r#"{"architecture":"arm64","config":{"User":"0"},"created":"2026-11-21T02:34:56Z","history":[{"created_by":"mine"}],"os":"linux","rootfs":{"diff_ids":["LAYER"],"type":"layers"}}"#;

fn run<const N: usize>(workspace: &Workspace, arguments: [&str; N]) -> Outcome {
    workspace.run(env!("CARGO_BIN_EXE_evidence_writer"), arguments)
}

/// The files of an image with one layer, and one file in it.
fn image(workspace: &Workspace) {
    let config = CONFIG.replace("LAYER", LAYER);
    let digest = blob::Digest::of(config.as_bytes());
    let media_type = "application/vnd.oci.image.layer.v1.tar";
    workspace.write("config.json", &config);
    workspace.write(
        "manifest.json",
        format!(
            r#"{{"annotations":{{"org.opencontainers.image.vendor":"Example"}},"config":{{"digest":"{digest}","mediaType":"application/vnd.oci.image.config.v1+json","size":{}}},"layers":[{{"digest":"{LAYER}","mediaType":"{media_type}","size":0}}],"schemaVersion":2}}"#,
            config.len()
        ),
    );
    workspace.write(
        "layer.json",
        format!(r#"{{"diff_id":"{LAYER}","digest":"{LAYER}","mediaType":"{media_type}","name":"l","size":0}}"#),
    );
    let hex = LAYER.trim_start_matches("sha256:");
    workspace.write(
        "mtree",
        format!(
            "./app type=file mode=0755 uid=0 gid=0 time=0.0 size=0 sha256digest={hex} \
             sha1digest=da39a3ee5e6b4b0d3255bfef95601890afd80709\n"
        ),
    );
}

fn contents(workspace: &Workspace) -> Outcome {
    run(
        workspace,
        [
            "contents",
            "--name=app:latest",
            "--manifest=manifest.json",
            "--config=config.json",
            "--metadata=layer.json",
            "--mtree=mtree",
            "--details=",
            "--merged=0",
            "--output=contents.json",
        ],
    )
}

#[test]
fn all_formats_in_one_run() {
    let workspace = Workspace::new();
    image(&workspace);
    assert_eq!(
        (contents(&workspace).code, contents(&workspace).stderr),
        (0, String::new())
    );
    let outcome = run(
        &workspace,
        [
            "sbom",
            "--contents=contents.json",
            "--format=spdx-2.3",
            "--format=spdx-3.0.1",
            "--format=cyclonedx-1.6",
            "--format=cyclonedx-1.7",
            "--output=a",
            "--output=b",
            "--output=c",
            "--output=d",
        ],
    );
    assert_eq!((outcome.code, outcome.stderr), (0, String::new()));
    for (file, part) in [
        ("a", "\"spdxVersion\":\"SPDX-2.3\""),
        ("b", "spdx.org/rdf/3.0.1"),
        ("c", "\"specVersion\":\"1.6\""),
        ("d", "\"specVersion\":\"1.7\""),
    ] {
        let text = String::from_utf8(workspace.read(file)).unwrap();
        assert!(text.contains(part), "{text}");
        assert!(
            text.contains("Example") && text.contains("pkg:oci/app@sha256%3A"),
            "{text}"
        );
    }
}

#[test]
fn an_index_of_the_image() {
    let workspace = Workspace::new();
    image(&workspace);
    assert_eq!(contents(&workspace).code, 0);
    let digest = blob::Digest::of(&workspace.read("manifest.json"));
    workspace.write(
        "index.json",
        format!(
            r#"{{"manifests":[{{"digest":"{digest}","mediaType":"application/vnd.oci.image.manifest.v1+json","size":1}}],"schemaVersion":2}}"#
        ),
    );
    let index = |image: &str| {
        run(
            &workspace,
            [
                "index-contents",
                "--name=app:latest",
                "--index=index.json",
                image,
                "--output=index.contents.json",
            ],
        )
    };
    assert_eq!(index("--image=contents.json").code, 0);
    let outcome = index("--image=index.contents.json");
    assert_eq!(outcome.code, 1);
    assert_eq!(
        outcome.stderr,
        "error: cannot read contents `index.contents.json`: it describes an index; expected the contents of one image\n"
    );
}

#[test]
fn numbers_of_options() {
    let workspace = Workspace::new();
    image(&workspace);
    let outcome = run(
        &workspace,
        [
            "contents",
            "--name=a",
            "--manifest=manifest.json",
            "--config=config.json",
            "--metadata=layer.json",
            "--mtree=mtree",
            "--details=",
            "--merged=1",
            "--output=contents.json",
        ],
    );
    assert_eq!(outcome.code, 1);
    assert_eq!(
        outcome.stderr,
        "error: cannot read `--merged`: 1 layers with the layers merged into them are 2 files, found 1 of --metadata\n"
    );
    let outcome = run(
        &workspace,
        [
            "sbom",
            "--contents=none",
            "--format=spdx-2.3",
            "--output=a",
            "--output=b",
        ],
    );
    assert_eq!(
        outcome.stderr,
        "error: cannot read `--output`: found 2 of them and 1 of --format, expected the same number\n"
    );
}
