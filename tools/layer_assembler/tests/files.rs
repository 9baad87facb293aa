//! Layers of listed files.

#![allow(clippy::unwrap_used)]

use std::fs::File;

use testkit::{tar_of, LayerTool, Workspace};

const PROGRAM: &str = env!("CARGO_BIN_EXE_layer_assembler");

fn tool() -> LayerTool {
    LayerTool::new(PROGRAM, &["files", "--entries=entries.json"])
}

fn workspace(entries: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("entries.json", entries);
    workspace
}

#[test]
fn entries_that_mean_something_else_in_an_image() {
    let whiteout = "its name is that of a whiteout, which deletes files of lower layers\n\
                    hint: rename or leave out the file: in an image, no name may begin with `.wh.`";
    for (path, more, cause) in [
        ("etc/.wh.passwd", "", whiteout),
        (".wh.etc/passwd", "", whiteout),
        ("etc/.wh..wh..opq", "", whiteout),
        (
            "a",
            r#", "uid": 4294967296"#,
            "it is owned by 4294967296:0; the highest ID that every runtime accepts is 2147483647",
        ),
        (".", "", "the root cannot be a file"),
    ] {
        let entry = format!(
            r#"[{{"path": "{path}", "type": "file", "mode": "0644", "content": ""{more}}}]"#
        );
        let message = format!("error: cannot add entry `{path}`: {cause}\n");
        tool().fail(&workspace(&entry), &[], &message);
    }
}

#[test]
fn the_common_files() {
    let workspace = workspace(
        r#"[
        {"path": "tmp", "type": "dir", "mode": "1777", "uid": 0, "gid": 0, "mtime": 0},
        {"path": "home/nonroot", "type": "dir", "mode": "0700", "uid": 65532, "gid": 65532, "mtime": 0},
        {"path": ".", "type": "dir", "mode": "0755", "uid": 0, "gid": 0, "mtime": 0},
        {"path": "etc/passwd", "type": "file", "mode": "0644", "content": "root:x:0:0::/root:\n", "mtime": 5},
        {"path": "app/run", "type": "file", "mode": "0555", "source": "program", "mtime": 9},
        {"path": "app/again", "type": "hardlink", "mode": "0555", "target": "app/run"},
        {"path": "app/link", "type": "symlink", "mode": "0777", "target": "../app/run"}
        ]"#,
    );
    workspace.write("program", "#!/bin/true\n");
    tool().succeed(&workspace, &["--compression=none"]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
./ 5 0755 0:0 0 0
app/ 5 0755 0:0 0 0
app/link 2 0777 0:0 0 0 -> ../app/run
app/run 0 0555 0:0 9 12
etc/ 5 0755 0:0 5 0
etc/passwd 0 0644 0:0 5 19
home/ 5 0755 0:0 0 0
home/nonroot/ 5 0700 65532:65532 0 0
tmp/ 5 1777 0:0 0 0
app/again 1 0555 0:0 9 0 -> app/run
"
    );
    assert_eq!(
        workspace.text("out.mtree"),
        "\
. type=dir mode=0755 uid=0 gid=0 time=0.0
./app type=dir mode=0755 uid=0 gid=0 time=0.0
./app/link type=link mode=0777 uid=0 gid=0 time=0.0 link=../app/run
./app/run type=file mode=0555 uid=0 gid=0 time=9.0 size=12 sha256digest=1b577383bcfb9f191c785497f4ac34a8fb546807bd1094ef65d0ce9a5a63423e sha1digest=5f38c1d3658f8ecb0146e2f3f4d3c6bb5d2c31b3
./etc type=dir mode=0755 uid=0 gid=0 time=5.0
./etc/passwd type=file mode=0644 uid=0 gid=0 time=5.0 size=19 sha256digest=d9d3c05ccc818be2817adf810decf133b80744ed7c860597f542ac8ac86f2f6e sha1digest=fa86b1ec5025d76c1096efa4b59a818dd5f5502f
./home type=dir mode=0755 uid=0 gid=0 time=0.0
./home/nonroot type=dir mode=0700 uid=65532 gid=65532 time=0.0
./tmp type=dir mode=1777 uid=0 gid=0 time=0.0
./app/again type=file mode=0555 uid=0 gid=0 time=9.0 size=12 sha256digest=1b577383bcfb9f191c785497f4ac34a8fb546807bd1094ef65d0ce9a5a63423e sha1digest=5f38c1d3658f8ecb0146e2f3f4d3c6bb5d2c31b3 hardlink=./app/run
"
    );
}

