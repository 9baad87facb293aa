use blob::Digest;

use super::fixture::{owners, Build, Part};

/// A lock with version 1 of `a`.
fn lock() -> String {
    let (hex, deb) = ("0".repeat(64), Digest::of(b"a").hex());
    format!(
        r#"{{"architectures": ["amd64"], "distro": "debian12", "snapshot": "2026-11-21T02:34:56Z", "version": 1,
        "sources": {{"bookworm": {{"archive": "debian", "components": ["main"], "date": "2026-11-21T02:34:56Z",
            "indexes": {{}}, "inrelease_sha256": "{hex}", "signed_by": [], "unverified": {{}}, "valid_until": null}}}},
        "packages": {{"a": {{"amd64": {{"depends": [], "filename": "pool/a_1_amd64.deb", "reason": "requested",
            "sha256": "{deb}", "size": 9, "source": "src", "source_version": "1", "suite": "bookworm",
            "version": "1"}}}}}}}}"#
    )
}

#[test]
fn a_package_of_a_layer_without_details_is_that_of_the_lock() {
    let mut build = Build::new(vec![Part::new("deb a 1 amd64", &["usr/a"])]);
    let unknown = build.image().unwrap();
    assert_eq!(owners(&unknown.layers[0]), ["-: usr/a"]);
    build.locks = vec![lock()];
    let known = build.image().unwrap();
    assert_eq!(owners(&known.layers[0]), ["a 1 amd64: usr/a"]);
    let package = &known.layers[0].packages[0];
    assert_eq!(package.source.to_string(), "src");
    assert_eq!(
        (&package.maintainer, &package.licenses.expression),
        (&None, &None)
    );
    let lock = &known.locks[0];
    assert_eq!(lock.distro, "debian12");
    assert_eq!(lock.snapshot.as_deref(), Some("2026-11-21T02:34:56Z"));
}

#[test]
fn the_origin_of_a_package() {
    let mut build = Build::new(vec![
        Part::new("deb a 1 amd64", &["usr/a"]).packages(&["a"]),
        Part::new("deb b 1 amd64", &["usr/b"]).packages(&["b"]),
    ]);
    build.locks = vec![lock(), lock()];
    let image = build.image().unwrap();
    assert_eq!(image.locks.len(), 1);
    let download = image.layers[0].packages[0].download.as_ref().unwrap();
    assert_eq!(download.pool_path.as_deref(), Some("pool/a_1_amd64.deb"));
    assert_eq!(download.suite.as_deref(), Some("bookworm"));
    assert_eq!(
        download.url.as_deref(),
        Some("https://snapshot.debian.org/archive/debian/20261121T023456Z/pool/a_1_amd64.deb")
    );
    // A package that no lock has is one of the build.
    let download = image.layers[1].packages[0].download.as_ref().unwrap();
    assert_eq!(
        (&download.url, &download.suite, download.size),
        (&None, &None, Some(9))
    );
}

#[test]
fn merged_layers_that_are_not_known() {
    let merged = Part::new(
        "merge",
        &[
            "usr/a",
            "var/lib/dpkg/status.d/a",
            "var/lib/dpkg/status.d/c",
        ],
    );
    let image = Build::new(vec![merged.packages(&["a", "b"])])
        .image()
        .unwrap();
    assert_eq!(
        owners(&image.layers[0]),
        [
            "a 1 amd64 (part): var/lib/dpkg/status.d/a",
            "-: usr/a var/lib/dpkg/status.d/c"
        ]
    );
}
