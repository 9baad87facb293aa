//! Packages that cannot become layers: tests the message, and that no output is left.

use testkit::{ar, compress, tar, Deb, Item, LayerTool, Noise, Workspace};

const HELLO: &str = "error: cannot extract `in.deb`: ";

fn tool() -> LayerTool {
    LayerTool::new(env!("CARGO_BIN_EXE_deb_extractor"), &["--deb=in.deb"])
}

fn fail(deb: &[u8], more: &[&str], message: &str) {
    let workspace = Workspace::new();
    workspace.write("in.deb", deb);
    tool().fail(&workspace, more, message);
}

#[test]
fn entries() {
    let device = Item::new(b'3', "./dev/null");
    for (items, message) in [
        (
            vec![Item::file("./../x", "")],
            "cannot read `data.tar.xz`: cannot read entry `./../x`: its name contains `..`",
        ),
        (
            vec![device],
            "cannot read `data.tar.xz`: cannot read entry `./dev/null`: it is a character device",
        ),
        (
            vec![Item::symlink("a", "b"), Item::file("./a", "")],
            "cannot add entry `a`: it occurs twice: as a symbolic link and as a file",
        ),
        (
            vec![Item::directory("a"), Item::symlink("./a", "b")],
            "cannot add entry `a`: it occurs twice: as a directory and as a symbolic link",
        ),
        (
            vec![Item::file("a", ""), Item::file("a", ""), Item::directory("a")],
            "cannot add entry `a`: it occurs twice: as a file and as a directory",
        ),
        (
            vec![Item::file("a/b", ""), Item::directory("a").mode(0o700)],
            "cannot add entry `a`: the directory comes after its content",
        ),
        (
            vec![Item::file("f", "").owner(1 << 32, 0)],
            "cannot add entry `f`: it is owned by 4294967296:0; the highest ID that every runtime accepts is 2147483647",
        ),
        (
            vec![Item::directory("f").owner(0, 1 << 31)],
            "cannot add entry `f`: it is owned by 0:2147483648; the highest ID that every runtime accepts is 2147483647",
        ),
        (
            vec![Item::file(".", "x")],
            "cannot read `data.tar.xz`: cannot read entry `.`: the root directory is a file",
        ),
        (
            vec![Item::symlink("./.", "/tmp")],
            "cannot read `data.tar.xz`: cannot read entry `./.`: the root directory is a symbolic link",
        ),
        (
            vec![Item::symlink("a", "/etc"), Item::file("a/passwd", "")],
            "cannot add entry `a/passwd`: its parent `a` is a symbolic link",
        ),
        (
            vec![Item::hardlink("a", "etc/passwd")],
            "cannot add entry `a`: it is a hard link to `etc/passwd`, which does not exist",
        ),
        (
            vec![Item::hardlink("a", "/etc/passwd")],
            "cannot add entry `a`: it is a hard link to `etc/passwd`, which does not exist",
        ),
        (
            vec![Item::file("/../etc/passwd", "")],
            "cannot read `data.tar.xz`: cannot read entry `./../etc/passwd`: its name contains `..`",
        ),
        (
            vec![Item::file("//", "")],
            "cannot read `data.tar.xz`: cannot read entry `./`: it is a file whose name ends with a slash",
        ),
        (
            vec![Item::file("a", "").claiming(5000)],
            "cannot read entry `a`: the archive is truncated",
        ),
        (
            vec![Item::file("var/lib/dpkg/status.d/hello", "")],
            "cannot add entry `var/lib/dpkg/status.d/hello`: it is there already",
        ),
        (
            vec![
                Item::symlink("a\nb", "c").mtime(1 << 40),
                Item::file("a\nb", ""),
            ],
            "cannot add entry `a\\nb`: it occurs twice: as a symbolic link and as a file",
        ),
    ] {
        let deb = Deb::new().items(&items).build();
        fail(&deb, &[], &format!("{HELLO}{message}\n"));
    }
}

/// In an image, a file of this name deletes files of lower layers.
#[test]
fn whiteouts() {
    for item in [
        Item::file("./etc/.wh.passwd", ""),
        Item::file("./etc/.wh..wh..opq", ""),
        Item::file("./.wh.usr", ""),
        Item::directory("./.wh.usr/share/"),
        Item::file("./.wh.usr/share/a", ""),
        Item::symlink("./etc/.wh.link", "x"),
        Item::file("./.wh.", ""),
    ] {
        let deb = Deb::new().item(item).build();
        let workspace = Workspace::new();
        workspace.write("in.deb", &deb);
        let outcome = tool().run(&workspace, &[]);
        let (first, rest) = outcome.stderr.split_once(": cannot add entry `").unwrap();
        assert_eq!(first, "error: cannot extract `in.deb`");
        let (name, rest) = rest.split_once('`').unwrap();
        assert!(name.contains(".wh."), "{name}");
        assert_eq!(
            rest,
            ": its name is that of a whiteout, which deletes files of lower layers\n\
             hint: rename or leave out the file: in an image, no name may begin with `.wh.`\n"
        );
        assert_eq!(
            (outcome.code, workspace.path("out.tar").exists()),
            (1, false)
        );
    }
    // A file that is not included in the layer deletes nothing.
    let deb = Deb::new()
        .item(Item::file("a/.wh.b", ""))
        .item(Item::file("c", ""))
        .build();
    let workspace = Workspace::new();
    workspace.write("in.deb", &deb);
    tool().succeed(&workspace, &["--include=c"]);
}

