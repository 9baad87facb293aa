//! Files of release archives.

#![allow(clippy::unwrap_used)]

use sha2::{Digest, Sha256};
use testkit::{compress, tar, tar_of, Item, LayerTool, Workspace};

const PROGRAM: &str = "#!/bin/node";
const LICENSE: &str = "Do as you like.\n";

fn tool() -> LayerTool {
    let words = [
        "archive",
        "--archive=in.tar.gz",
        "--file=bin/node=nodejs/bin/node",
        "--file=LICENSE=nodejs/LICENSE",
        "--mode=0555",
        "--mtime=946684800",
    ];
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn workspace(items: &[Item]) -> Workspace {
    with_bytes(&compress(".gz", &tar(items)))
}

fn with_bytes(archive: &[u8]) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("in.tar.gz", archive);
    workspace
}

/// An archive as Node.js publishes it: with directories and links, and with the program first.
fn official() -> Vec<Item> {
    vec![
        Item::directory("node-v1-linux-x64/"),
        Item::directory("node-v1-linux-x64/bin/"),
        Item::symlink("node-v1-linux-x64/bin/npm", "../lib/npm-cli.js"),
        Item::file("node-v1-linux-x64/bin/node", PROGRAM)
            .mode(0o755)
            .owner(500, 500),
        Item::file("node-v1-linux-x64/include/node/node.h", "#define"),
        Item::file("node-v1-linux-x64/LICENSE", LICENSE).mtime(7),
    ]
}

/// An archive as npm publishes it: another top-level directory, only files, sorted by their paths.
fn npm() -> Vec<Item> {
    vec![
        Item::file("package/package.json", "{}").mtime(499_162_500),
        Item::file("package/LICENSE", LICENSE).mtime(499_162_500),
        Item::file("package/bin/node", PROGRAM)
            .mode(0o755)
            .mtime(499_162_500),
        Item::file("package/share/doc/node/lldb_commands.py", "import lldb"),
    ]
}