#[test]
fn the_order_of_the_list_does_not_matter() {
    let entry = |path: &str| {
        format!(r#"{{"path": "{path}", "type": "file", "mode": "0644", "content": "{path}"}}"#)
    };
    let (a, b, c) = (entry("a/b"), entry("a-b"), entry("a.b"));
    let layers = [[&a, &b, &c], [&c, &b, &a]].map(|list| {
        let list = list.map(String::as_str).join(",");
        let workspace = workspace(&format!("[{list}]"));
        tool().succeed(&workspace, &[]);
        workspace.read("out.tar")
    });
    assert_eq!(layers[0], layers[1]);
}

#[test]
fn an_empty_list_is_an_empty_layer() {
    let workspace = workspace("[]");
    tool().succeed(&workspace, &["--compression=none"]);
    assert_eq!(workspace.read("out.tar"), [0; 1024]);
    assert_eq!(workspace.text("out.mtree"), "");
}

#[test]
fn lists_that_are_wrong() {
    let file = r#""type": "file", "mode": "0644", "content": """#;
    let read = "cannot read `entries.json`: cannot add entry";
    for (entries, message) in [
        ("[", "cannot read `entries.json`: cannot read `list of entries`: EOF while parsing a list at line 1 column 1".to_owned()),
        (&format!(r#"[{{"path": "/etc", {file}}}]"#), format!("{read} `/etc`: its name is absolute")),
        (&format!(r#"[{{"path": "a/../b", {file}}}]"#), format!("{read} `a/../b`: its name contains `..`")),
        (&format!(r#"[{{"path": "a", {file}}}, {{"path": "a", {file}}}]"#), "cannot add entry `a`: it is there already".to_owned()),
        (&format!(r#"[{{"path": "a", {file}}}, {{"path": "a/b", {file}}}]"#), "cannot add entry `a/b`: its parent `a` is a file".to_owned()),
        (&format!(r#"[{{"path": "a", {file}, "owner": 5}}]"#), "cannot read `entries.json`: cannot read `list of entries`: unknown field `owner`, expected one of `path`, `type`, `mode`, `uid`, `gid`, `mtime`, `content`, `source`, `target` at line 1 column 69".to_owned()),
        (r#"[{"path": "a", "type": "file", "mode": "0644"}]"#, format!("{read} `a`: a file has one of `content` and `source`")),
        (r#"[{"path": "a", "type": "file", "mode": "644x", "content": ""}]"#, format!("{read} `a`: its mode is `644x`, expected octal such as `0644`")),
        (r#"[{"path": "a", "type": "file", "mode": "10644", "content": ""}]"#, format!("{read} `a`: its mode is `10644`, expected octal such as `0644`")),
        (r#"[{"path": "a", "type": "dir", "mode": "0755", "content": ""}]"#, format!("{read} `a`: a directory has no `content`, `source` or `target`")),
        (r#"[{"path": "a", "type": "symlink", "mode": "0777"}]"#, format!("{read} `a`: a link needs a `target` and accepts no `content`, `source` or `mode`")),
        (r#"[{"path": "a", "type": "hardlink", "mode": "0644", "target": "/b"}]"#, format!("{read} `a`: its target's name is absolute")),
        (r#"[{"path": "a", "type": "hardlink", "mode": "0644", "target": "b"}]"#, "cannot add entry `a`: it is a hard link to `b`, which does not exist".to_owned()),
        (r#"[{"path": "a", "type": "file", "mode": "0644", "source": "none"}]"#, "cannot read `none`: No such file or directory (os error 2)".to_owned()),
        (r#"[{"path": "a", "type": "file", "mode": "0644", "source": "/"}]"#, "cannot read `/`: it is not a file".to_owned()),
    ] {
        tool().fail(&workspace(entries), &[], &format!("error: {message}\n"));
    }
}

#[test]
fn entries_without_a_list() {
    let [file, link] = [
        r#"{"path": "etc/motd", "type": "file", "mode": "0644", "source": "text"}"#,
        r#"{"path": "a", "type": "symlink", "mode": "0777", "target": "etc/motd"}"#,
    ];
    let workspace = workspace(&format!("[{file},{link}]"));
    workspace.write("text", "hello\n");
    tool().succeed(&workspace, &[]);
    let listed = workspace.read("out.tar");
    let tool = LayerTool::new(PROGRAM, &["files"]);
    let [file, link] = [file, link].map(|entry| format!("--entry={entry}"));
    tool.succeed(&workspace, &[&file, &link]);
    assert_eq!(workspace.read("out.tar"), listed);
    tool.succeed(&workspace, &["--compression=none"]);
    assert_eq!(workspace.read("out.tar"), [0; 1024]);

    for (option, message) in [
        ("--entry={", "cannot read `--entry`: cannot read `entry`: EOF while parsing an object at line 1 column 1"),
        (
            r#"--entry={"path": "/a", "type": "dir", "mode": "0755"}"#,
            "cannot read `--entry`: cannot add entry `/a`: its name is absolute",
        ),
        (
            "--entries=entries.json",
            "cannot read `arguments of layer_assembler`: the argument '--entry <JSON>' cannot be used with '--entries <FILE>'\n\
             hint: see `layer_assembler --help`",
        ),
    ] {
        tool.fail(&workspace, &[&link, option], &format!("error: {message}\n"));
    }
}

#[test]
fn a_list_that_is_too_large_or_no_file() {
    let workspace = workspace("");
    let large = File::create(workspace.path("entries.json")).unwrap();
    large.set_len((64 << 20) + 1).unwrap();
    let outcome = tool().run(&workspace, &[]);
    let message =
        "error: cannot read `entries.json`: it has 67108865 bytes, at most 67108864 are read\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, message));
    workspace.write("entries.json", "[]");
    let tool = LayerTool::new(PROGRAM, &["files", "--entries=/dev/zero"]);
    let message = "error: cannot read `/dev/zero`: it is not a regular file\n";
    tool.fail(&workspace, &[], message);
}