#[test]
fn members() {
    let deb = Deb::new().compression(".gz");
    let (control, data) = (deb.control_member(), deb.data_member());
    let format: (&str, &[u8]) = ("debian-binary", b"2.0\n");
    let control: (&str, &[u8]) = ("control.tar.gz", &control);
    let data: (&str, &[u8]) = ("data.tar.gz", &data);
    for (members, message) in [
        (vec![format, control], "cannot read `data.tar`: the package does not have it"),
        (vec![format, data], "cannot read `control.tar`: found `data.tar.gz` instead"),
        (vec![format, control, data, data], "cannot read `data.tar.gz`: the package already has one"),
        (
            vec![format, control, ("data.tar.foo", b"x")],
            "cannot read `data.tar.foo`: the compression `.foo` is unknown; expected none or one of .gz .xz .zst .bz2 .lzma",
        ),
    ] {
        fail(&ar(&members), &[], &format!("{HELLO}{message}\n"));
    }
    fail(
        b"<html>",
        &[],
        &format!("{HELLO}cannot read `ar header`: it is not an ar archive\n"),
    );
}

#[test]
fn facts_that_differ() {
    let deb = Deb::new().compression(".gz").build();
    fail(
        &deb,
        &["--package=hallo", "--version=1.0-2", "--architecture=arm64"],
        &format!("{HELLO}cannot use `control`: its name is `hello`, expected `hallo`; its version is `1.0-1`, expected `1.0-2`; its architecture is `amd64`, expected `arm64`\n"),
    );
    fail(
        &deb,
        &["--version=0:1.0-1"],
        &format!("{HELLO}cannot use `control`: its version is `1.0-1`, expected `0:1.0-1`\n"),
    );
}

#[test]
fn a_wrong_digest_is_the_only_problem_reported() {
    let expected = "0".repeat(64);
    let found = "58520beec5f2a268225e947f6ecb64fa07cedf0ffe41a8a2b04cb5c0e712a7d8";
    let message = format!(
        "{HELLO}its digest is sha256:{found}, expected sha256:{expected}\n\
         hint: fetch it again, or lock the packages again if the repository replaced it\n"
    );
    fail(b"<html>404</html>", &["--sha256", &expected], &message);
}

#[test]
fn invalid_options() {
    let deb = Deb::new().compression(".gz").build();
    let hint = "hint: see `deb_extractor --help`\n";
    for (options, message) in [
        (vec!["--sha256=abc"], "cannot read digest `abc`: expected 64 lower-case hexadecimal digits, found 3 characters\n".to_owned()),
        (vec!["--created=yesterday"], "cannot read time `yesterday`: expected RFC 3339 in UTC, such as `2026-11-21T02:34:56Z`\n".to_owned()),
        (vec!["--include=/usr"], "cannot include `/usr`: its name is absolute\n".to_owned()),
        (
            vec!["--include=usr/a", "--include=usr/b"],
            "cannot extract `in.deb`: cannot select `files to include`: the package has no `usr/a`, no `usr/b`\n".to_owned(),
        ),
        (vec!["--colour=blue"], format!("cannot read `arguments of deb_extractor`: unexpected argument '--colour' found\n{hint}")),
        (vec!["--name=again"], format!("cannot read `arguments of deb_extractor`: the argument '--name <NAME>' cannot be used multiple times\n{hint}")),
    ] {
        fail(&deb, &options, &format!("error: {message}"));
    }
}

#[test]
fn unknown_compression() {
    let workspace = Workspace::new();
    workspace.write("in.deb", Deb::new().compression(".gz").build());
    let outcome = tool().run(&workspace, &["--compression=lz4"]);
    let message = "error: cannot read compression `lz4`: expected one of `gzip`, ";
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
}

#[test]
fn no_such_file() {
    let workspace = Workspace::new();
    let outcome = tool().run(&workspace, &[]);
    let message = "error: cannot read `in.deb`: No such file or directory (os error 2)\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, message));
    assert_eq!(workspace.listing(), "");
}

#[test]
fn truncated_anywhere() {
    for ending in ["", ".xz", ".zst"] {
        let deb = Deb::new()
            .item(Item::file("./a", "content"))
            .compression(ending)
            .build();
        let places = (0..deb.len()).step_by(67).chain([deb.len() - 1]);
        for end in places {
            let workspace = Workspace::new();
            workspace.write("in.deb", &deb[..end]);
            let before = workspace.listing();
            let outcome = tool().run(&workspace, &[]);
            assert_eq!(outcome.code, 1, "{ending} {end}");
            assert!(
                outcome.stderr.starts_with("error: cannot extract `"),
                "{}",
                outcome.stderr
            );
            assert_eq!(workspace.listing(), before, "{ending} {end}");
        }
    }
}

/// Damage in the last block of a large package is found when the layer is nearly complete.
#[test]
fn damage_at_the_end() {
    let content = Noise::new(1).bytes(6_000_000);
    let data = compress(".gz", &tar(&[Item::file("large", content)]));
    let control = Deb::new().compression(".gz").control_member();
    let mut deb = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", &control),
        ("data.tar.gz", &data),
    ]);
    let end = 8 + 60 + 4 + 60 + control.len().next_multiple_of(2) + 60 + data.len();
    deb[end - 5] ^= 1;
    fail(&deb, &[], &format!("{HELLO}cannot read `data.tar.gz`: cannot read entry `at byte 6000640`: its gzip data is damaged\n"));
}
