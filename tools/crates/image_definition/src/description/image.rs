//! The document.

use super::forms::{
    ANY_KIND, BASE, CREATED, DEBIAN_ARCHITECTURE, FILE, FILE_KIND, KEY, LAYERING, MAX_ID, NAME,
    OS_RELEASE_KEY, OS_RELEASE_VALUE, PACKAGE_KIND, PATH, REFERENCE, USER, USER_NAME,
};
use super::kind::{Field, Kind, Object};
use super::layers::LAYER;
use super::sources::{SINGLE_DEB, SOURCE};

static ARCHITECTURE: Kind = Kind::Architecture;
static SOURCE_KIND: Kind = Kind::Object(&SOURCE);
static SINGLE_DEB_KIND: Kind = Kind::Object(&SINGLE_DEB);
static ID: Kind = Kind::Number(1, MAX_ID);
static OS_RELEASE_KIND: Kind = Kind::Text(&OS_RELEASE_VALUE);
static CHECK: Kind = Kind::Choice(&["directories", "entrypoint", "user"]);

/// A definition.
pub(crate) static IMAGE: Object = Object {
    name: "the definition of an image",
    text: "The definition of an image.",
    markers: &[],
    exclusive: false,
    fields: &[
        Field::new("version", Kind::Number(1, 1), "version of the format")
            .required()
            .example("1"),
        Field::new("name", Kind::Text(&NAME), "name of the image")
            .default("the name of the file, without its ending")
            .example("\"tool\""),
        Field::new(
            "architectures",
            Kind::set(&ARCHITECTURE, 1),
            "OCI architecture names, in the order of the index. One architecture makes an image, several make an index",
        )
        .required()
        .example(r#"["amd64", "arm64"]"#),
        Field::new(
            "base",
            Kind::Text(&BASE),
            "base image: `oci:DIRECTORY`, an OCI layout directory, or `registry/repository[:tag]@sha256:…`",
        )
        .default("none")
        .example("\"oci:../base.oci\""),
        Field::new(
            "base_name",
            Kind::Text(&REFERENCE),
            "name of the base image in the annotation `org.opencontainers.image.base.name`",
        )
        .default("the name in `base`, if it is in a registry")
        .example("\"registry.example/base:1\""),
        Field::new(
            "sources",
            Kind::list(&SOURCE_KIND),
            "[sources](#source) of packages, in order of preference",
        )
        .example(r#"[{"channel": "bookworm main", "archive": "debian", "url": "https://vendor.example/apt", "folder": "debs", "name": "vendor", "signed_by": "vendor", "archs": ["amd64"], "may_lack": ["armhf"], "check_valid_until": false, "check_date": false, "release_name": "stable"}]"#),
        Field::new("debs", Kind::list(&SINGLE_DEB_KIND), "[single packages](#single-package) by URL")
            .example(r#"[{"url": "https://vendor.example/tool_1_amd64.deb", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]"#),
        Field::new(
            "architecture_all_from",
            Kind::Text(&DEBIAN_ARCHITECTURE),
            "Debian architecture whose indexes list packages of architecture `all` for architectures without an index",
        )
        .example("\"amd64\""),
        Field::new(
            "manifest",
            Kind::Text(&FILE),
            "[manifest](manifest.md) of packages, instead of `sources`",
        )
        .example("\"packages.yaml\""),
        Field::new("lock", Kind::Text(&FILE), "[lock](lock.md) of the packages")
            .default("the name of the file, without its ending, and `.lock.json`")
            .example("\"image.lock.json\""),
        Field::new(
            "packages",
            Kind::set(&PACKAGE_KIND, 0),
            "packages, one layer for each, lowest first",
        )
        .example(r#"["base-files", "libc6"]"#),
        Field::new(
            "dependencies",
            Kind::Truth,
            "whether to add the dependencies of `packages` that the lock has, each below the first package that needs it",
        )
        .default("`false`: exactly the named packages")
        .example("true"),
        Field::new(
            "merged_usr",
            Kind::Truth,
            "whether files below `/bin`, `/lib` and `/sbin` move below `/usr`, as in Debian 13",
        )
        .default("`true` if the lock has base-files 13 or newer")
        .example("true"),
        Field::new(
            "standard_files",
            Kind::Truth,
            "whether the image has, above `packages`, the files that are derived from them: see [standard files](#standard-files)",
        )
        .default("`true` without `base`, otherwise `false`")
        .example("true"),
        Field::new(
            "users",
            Kind::map(&USER_NAME, &ID),
            "names of users to their numbers. Each has a group of the same name and number, and a home directory",
        )
        .example(r#"{"app": 1000}"#),
        Field::new(
            "os_release",
            Kind::map(&OS_RELEASE_KEY, &OS_RELEASE_KIND),
            "keys and values of `/usr/lib/os-release`",
        )
        .default("the file of base-files")
        .example(r#"{"ID": "debian"}"#),
        Field::new("layers", Kind::list(&LAYER), "[layers](#layers) on top, lowest first")
            .example(r#"[{"package": "netbase"}]"#),
        Field::new(
            "entrypoint",
            Kind::list(&ANY_KIND),
            "program that the image runs, and its first arguments",
        )
        .default("that of the base")
        .example(r#"["/usr/bin/jq"]"#),
        Field::new("cmd", Kind::list(&ANY_KIND), "default arguments of the entrypoint")
            .default("those of the base, or none if `entrypoint` is set")
            .example(r#"["."]"#),
        Field::new("env", Kind::map(&KEY, &ANY_KIND), "environment variables")
            .default("those of the base; with standard files, `PATH` and `SSL_CERT_FILE`")
            .example(r#"{"LANG": "C.UTF-8"}"#),
        Field::new(
            "user",
            Kind::TextOrNumber(&USER, MAX_ID),
            "user that runs the entrypoint: a name or a number, optionally followed by `:` and a group",
        )
        .default("that of the base")
        .example("\"65532:65532\""),
        Field::new("workdir", Kind::Text(&PATH), "working directory")
            .default("that of the base")
            .example("\"/app\""),
        Field::new("labels", Kind::map(&KEY, &ANY_KIND), "labels of the configuration")
            .example(r#"{"team": "search"}"#),
        Field::new("annotations", Kind::map(&KEY, &ANY_KIND), "annotations of the manifest")
            .example(r#"{"org.opencontainers.image.title": "tool"}"#),
        Field::new("index_annotations", Kind::map(&KEY, &ANY_KIND), "annotations of the index")
            .example(r#"{"org.opencontainers.image.title": "tool"}"#),
        Field::new(
            "created",
            Kind::Text(&CREATED),
            "time of creation, RFC 3339 in UTC; `lock` is the snapshot time of the lock",
        )
        .default("that of the base, or `1970-01-01T00:00:00Z`")
        .example("\"2026-11-21T02:34:56Z\""),
        Field::new(
            "reference",
            Kind::Text(&REFERENCE),
            "name under which the image is published",
        )
        .example("\"registry.example/team/tool:1\""),
        Field::new(
            "is_base",
            Kind::Truth,
            "whether other tools build images on this one; annotations that begin with `org.opencontainers.image.` are then at the descriptor",
        )
        .default("`false`")
        .example("true"),
        Field::new(
            "layering",
            Kind::Text(&LAYERING),
            "how layers are merged: `package`, `single` or `origin:N`",
        )
        .default("`package`: not")
        .example("\"origin:20\""),
        Field::new(
            "compression",
            Kind::Choice(&["gzip", "zstd", "estargz", "none"]),
            "compression of the layers",
        )
        .default("`gzip`")
        .example("\"zstd\""),
        Field::new(
            "unchecked",
            Kind::set(&CHECK, 0),
            "checks of the build that are skipped",
        )
        .example(r#"["entrypoint"]"#),
        Field::new("tests", Kind::set(&FILE_KIND, 0), "files of tests, for `distroless test`")
            .example(r#"["test.yaml"]"#),
    ],
};
