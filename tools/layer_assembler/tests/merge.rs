//! Merging several layers into one.

#![allow(clippy::unwrap_used)]

use std::fs::File;

use testkit::{compress, tar, tar_of, Item, LayerTool, Workspace};

const PROGRAM: &str = env!("CARGO_BIN_EXE_layer_assembler");

fn tool() -> LayerTool {
    LayerTool::new(
        PROGRAM,
        &["merge", "--inputs=in.json", "--compression=none"],
    )
}

/// Inputs `//:0`, `//:1`, …, each with the next compression.
fn workspace(inputs: &[Vec<Item>]) -> Workspace {
    let endings = [".gz", "", ".zst", ".xz", ".bz2"];
    let workspace = Workspace::new();
    let mut listed = Vec::new();
    for (number, items) in inputs.iter().enumerate() {
        let ending = endings[number % endings.len()];
        let file = format!("{number}.tar{ending}");
        workspace.write(&file, compress(ending, &tar(items)));
        listed.push(format!(r#"{{"file":"{file}","name":"//:{number}"}}"#));
    }
    workspace.write("in.json", format!("[{}]", listed.join(",")));
    workspace
}

fn merged(inputs: &[Vec<Item>]) -> String {
    let workspace = workspace(inputs);
    tool().succeed(&workspace, &[]);
    tar_of(&workspace.read("out.tar"))
}

fn refused(inputs: &[Vec<Item>], message: &str) {
    tool().fail(&workspace(inputs), &[], &format!("error: {message}\n"));
}

#[test]
fn sorted_and_the_later_file_wins() {
    let inputs = [
        vec![
            Item::directory("./"),
            Item::directory("./var/").mode(0o700),
            Item::file("./usr/share/b", "below").mtime(5),
            Item::symlink("./usr/share/a", "b"),
        ],
        vec![
            Item::directory("var"),
            Item::file("usr/share/b", "above").owner(7, 8),
            Item::file("usr-local", ""),
        ],
        vec![
            Item::file("usr/share/c", "a link below"),
            Item::file("usr/share/a", "no link"),
            Item::symlink("usr/share/c", "a"),
        ],
    ];
    assert_eq!(
        merged(&inputs),
        "\
./ 5 0755 0:0 1000000000 0
usr/ 5 0755 0:0 5 0
usr-local 0 0644 0:0 1000000000 0
usr/share/ 5 0755 0:0 5 0
usr/share/a 0 0644 0:0 1000000000 7
usr/share/b 0 0644 7:8 1000000000 5
usr/share/c 2 0777 0:0 1000000000 0 -> a
var/ 5 0700 0:0 1000000000 0
"
    );
}

/// As in dpkg, an existing directory keeps its mode and owner if a package has other ones. A user's layer may change
/// them.
#[test]
fn the_first_directory_wins() {
    let first = Item::directory("tmp").mode(0o1777).mtime(1);
    let other = Item::directory("tmp")
        .mode(0o700)
        .owner(1000, 1000)
        .mtime(2);
    let plain = Item::directory("tmp").mtime(2);
    let implied = Item::file("tmp/x", "").mtime(2);
    let registered = vec![
        other.clone(),
        Item::file("var/lib/dpkg/status.d/vendor", ""),
    ];
    let (kept, changed) = ("tmp/ 5 1777 0:0 2 0\n", "tmp/ 5 0700 1000:1000 2 0\n");
    for (created_by, items, expected) in [
        (Some("deb vendor 1 amd64"), vec![other.clone()], kept),
        (Some("deb vendor 1 amd64"), vec![plain.clone()], kept),
        (
            Some("merge: deb a 1 all, deb b 1 all"),
            vec![other.clone()],
            kept,
        ),
        (Some("mine"), registered, kept),
        (Some("layer app"), vec![other.clone()], changed),
        (Some("layer app"), vec![plain.clone()], kept),
        (
            Some("layer app"),
            vec![implied.clone()],
            "tmp/ 5 1777 0:0 1 0\n",
        ),
        // A part without metadata.
        (None, vec![other.clone()], kept),
        (None, vec![other.clone(), plain.clone()], kept),
    ] {
        let workspace = workspace(&[vec![first.clone()], items]);
        if let Some(text) = created_by {
            let metadata = format!(r#"{{"history":{{"created_by":"{text}"}}}}"#);
            workspace.write("1.json", metadata);
            workspace.write(
                "in.json",
                r#"[{"file":"0.tar.gz","name":"//:0"},{"file":"1.tar","name":"//:1","metadata":"1.json"}]"#,
            );
        }
        tool().succeed(&workspace, &[]);
        let merged = tar_of(&workspace.read("out.tar"));
        let found = merged.lines().find(|line| line.starts_with("tmp/ "));
        assert_eq!(
            found.map(|line| format!("{line}\n")),
            Some(expected.to_owned()),
            "{created_by:?}"
        );
    }
    // A parent directory without an entry does not count as existing.
    let merged = merged(&[vec![implied], vec![first]]);
    assert!(merged.starts_with("tmp/ 5 1777 0:0 1 0\n"), "{merged}");
}

#[test]
fn names_of_one_file_stay_names_of_one_file() {
    let inputs = [
        vec![
            Item::file("z", "one file").mode(0o755),
            Item::hardlink("m", "z"),
            Item::hardlink("a", "z"),
        ],
        // The other names of the file keep their content; a new link to one of them is another name of it.
        vec![Item::file("a", "another"), Item::hardlink("n", "m")],
    ];
    let workspace = workspace(&inputs);
    tool().succeed(&workspace, &[]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
a 0 0644 0:0 1000000000 7
m 0 0755 0:0 1000000000 8
n 1 0755 0:0 1000000000 0 -> m
z 1 0755 0:0 1000000000 0 -> m
"
    );
    let mtree = workspace.text("out.mtree");
    assert!(mtree.contains("./z type=file mode=0755"), "{mtree}");
}

#[test]
fn a_merged_layer_merges_to_itself() {
    let inputs = [vec![Item::file("a/b", "c"), Item::hardlink("a/a", "a/b")]];
    let workspace = workspace(&inputs);
    tool().succeed(&workspace, &[]);
    let first = workspace.read("out.tar");
    workspace.write("0.tar.gz", &first);
    tool().succeed(&workspace, &[]);
    assert_eq!(workspace.read("out.tar"), first);
}

/// The content list of a part is made by the same build: its digests are not computed again.
#[test]
fn digests_come_from_the_content_lists() {
    let inputs = [vec![
        Item::directory("."),
        Item::file("a b", "12345"),
        Item::symlink("l", "a b"),
        Item::hardlink("z", "a b"),
        Item::file("zz", ""),
    ]];
    let workspace = workspace(&inputs);
    tool().succeed(&workspace, &[]);
    let (layer, listed) = (workspace.read("out.tar"), workspace.text("out.mtree"));
    let one = r#"{"file":"part.tar","name":"//:0","mtree":"part.mtree"}"#;
    workspace.write("in.json", format!("[{one}]"));
    let sha1 = "8cb2237d0679ca88db6464eac60da96345513964";
    let stated = listed.replace(sha1, &"7".repeat(40));
    assert_ne!(stated, listed);
    for (list, merged) in [
        (&listed, &listed),
        (&stated, &stated),
        // Without both digests, they are computed.
        (&listed.replace("sha1digest", "md5digest"), &listed),
        (&listed.replace(sha1, &"7".repeat(39)), &listed),
    ] {
        for ending in ["", ".gz"] {
            workspace.write("part.tar", compress(ending, &layer));
            workspace.write("part.mtree", list);
            tool().succeed(&workspace, &[]);
            assert_eq!(workspace.text("out.mtree"), *merged);
            assert_eq!(workspace.read("out.tar"), layer);
        }
    }
    workspace.write("part.tar", &layer);
    for (list, message) in [
        (
            listed.replace("size=5", "size=6"),
            r"read entry `a b`: its size is 5, in its content list 6",
        ),
        (
            listed.replace("./l ", "./m "),
            "read entry `l`: its content list has the link `m` instead",
        ),
        (
            listed.replace("type=link", "type=file"),
            "read entry `l`: its content list has the file `l` instead",
        ),
        (
            listed
                .lines()
                .take(1)
                .map(|line| format!("{line}\n"))
                .collect(),
            "read entry `a b`: its content list ends before it",
        ),
        (
            format!("{listed}./more type=dir mode=0755 uid=0 gid=0 time=0.0\n"),
            "read `content list`: it has `more`, which is not in the tar",
        ),
    ] {
        workspace.write("part.mtree", list);
        let message = format!("error: cannot merge `//:0`: cannot {message}\n");
        tool().fail(&workspace, &[], &message);
    }
}

#[test]
fn history_and_annotations_are_those_of_the_inputs() {
    let workspace = workspace(&[
        vec![Item::file("a", "")],
        vec![Item::file("b", "")],
        vec![Item::file("c", "")],
    ]);
    let facts = |by: &str, annotations: &str| {
        format!(r#"{{"annotations":{{{annotations}}},"history":{{"created_by":"{by}"}},"size":1}}"#)
    };
    let toc = r#""containerd.io/snapshot/stargz/toc.digest":"sha256:0""#;
    workspace.write(
        "0.json",
        facts("deb a 1 all", &format!(r#""k":"1","own":"2",{toc}"#)),
    );
    workspace.write("1.json", facts("layer b", r#""k":"2","l":"3""#));
    workspace.write(
        "in.json",
        r#"[{"file":"0.tar.gz","name":"//:0","metadata":"0.json"},
            {"file":"1.tar","name":"//:1","metadata":"1.json"},
            {"file":"2.tar.zst","name":"//:2"}]"#,
    );
    tool().succeed(
        &workspace,
        &["--history-of-inputs", "--annotation=own=mine"],
    );
    let metadata = workspace.text("out.json");
    let annotations = r#"{"annotations":{"k":"1, 2","l":"3","own":"mine"},"#;
    assert!(metadata.starts_with(annotations), "{metadata}");
    let history = r#""created_by":"a test: deb a 1 all, layer b, tar 2.tar.zst"}"#;
    assert!(metadata.contains(history), "{metadata}");
}

#[test]
fn a_directory_that_becomes_something_else() {
    let hint = "hint: leave the path out of one layer, or move the content of the directory to the path that the other layer has";
    let (link, file) = (Item::symlink("bin", "usr/bin"), Item::file("bin", ""));
    let below = Item::file("bin/sh", "");
    for (first, second, cause) in [
        (&link, &below, "a directory in it and a symbolic link in"),
        (&below, &file, "a file in it and a directory in"),
        (
            &file,
            &Item::directory("bin"),
            "a directory in it and a file in",
        ),
    ] {
        let inputs = [vec![first.clone()], vec![], vec![second.clone()]];
        let message = format!("cannot merge `//:2`: `bin` is {cause} `//:0`\n{hint}");
        refused(&inputs, &message);
    }
    let inputs = [vec![link, below]];
    let cause = "`bin` is a directory in it and a symbolic link before";
    refused(&inputs, &format!("cannot merge `//:0`: {cause}\n{hint}"));
}

#[test]
fn entries_that_a_layer_cannot_have() {
    for (item, message) in [
        (Item::file("/etc/passwd", ""), "cannot read entry `/etc/passwd`: its name is absolute"),
        (Item::file("a/../../b", ""), "cannot read entry `a/../../b`: its name contains `..`"),
        (Item::new(b'3', "dev/null"), "cannot read entry `dev/null`: it is a character device"),
        (
            Item::hardlink("a", "../b"),
            "cannot read entry `a`: its target's name contains `..`",
        ),
        (
            Item::hardlink("a", "b"),
            "cannot add entry `a`: it is a hard link to `b`, which does not exist",
        ),
        (
            Item::file("etc/.wh.motd", ""),
            "cannot read entry `etc/.wh.motd`: it is a whiteout, which deletes files of lower layers\n\
             hint: merge layers that never had the deleted file",
        ),
        (
            Item::file("ping", "").record("SCHILY.xattr.security.capability", "x"),
            "cannot read entry `ping`: it has the extended attribute `security.capability`\n\
             hint: create the tar without extended attributes; GNU tar stores them only with --xattrs",
        ),
        (
            Item::file("huge", "").claiming(1 << 40),
            "cannot read entry `huge`: its size of 1099511627776 bytes is absurd",
        ),
        (
            Item::file("short", "").claiming(1 << 28),
            "cannot read entry `short`: the archive is truncated",
        ),
    ] {
        refused(
            &[vec![Item::file("fine", "")], vec![item]],
            &format!("cannot merge `//:1`: {message}"),
        );
    }
}

#[test]
fn broken_files() {
    let whole = compress(".gz", &tar(&[Item::file("a", [7; 5000])]));
    let workspace = workspace(&[vec![]]);
    for (bytes, message) in [
        (
            &whole[..whole.len() - 9],
            "cannot read entry `at byte 5632`: its gzip data is truncated",
        ),
        (
            &b"no tar at all"[..],
            "cannot read entry `at byte 0`: the archive is truncated",
        ),
    ] {
        workspace.write("0.tar.gz", bytes);
        let message = format!("error: cannot merge `//:0`: {message}\n");
        tool().fail(&workspace, &[], &message);
    }
    workspace.write("in.json", "[]");
    tool().fail(
        &workspace,
        &[],
        "error: cannot read `in.json`: cannot merge `nothing`: there is no layer\n",
    );
}

#[test]
fn parts_without_a_list() {
    let inputs = [
        vec![Item::file("a", "below"), Item::file("b", "")],
        vec![Item::file("a", "above")],
    ];
    let workspace = workspace(&inputs);
    tool().succeed(&workspace, &[]);
    let listed = workspace.read("out.tar");
    let tool = LayerTool::new(PROGRAM, &["merge", "--compression=none"]);
    let [below, above] = [
        r#"--input={"file":"0.tar.gz","name":"//:0"}"#,
        r#"--input={"file":"1.tar","name":"//:1"}"#,
    ];
    tool.succeed(&workspace, &[below, above]);
    assert_eq!(workspace.read("out.tar"), listed);
    tool.succeed(&workspace, &[above, below]);
    assert_ne!(workspace.read("out.tar"), listed);

    let read = "error: cannot read `--input`: cannot";
    for (options, message) in [
        (
            &[][..],
            format!("{read} merge `nothing`: there is no layer\n"),
        ),
        (
            &[below, r#"--input={"file":"1.tar"}"#],
            format!("{read} read `part`: missing field `name` at line 1 column 16\n"),
        ),
    ] {
        tool.fail(&workspace, options, &message);
    }
}

#[test]
fn files_of_a_part_that_are_too_large() {
    let workspace = workspace(&[vec![Item::file("a", "")]]);
    for (key, value, most) in [
        ("metadata", r#""large""#, 4 << 20),
        ("details", r#"["large"]"#, 64 << 20),
    ] {
        let listed = format!(r#"[{{"file":"0.tar.gz","name":"//:0","{key}":{value}}}]"#);
        workspace.write("in.json", listed);
        let large = File::create(workspace.path("large")).unwrap();
        large.set_len(most + 1).unwrap();
        let message = format!(
            "error: cannot read `large`: it has {} bytes, at most {most} are read\n",
            most + 1
        );
        let outcome = tool().run(&workspace, &[]);
        assert_eq!((outcome.code, outcome.stderr), (1, message));
    }
}