#[test]
fn extended_attributes_are_refused() {
    let capable =
        |name: &str| Item::file(name, PROGRAM).record("SCHILY.xattr.security.capability", "x");
    let items = [capable("a/bin/node"), Item::file("a/LICENSE", LICENSE)];
    tool().fail(
        &workspace(&items),
        &[],
        "error: cannot extract `in.tar.gz`: cannot take `bin/node`: it has the extended attribute `security.capability`, \
         which a layer does not keep\n",
    );
    // Files that are not taken may have extended attributes.
    let items = [
        Item::file("a/bin/node", PROGRAM),
        Item::file("a/LICENSE", LICENSE),
        capable("a/ping"),
    ];
    tool().succeed(&workspace(&items), &[]);
    let workspace = workspace(&items);
    let outcome = tool().run(&workspace, &["--file=ping=etc/.wh.ping"]);
    let message = "error: cannot extract `in.tar.gz`: cannot add entry `etc/.wh.ping`: its name is that of a whiteout";
    assert!(
        outcome.stderr.starts_with(message) || outcome.stderr.contains("extended attribute"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn every_source_gives_the_same_layer() {
    let node = format!("--file-sha256=bin/node={}", hex(PROGRAM));
    let license = format!("--file-sha256=LICENSE={}", hex(LICENSE));
    let annotation = "--annotation=com.example.purl=pkg:generic/nodejs@1?a=b";
    let layers = [official(), npm()].map(|items| {
        let archive = compress(".gz", &tar(&items));
        let sha256 = format!("--sha256={}", hex(&archive));
        let workspace = with_bytes(&archive);
        let more = ["--compression=none", &sha256, &node, &license, annotation];
        tool().succeed(&workspace, &more);
        ["out.tar", "out.json", "out.mtree"].map(|name| workspace.read(name))
    });
    assert_eq!(layers[0], layers[1]);
    assert_eq!(
        tar_of(&layers[0][0]),
        "\
nodejs/ 5 0755 0:0 946684800 0
nodejs/LICENSE 0 0555 0:0 946684800 16
nodejs/bin/ 5 0755 0:0 946684800 0
nodejs/bin/node 0 0555 0:0 946684800 11
"
    );
    let metadata = String::from_utf8(layers[0][1].clone()).unwrap();
    let annotations = r#"{"annotations":{"com.example.purl":"pkg:generic/nodejs@1?a=b"},"diff_id""#;
    assert!(metadata.starts_with(annotations), "{metadata}");
    let created = r#""created":"2000-01-01T00:00:00Z""#;
    assert!(metadata.contains(created), "{metadata}");
}

#[test]
fn many_files_in_the_worst_order() {
    let names = ["a/1", "b", "c", "d"];
    let items = names.iter().rev();
    let items: Vec<_> = items
        .map(|name| Item::file(format!("top/{name}"), name))
        .collect();
    let options: Vec<_> = names
        .iter()
        .map(|name| format!("--file={name}={name}"))
        .collect();
    let words = ["archive", "--archive=in.tar.gz"].into_iter();
    let words: Vec<_> = words.chain(options.iter().map(String::as_str)).collect();
    let workspace = workspace(&items);
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
        .succeed(&workspace, &["--compression=none"]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "a/ 5 0755 0:0 0 0\na/1 0 0644 0:0 0 3\nb 0 0644 0:0 0 1\nc 0 0644 0:0 0 1\nd 0 0644 0:0 0 1\n"
    );
}

#[test]
fn digests_that_differ() {
    let (zeros, archive) = ("0".repeat(64), compress(".gz", &tar(&npm())));
    let workspace = with_bytes(&archive);
    tool().fail(
        &workspace,
        &[&format!("--sha256={zeros}")],
        &format!("error: cannot extract `in.tar.gz`: its digest is sha256:{}, expected sha256:{zeros}\nhint: fetch it again; if the publisher replaced it, find out why before you lock it again\n", hex(&archive)),
    );
    for (file, bytes) in [("bin/node", PROGRAM), ("LICENSE", LICENSE)] {
        tool().fail(
            &workspace,
            &[&format!("--file-sha256={file}={zeros}")],
            &format!("error: cannot extract `in.tar.gz`: cannot take `{file}`: its digest is sha256:{}, expected sha256:{zeros}\nhint: every source of a release must have the same files; compare this archive with the official one\n", hex(bytes)),
        );
    }
}

/// If an archive is damaged and has a wrong digest, only the digest is reported.
#[test]
fn a_wrong_digest_comes_first() {
    let zeros = "0".repeat(64);
    let message = format!("error: cannot extract `in.tar.gz`: its digest is sha256:{}, expected sha256:{zeros}\nhint: fetch it again; if the publisher replaced it, find out why before you lock it again\n", hex("<html>"));
    let workspace = with_bytes(b"<html>");
    tool().fail(&workspace, &[&format!("--sha256={zeros}")], &message);
}

#[test]
fn archives_that_are_wrong() {
    let replaced = |item: Item| [vec![item], npm().split_off(2)].concat();
    let added = |item: Item| [npm(), vec![item]].concat();
    for (items, message) in [
        (official()[..5].to_vec(), "cannot take `LICENSE`: the archive has no such file"),
        (official()[..1].to_vec(), "cannot take `LICENSE`, `bin/node`: the archive has no such file"),
        (vec![], "cannot take `LICENSE`, `bin/node`: the archive has no such file"),
        (added(Item::file("package/bin/node", "other")), "cannot take `bin/node`: the archive contains it twice"),
        (added(Item::symlink("package/LICENSE", "/etc/shadow")), "cannot take `LICENSE`: it is a symbolic link, not a file"),
        (replaced(Item::symlink("package/LICENSE", "/etc/shadow")), "cannot take `LICENSE`: it is a symbolic link, not a file"),
        (added(Item::hardlink("package/bin/node", "package/LICENSE")), "cannot take `bin/node`: it is a hard link, not a file"),
        (replaced(Item::directory("package/LICENSE/")), "cannot take `LICENSE`: it is a directory, not a file"),
        (added(Item::file("other/bin/node", "")), "cannot read entry `other/bin/node`: it is not in the directory `package`, unlike the entries before it"),
        (added(Item::file("package/../../etc/passwd", "")), "cannot read entry `package/../../etc/passwd`: its name contains `..`"),
        (added(Item::file("/package/a", "")), "cannot read entry `/package/a`: its name is absolute"),
        (added(Item::new(b'3', "package/null")), "cannot read entry `package/null`: it is a character device"),
    ] {
        tool().fail(&workspace(&items), &[], &format!("error: cannot extract `in.tar.gz`: {message}\n"));
    }
}

#[test]
fn archives_that_are_damaged() {
    let whole = compress(".gz", &tar(&npm()));
    let end = tar(&npm()).len() - 1024;
    let unfinished = compress(".gz", &tar(&npm())[..end]);
    let garbage = [whole.as_slice(), b"garbage, longer than a header of gzip"].concat();
    let claiming = tar(&[Item::file("package/LICENSE", "short").claiming(1 << 35)]);
    let claiming = compress(".gz", &claiming);
    let (truncated, damaged) = ("its gzip data is truncated", "its gzip data is damaged");
    for (archive, message) in [
        (&whole[..whole.len() / 2], truncated.to_owned()),
        (&[], truncated.to_owned()),
        (b"<html>not found</html>", damaged.to_owned()),
        (&garbage, damaged.to_owned()),
        (&unfinished, "the archive is truncated".to_owned()),
        (&claiming, "the archive is truncated".to_owned()),
    ] {
        let workspace = with_bytes(archive);
        let outcome = tool().run(&workspace, &[]);
        assert_eq!(outcome.code, 1);
        let start = "error: cannot extract `in.tar.gz`: cannot ";
        assert!(outcome.stderr.starts_with(start), "{}", outcome.stderr);
        let end = format!("{message}\n");
        assert!(
            outcome.stderr.ends_with(&end),
            "{message}: {}",
            outcome.stderr
        );
        assert!(!workspace.path("out.tar").exists());
    }
    let missing = Workspace::new();
    tool().fail(
        &missing,
        &[],
        "error: cannot read `in.tar.gz`: No such file or directory (os error 2)\n",
    );
}

#[test]
fn invalid_options() {
    let zeros = "0".repeat(64);
    for (option, message) in [
        (
            "--file=LICENSE".to_owned(),
            "cannot read `--file`: `LICENSE` is not of the form FROM=TO".to_owned(),
        ),
        (
            "--file=LICENSE=/LICENSE".to_owned(),
            "cannot read `--file`: cannot take `/LICENSE`: its name is absolute".to_owned(),
        ),
        (
            "--file=.=a".to_owned(),
            "cannot read `--file`: cannot take `.`: it is not a file".to_owned(),
        ),
        (
            format!("--file-sha256=bin/npm={zeros}"),
            "cannot read `--file-sha256`: no `--file` names `bin/npm`".to_owned(),
        ),
        (
            "--file-sha256=LICENSE=0".to_owned(),
            "cannot read digest `0`: expected 64 lower-case hexadecimal digits, found 1 characters"
                .to_owned(),
        ),
        (
            "--annotation=key".to_owned(),
            "cannot read `--annotation`: `key` is not of the form KEY=VALUE".to_owned(),
        ),
        (
            "--file=package.json=nodejs/LICENSE".to_owned(),
            "cannot extract `in.tar.gz`: cannot add entry `nodejs/LICENSE`: it is there already"
                .to_owned(),
        ),
    ] {
        tool().fail(
            &workspace(&npm()),
            &[&option],
            &format!("error: {message}\n"),
        );
    }
    tool().fail(
        &workspace(&npm()),
        &["--annotation=a=1", "--annotation=a=2"],
        "error: cannot add annotation `a=2`: the key `a` is given twice\n",
    );
}
