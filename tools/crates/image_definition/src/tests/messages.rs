use super::with;
use crate::{read, Created, Layer, Layering};

fn error(text: &str) -> String {
    let error = read("a/image.yaml", text).unwrap_err().to_string();
    let prefix = "cannot read definition `a/image.yaml`: ";
    error.strip_prefix(prefix).unwrap().to_owned()
}

#[test]
fn defaults_follow_from_the_name_of_the_file() {
    let definition = read("a/Tool.yaml", &with("")).unwrap();
    assert_eq!(definition.name, "tool");
    assert_eq!(definition.lock, "Tool.lock.json");
    assert!(definition.has_standard_files());
    let definition = read("a.yaml", &with("base: oci:b.oci\n")).unwrap();
    assert!(!definition.has_standard_files());
    let hex = "0".repeat(64);
    let base = format!("base: registry.example/team/base:1@sha256:{hex}\n");
    let definition = read("a.yaml", &with(&base)).unwrap();
    assert_eq!(
        definition.base_name.as_deref(),
        Some("registry.example/team/base:1")
    );
}

#[test]
fn values_keep_their_order_and_form() {
    let text = "env: {B: '1', A: '2'}\nuser: 65532\nlayering: origin:5\ncreated: lock\n\
                layers: [{busybox: {}}, {directories: {/data: {mode: '0700', owner: '1:2'}}}]\n";
    let definition = read("a.yaml", &with(text)).unwrap();
    let names: Vec<&str> = definition.env.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["B", "A"]);
    assert_eq!(definition.user.unwrap().0, "65532");
    assert_eq!(definition.layering, Layering::Origin(5));
    assert_eq!(definition.created, Some(Created::Lock));
    let Layer::Entries(layer) = &definition.layers[1] else {
        panic!("{:?}", definition.layers)
    };
    assert_eq!(layer.directories.0[0].1.owner.gid, 2);
}

#[test]
fn a_message_names_field_line_and_column() {
    for (more, expected) in [
        ("enviroment: {}\n", "unknown field `enviroment` of the definition of an image; expected one of "),
        ("entrypont: []\n", "unknown field `entrypont` of the definition of an image; similar names: `entrypoint` at line 4 column 1"),
        ("user: [a]\n", "`user`: expected a user, such as `65532`, `app` or `65532:65532`, found a list at line 4 column 7"),
        ("env: {PORT: 80}\n", "`env.PORT`: expected a text, found `80`, which is not a text; put it in quotes at line 4 column 13"),
        ("layers: [{directories: {/a: {mode: 0755}}}]\n", "`layers[0].directories./a.mode`: expected an octal mode in quotes, such as `\"0755\"`, found `0755`, which is not a text; put it in quotes at line 4 column 36"),
        ("layers: [{file: {}}]\n", "`layers[0]`: unknown field `file`; similar names: `files`"),
        ("layers: [{busybox: {}, include: []}]\n", "`layers[0]`: unknown field `include` of a layer of BusyBox; expected one of `busybox` at line 4 column 24"),
        ("layers: [{files: {a: {source: a}}}]\n", "`layers[0].files`: expected an absolute path without `.`, `..` and empty parts, found `a` at line 4 column 19"),
        ("layers: [{files: {/a: {source: a, content: b}}}]\n", "`layers[0].files./a`: expected only one of `source`, `content`, found `source` and `content`"),
        ("layers: [{files: {/a: {mode: '0644'}}}]\n", "`layers[0].files./a`: expected one of `source`, `content` in a file"),
        ("compression: lz4\n", "`compression`: expected one of `gzip`, `zstd`, `estargz`, `none`, found `lz4`"),
        ("users: {app: 0}\n", "`users.app`: expected a whole number from 1 to 2147483647, found `0`"),
        ("users: {root: 5}\n", "`users`: `root` already exists, with the number 0 at line 4 column 9"),
        ("users: {a: 5, b: 5}\n", "`users`: `b` has the number 5, which `a` has too at line 4 column 18"),
        ("base: oci:b\nusers: {a: 5}\n", "`users`: it is one of the standard files, which this image does not have; add it in `layers`"),
        ("base: oci:b\nstandard_files: true\n", "`standard_files`: expected `false` with a `base`, whose packages are unknown; add the files in `layers`"),
        ("base: debian:12\n", "`base`: expected `oci:DIRECTORY` or `registry/repository@sha256:…`, found `debian:12`"),
        ("base: me:secret@r.example/a\n", "`base`: expected `oci:DIRECTORY` or `registry/repository@sha256:…`, found `***@r.example/a`"),
        ("base: r.example/a@sha256:0\n", "`base`: expected `oci:DIRECTORY` or `registry/repository@sha256:…`, found `r.example/a@sha256:0`"),
        ("reference: 'https://me:secret@r.example/a'\n", "`reference`: expected an image reference, such as `registry.example/team/tool:1`, found `https://***@r.example/a`"),
        ("manifest: a\nsources: []\n", "`sources`: expected no such field next to `manifest`, which has the sources"),
        ("dependencies: yes\n", "`dependencies`: expected `true` or `false`, found `yes`"),
        ("created: today\n", "`created`: expected `lock` or a time such as `2026-11-21T02:34:56Z`, found `today`"),
        ("cmd: [a]\ncmd: [b]\n", "duplicate field `cmd` at line 5 column 1"),
        ("name: Tool\n", "`name`: expected a name of lower-case letters, digits, `.`, `_` and `-`, found `Tool`"),
    ] {
        let found = error(&with(more));
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn all_problems_are_in_one_message() {
    let text = "version: 2\narchitectures: [amd64, x86_64]\npackages: [a, b, a]\nuzer: x\n";
    assert_eq!(
        error(text),
        "4 problems\n  \
         `version`: expected `1`, found `2` at line 1 column 10\n  \
         `architectures[1]`: expected one of `amd64`, `arm64`, `arm`, `s390x`, `ppc64le`, `riscv64`, found `x86_64`, whose OCI name is `amd64` at line 2 column 24\n  \
         `packages`: `a` occurs twice, first at line 3 at line 3 column 18\n  \
         unknown field `uzer` of the definition of an image; similar names: `user` at line 4 column 1"
    );
    assert_eq!(
        error("architectures: []\n"),
        "3 problems\n  \
         expected a field `version` of the definition of an image at line 1 column 1\n  \
         the image is empty; expected `base`, `packages` or `layers` at line 1 column 1\n  \
         `architectures`: expected at least 1 item, found 0 at line 1 column 16"
    );
    let many = format!("packages: [{}]\n", "'', ".repeat(60));
    let found = error(&many);
    assert!(
        found.contains("\n  …") && found.lines().count() == 52,
        "{found}"
    );
}

#[test]
fn documents_have_limits() {
    for (text, expected) in [
        (String::new(), "it is empty"),
        ("- a\n".to_owned(), "2 problems"),
        ("a: [\n".to_owned(), "while parsing"),
        (" ".repeat((1 << 20) + 1), "it has more than 1048576 bytes"),
        (
            "[".repeat(20),
            "nested more than 16 levels deep at line 1 column 17",
        ),
        (
            format!("packages: [{}]", "a, ".repeat(2_001)),
            "more than 2000 items",
        ),
    ] {
        let found = error(&text);
        assert!(found.starts_with(expected), "{found}");
    }
    let laughs = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(10_000),
        "*a, ".repeat(1_000)
    );
    assert!(error(&laughs).starts_with("with its aliases, it has more than 4194304 bytes"));
}
