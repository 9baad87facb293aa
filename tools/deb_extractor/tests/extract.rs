//! Packages that become layers, tested through the command line.

#![allow(clippy::unwrap_used)]

use testkit::{tar_of, Deb, Item, LayerTool, Noise, Workspace};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

fn hello() -> Deb {
    let md5sums = format!("{MD5}  usr/bin/hello\n{MD5}  usr/share/doc/hello/copyright\n");
    Deb::new()
        .control_item(Item::file("./md5sums", md5sums).mtime(5))
        .control_item(Item::file("./postinst", "#!/bin/sh\n").mode(0o755))
        .item(Item::directory("./usr/"))
        .item(Item::directory("./usr/bin/").mtime(7))
        .item(
            Item::file("./usr/bin/hello", "hello\n")
                .mode(0o4755)
                .owner(1, 50),
        )
        .item(
            Item::hardlink("./usr/bin/hallo", "./usr/bin/hello")
                .mode(0o4755)
                .owner(1, 50),
        )
        .item(Item::symlink("./usr/bin/hi", "/usr/bin/hello"))
        .item(Item::file("./usr/share/doc/hello/copyright", ""))
        .item(Item::directory("./usr/share/doc/Főtan usítvány/"))
        .item(Item::directory("./usr/bin/").mtime(7))
}

fn tool() -> LayerTool {
    LayerTool::new(env!("CARGO_BIN_EXE_deb_extractor"), &["--deb=in.deb"])
}

fn workspace(deb: &Deb) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("in.deb", deb.build());
    workspace
}

#[test]
fn part_of_a_package_with_another_time_and_without_status() {
    let workspace = workspace(&hello());
    let options = [
        "--compression=none",
        "--include=usr/share/doc/hello",
        "--mtime=3",
        "--unregistered",
    ];
    tool().succeed(&workspace, &options);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
usr/ 5 0755 0:0 3 0
usr/share/ 5 0755 0:0 3 0
usr/share/doc/ 5 0755 0:0 3 0
usr/share/doc/hello/ 5 0755 0:0 3 0
usr/share/doc/hello/copyright 0 0644 0:0 3 0
"
    );
}

#[test]
fn members_in_their_order_then_the_status() {
    let workspace = workspace(&hello());
    tool().succeed(&workspace, &["--compression=none"]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
usr/ 5 0755 0:0 1000000000 0
usr/bin/ 5 0755 0:0 7 0
usr/bin/hello 0 4755 1:50 1000000000 6
usr/bin/hallo 1 4755 1:50 1000000000 0 -> usr/bin/hello
usr/bin/hi 2 0777 0:0 1000000000 0 -> /usr/bin/hello
usr/share/ 5 0755 0:0 1000000000 0
usr/share/doc/ 5 0755 0:0 1000000000 0
usr/share/doc/hello/ 5 0755 0:0 1000000000 0
usr/share/doc/hello/copyright 0 0644 0:0 1000000000 0
usr/share/doc/F\\xc5\\x91tan us\\xc3\\xadtv\\xc3\\xa1ny/ 5 0755 0:0 1000000000 0
var/ 5 0755 0:0 1000000000 0
var/lib/ 5 0755 0:0 1000000000 0
var/lib/dpkg/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/hello 0 0644 0:0 1000000000 68
var/lib/dpkg/status.d/hello.md5sums 0 0644 0:0 5 112
"
    );
    assert_eq!(
        workspace.text("out.mtree"),
        include_str!("extract/hello.mtree")
    );
}

#[test]
fn metadata() {
    let workspace = workspace(&hello());
    tool().succeed(&workspace, &["--created=2026-11-21T02:34:56Z"]);
    assert_eq!(
        workspace.text("out.json"),
        concat!(
            r#"{"annotations":{},"#,
            r#""diff_id":"sha256:a29850d5a5deccba59a6c8aa93087928addc52cac1ccd731eb0ed08b5aa7e07c","#,
            r#""digest":"sha256:0daea16f316634d4fc58ca87bf8bacd77977cc24907710492eaf6cf55ced2066","#,
            r#""history":{"created":"2026-11-21T02:34:56Z","created_by":"a test"},"#,
            r#""mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","name":"hello","size":505}"#,
        )
    );
}

#[test]
fn every_compression_of_a_package_gives_the_same_layer() {
    let mut layers = ["", ".gz", ".xz", ".zst", ".bz2", ".lzma"].map(|ending| {
        let workspace = workspace(&hello().compression(ending));
        tool().succeed(&workspace, &[]);
        (
            workspace.read("out.tar"),
            workspace.text("out.json"),
            workspace.text("out.mtree"),
        )
    });
    layers.sort();
    assert!(layers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn forms_of_a_layer() {
    let content = Noise::new(1).bytes(3_000_000);
    let workspace = workspace(
        &hello()
            .item(Item::file("./usr/large", content))
            .compression(""),
    );
    let mut diff_ids = Vec::new();
    for (form, media_type) in [
        ("gzip", "application/vnd.oci.image.layer.v1.tar+gzip"),
        ("zstd", "application/vnd.oci.image.layer.v1.tar+zstd"),
        ("none", "application/vnd.oci.image.layer.v1.tar"),
    ] {
        tool().succeed(&workspace, &["--compression", form]);
        let metadata = workspace.text("out.json");
        assert!(
            metadata.contains(&format!("\"mediaType\":\"{media_type}\"")),
            "{metadata}"
        );
        let size = workspace.read("out.tar").len();
        assert!(
            metadata.ends_with(&format!("\"size\":{size}}}")),
            "{metadata}"
        );
        diff_ids.push(metadata.split('"').nth(5).unwrap().to_owned());
    }
    assert!(
        diff_ids.windows(2).all(|pair| pair[0] == pair[1]),
        "{diff_ids:?}"
    );
}

#[test]
fn a_run_is_repeatable() {
    let content = Noise::new(1).bytes(5_000_000);
    let workspace = workspace(
        &hello()
            .item(Item::file("./usr/large", content))
            .compression(""),
    );
    tool().succeed(&workspace, &[]);
    let first = workspace.listing();
    tool().succeed(&workspace, &[]);
    assert_eq!(workspace.listing(), first);
}

#[test]
fn times_are_clamped_and_recorded() {
    let deb = hello().item(Item::file("./usr/new", "").mtime(2_000_000_000));
    let workspace = workspace(&deb);
    tool().succeed(&workspace, &["--created", "2001-09-09T01:46:41Z"]);
    assert!(workspace
        .text("out.mtree")
        .contains("./usr/new type=file mode=0644 uid=0 gid=0 time=1000000001.0"));
    assert!(workspace
        .text("out.json")
        .contains("\"created\":\"2001-09-09T01:46:41Z\""));
    tool().succeed(&workspace, &[]);
    assert!(workspace
        .text("out.mtree")
        .contains("./usr/new type=file mode=0644 uid=0 gid=0 time=2000000000.0"));
    assert!(workspace
        .text("out.json")
        .contains("\"created\":\"2033-05-18T03:33:20Z\""));
}

#[test]
fn only_included_files() {
    let workspace = workspace(&hello());
    tool().succeed(
        &workspace,
        &[
            "--compression=none",
            "--include",
            "usr/share/doc",
            "--include",
            "./usr/bin/hi",
        ],
    );
    let mtree = workspace.text("out.mtree");
    let names: Vec<_> = mtree
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        names.join("\n"),
        r"./usr
./usr/bin
./usr/bin/hi
./usr/share
./usr/share/doc
./usr/share/doc/hello
./usr/share/doc/hello/copyright
./usr/share/doc/F\305\221tan\040us\303\255tv\303\241ny
./var
./var/lib
./var/lib/dpkg
./var/lib/dpkg/status.d
./var/lib/dpkg/status.d/hello
./var/lib/dpkg/status.d/hello.md5sums"
    );
    assert!(workspace
        .text("out.tar")
        .contains(&format!("\0{MD5}  usr/share/doc/hello/copyright\n\0")));
}

#[test]
fn a_package_without_md5sums() {
    let workspace = workspace(&Deb::new());
    tool().succeed(&workspace, &[]);
    let mtree = workspace.text("out.mtree");
    let last = mtree.lines().last().unwrap();
    assert!(
        last.starts_with("./var/lib/dpkg/status.d/hello type=file "),
        "{last}"
    );
}

#[test]
fn facts_that_match() {
    let workspace = workspace(&hello());
    let listing = workspace.listing();
    let digest = listing.trim().split(' ').nth(1).unwrap();
    tool().succeed(
        &workspace,
        &[
            "--sha256",
            digest,
            "--package",
            "hello",
            "--version",
            "1.0-1",
            "--architecture",
            "amd64",
        ],
    );
}

#[test]
fn arguments_in_a_file() {
    let workspace = workspace(&hello());
    let arguments = ["--package", "hello", "--include", "usr/bin"].join("\n");
    workspace.write("arguments", arguments + "\n");
    tool().succeed(&workspace, &["@arguments"]);
    assert!(!workspace.text("out.mtree").contains("copyright"));
}

#[test]
fn help() {
    let workspace = Workspace::new();
    let outcome = tool().run(&workspace, &["--help"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert!(
        outcome
            .stdout
            .starts_with("Writes the layer of a Debian package\n"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn merged_usr() {
    let deb = Deb::new()
        .control_item(Item::file(
            "./md5sums",
            format!("{MD5}  bin/a\n{MD5}  usr/x\n"),
        ))
        .item(Item::directory("./bin/"))
        .item(Item::file("./bin/a", "a"))
        .item(Item::hardlink("./bin/b", "./bin/a"))
        .item(Item::directory("./lib/"))
        .item(Item::directory("./lib/t/"))
        .item(Item::symlink("./lib/t/l", "../../etc/l"))
        .item(Item::symlink("./lib64", "usr/lib64"))
        .item(Item::file("./usr/x", ""));
    let workspace = workspace(&deb);
    tool().succeed(&workspace, &["--compression=none", "--merged-usr"]);
    let listing = tar_of(&workspace.read("out.tar"));
    let files: Vec<_> = listing
        .lines()
        .filter(|line| !line.contains("dpkg"))
        .collect();
    assert_eq!(
        files,
        [
            "usr/ 5 0755 0:0 1000000000 0",
            "usr/bin/ 5 0755 0:0 1000000000 0",
            "usr/bin/a 0 0644 0:0 1000000000 1",
            "usr/bin/b 1 0644 0:0 1000000000 0 -> usr/bin/a",
            "usr/lib/ 5 0755 0:0 1000000000 0",
            "usr/lib/t/ 5 0755 0:0 1000000000 0",
            "usr/lib/t/l 2 0777 0:0 1000000000 0 -> ../../etc/l",
            "lib64 2 0777 0:0 1000000000 0 -> usr/lib64",
            "usr/x 0 0644 0:0 1000000000 0",
            "var/ 5 0755 0:0 1000000000 0",
            "var/lib/ 5 0755 0:0 1000000000 0",
        ]
    );
    assert!(
        listing.ends_with("hello.md5sums 0 0644 0:0 1000000000 84\n"),
        "{listing}"
    );
}

#[test]
fn merged_usr_with_two_files_at_one_path() {
    let deb = Deb::new()
        .item(Item::file("./lib/a", "a"))
        .item(Item::file("./usr/lib/a", "b"));
    let workspace = workspace(&deb);
    tool().fail(
        &workspace,
        &["--merged-usr"],
        "error: cannot extract `in.deb`: cannot add entry `usr/lib/a`: it exists already, under its path without `usr`\n",
    );
}
