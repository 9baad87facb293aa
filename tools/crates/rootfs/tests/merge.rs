//! The merged root of several layers.

#![allow(clippy::unwrap_used)]

mod support;

use rootfs::{ImageExt, Reason};
use serde_json::json;
use support::{listing, Layout};
use testkit::{tar, Item};

fn merged(layers: &[&[Item]]) -> String {
    let root = Layout::of(".gz", layers).root();
    assert_eq!(root.problems(), [""; 0]);
    listing(&root)
}

fn problems(layers: &[&[Item]]) -> (String, Vec<String>) {
    let layout = Layout::of("", layers);
    let image = layout.open();
    let root = image.read(&mut []).unwrap();
    let problems = root.problems().iter().map(|line| {
        let mut line = line.clone();
        for (number, layer) in image.layers().iter().enumerate() {
            line = line.replace(&layer.name, &format!("LAYER{number}"));
        }
        line
    });
    (listing(&root), problems.collect())
}

#[test]
fn entries_of_every_kind() {
    let lower = [
        Item::directory("./").mode(0o700).owner(7, 8),
        Item::directory("./etc/").mode(0o750),
        Item::file("./etc/passwd", "root").mode(0o640).owner(0, 42),
        Item::symlink("./bin", "usr/bin"),
        Item::file("usr/bin/su", "#!").mode(0o4755),
        Item::hardlink("usr/bin/sudo", "/usr/bin/su"),
        Item::new(b'6', "run/pipe").mode(0o600),
        Item::new(b'3', "dev/null").mode(0o666),
        Item::file("/absolute/name", "x"),
        Item::file(b"bytes\xff", "y"),
    ];
    assert_eq!(
        merged(&[&lower]),
        "\
0 0755 absolute directory
0 0644 absolute/name file 1
0 0777 bin -> usr/bin
0 0644 bytes\\xff file 1
0 0755 dev directory
0 0666 dev/null device false 0:0
0 0750 etc directory
0 0640 0:42 etc/passwd file 4
0 0755 run directory
0 0600 run/pipe fifo
0 0755 usr directory
0 0755 usr/bin directory
0 4755 usr/bin/su file 2
0 4755 usr/bin/sudo file 2
"
    );
    let root = Layout::of("", &[&lower]).root();
    let node = root.get("/").unwrap();
    assert_eq!((node.mode, node.uid, node.gid), (0o700, 7, 8));
    let inode = |path| root.get(path).unwrap().inode;
    assert_eq!(inode("usr/bin/su"), inode("usr/bin/sudo"));
    assert_eq!(inode("usr"), None);
}

#[test]
fn whiteouts_hide_lower_layers_only() {
    let lower = [
        Item::file("a", "1"),
        Item::file("a-b", "1"),
        Item::file("d/x", "1"),
        Item::file("d/y/z", "1"),
        Item::file("o/x", "1"),
        Item::file("o/y/z", "1"),
        Item::file("stays/x", "1"),
    ];
    let upper = [
        Item::file(".wh.a", ""),
        Item::file("d/y/new", "22"),
        Item::file(".wh.d", ""),
        // An opaque whiteout hides lower entries in any order.
        Item::file("o/new", "22"),
        Item::file("o/.wh..wh..opq", ""),
        Item::file("o/y/later", "22"),
        Item::file(".wh..wh.plnk", ""),
        Item::file("stays/.wh.missing", ""),
        Item::file("nowhere/.wh.missing", ""),
        Item::file("same", "22"),
        Item::file(".wh.same", ""),
    ];
    let expected = "\
0 0644 a-b file 1
1 0755 d directory
1 0755 d/y directory
1 0644 d/y/new file 2
0 0755 o directory
1 0644 o/new file 2
1 0755 o/y directory
1 0644 o/y/later file 2
1 0644 same file 2
0 0755 stays directory
0 0644 stays/x file 1
";
    assert_eq!(merged(&[&lower, &upper]), expected);
    let last = [Item::file(".wh..wh..opq", ""), Item::file("only", "")];
    assert_eq!(merged(&[&lower, &upper, &last]), "2 0644 only file 0\n");
}

/// A directory replaces a link and is opaque. The files below the target of the link do not become its children.
#[test]
fn an_opaque_marker_below_a_link() {
    let lower = [
        Item::file("target/keep", "1"),
        Item::file("target/sub/keep", "1"),
        Item::symlink("link", "/target"),
    ];
    let (directory, opaque) = (Item::directory("link"), Item::file("link/.wh..wh..opq", ""));
    let new = Item::file("link/new", "22");
    let expected = "\
1 0755 link directory
1 0644 link/new file 2
0 0755 target directory
0 0644 target/keep file 1
0 0755 target/sub directory
0 0644 target/sub/keep file 1
";
    for upper in [
        vec![directory.clone(), opaque.clone(), new.clone()],
        vec![opaque.clone(), directory.clone(), new.clone()],
        vec![directory.clone(), new.clone(), opaque.clone()],
        vec![opaque.clone(), new.clone()],
        vec![Item::file(".wh.link", ""), directory.clone(), new.clone()],
        vec![directory, new.clone(), Item::file(".wh.link", "")],
    ] {
        assert_eq!(merged(&[&lower, &upper]), expected, "{upper:?}");
    }
    // The link is in the middle of the path.
    let upper = [
        Item::file("link/sub/.wh..wh..opq", ""),
        Item::file("link/sub/new", "22"),
    ];
    let expected = "\
1 0755 link directory
1 0755 link/sub directory
1 0644 link/sub/new file 2
0 0755 target directory
0 0644 target/keep file 1
0 0755 target/sub directory
0 0644 target/sub/keep file 1
";
    assert_eq!(merged(&[&lower, &upper]), expected);
    // A link of the same layer is followed.
    let upper = [
        Item::symlink("other", "target"),
        Item::file("other/.wh..wh..opq", ""),
    ];
    let expected = "\
0 0777 link -> /target
1 0777 other -> target
0 0755 target directory
";
    assert_eq!(merged(&[&lower, &upper]), expected);
}

/// A repeated whiteout hides no more files: searching again for each one would take hours.
#[test]
fn many_opaque_whiteouts_are_fast() {
    let names: Vec<_> = (0..6000).map(|number| format!("d/{number}")).collect();
    let mut items: Vec<_> = names.iter().map(|name| Item::file(name, "")).collect();
    items.extend((0..6000).map(|_| Item::file("d/.wh..wh..opq", "")));
    let root = Layout::of(".gz", &[&items]).open().read(&mut []).unwrap();
    assert_eq!(
        root.iter()
            .filter(|(path, _)| path.starts_with("d/"))
            .count(),
        6000
    );
}

#[test]
fn kinds_replace_each_other() {
    let lower = [
        Item::file("folder/x/y", ""),
        Item::file("folder-2", ""),
        Item::symlink("link", "folder"),
        Item::file("file", ""),
        Item::directory("kept").mode(0o700).owner(1, 1),
        Item::file("kept/x", ""),
    ];
    let upper = [
        Item::symlink("folder", "kept"),
        Item::directory("link"),
        Item::file("link/x", ""),
        Item::directory("file"),
        Item::directory("kept").mode(0o755),
        Item::file("kept/x", "again").owner(5, 5),
    ];
    assert_eq!(
        merged(&[&lower, &upper]),
        "\
1 0755 file directory
1 0777 folder -> kept
0 0644 folder-2 file 0
1 0755 kept directory
1 0644 5:5 kept/x file 5
1 0755 link directory
1 0644 link/x file 0
"
    );
}

#[test]
fn links_of_the_same_layer_are_followed() {
    let lower = [Item::directory("usr/lib"), Item::file("usr/lib/old", "")];
    let upper = [
        Item::symlink("lib", "usr/lib"),
        Item::symlink("deep", "../../../lib/."),
        Item::symlink("top", "/"),
        Item::file("lib/x", "1"),
        Item::file("deep/y/z", "1"),
        Item::file("top/w", "1"),
        Item::file("lib/.wh.old", ""),
        Item::hardlink("lib/hard", "deep/x"),
    ];
    assert_eq!(
        merged(&[&lower, &upper]),
        "\
1 0777 deep -> ../../../lib/.
1 0777 lib -> usr/lib
1 0777 top -> /
0 0755 usr directory
0 0755 usr/lib directory
1 0644 usr/lib/hard file 1
1 0644 usr/lib/x file 1
1 0755 usr/lib/y directory
1 0644 usr/lib/y/z file 1
1 0644 w file 1
"
    );
}

/// As Docker's `overlay2` has it: a layer is unpacked by itself, so what it has below the name of a lower layer's link or file
/// covers that.
#[test]
fn entries_below_a_link_of_a_lower_layer_replace_the_link() {
    let lower = [
        Item::file("target/keep", "1"),
        Item::symlink("link", "target"),
        Item::symlink("dangling", "nowhere"),
        Item::symlink("loop", "loop"),
        Item::file("file", "1"),
    ];
    let kept = "0 0755 target directory\n0 0644 target/keep file 1\n";
    let rest = "0 0777 dangling -> nowhere\n0 0644 file file 1\n";
    for (item, link) in [
        (Item::file("link/.wh.keep", ""), ""),
        (Item::file("link/.wh.x", ""), ""),
        (Item::file("link/new", "22"), "1 0644 link/new file 2\n"),
        (Item::directory("link/new"), "1 0755 link/new directory\n"),
        (Item::symlink("link/new", "x"), "1 0777 link/new -> x\n"),
        (
            Item::hardlink("link/new", "target/keep"),
            "1 0644 link/new file 1\n",
        ),
    ] {
        let expected = format!("{rest}1 0755 link directory\n{link}0 0777 loop -> loop\n{kept}");
        assert_eq!(
            merged(&[&lower, std::slice::from_ref(&item)]),
            expected,
            "{item:?}"
        );
    }
    let upper = ["dangling/a", "loop/.wh.a", "file/a"].map(|name| Item::file(name, "22"));
    let expected = "\
1 0755 dangling directory
1 0644 dangling/a file 2
1 0755 file directory
1 0644 file/a file 2
0 0777 link -> target
1 0755 loop directory
";
    assert_eq!(merged(&[&lower, &upper]), format!("{expected}{kept}"));
}

#[test]
fn hard_links_keep_the_file_that_they_named() {
    let lower = [Item::file("a", "first").mode(0o600)];
    let upper = [
        Item::hardlink("b", "./a"),
        Item::file("a", "second one"),
        Item::file(".wh.a", ""),
    ];
    let root = Layout::of("", &[&lower, &upper]).root();
    assert_eq!(listing(&root), "1 0644 a file 10\n1 0600 b file 5\n");
    let inode = root.get("b").unwrap().inode.unwrap();
    assert_eq!((inode.layer, inode.entry), (0, 0));
}

#[test]
fn impossible_entries_are_left_out_and_reported() {
    let lower = [Item::directory("folder")];
    let hostile = [
        Item::file("file", ""),
        Item::symlink("dangling", "/nowhere"),
        Item::symlink("loop", "loop"),
        Item::file("../up", ""),
        Item::file("a/../../up", ""),
        Item::file("", ""),
        Item::file("x".repeat(256), ""),
        Item::file("file/below", ""),
        Item::file("dangling/below", ""),
        Item::file("loop/below", ""),
        Item::hardlink("h1", "missing"),
        Item::hardlink("h2", "folder"),
        Item::hardlink("h3", "../../etc/shadow"),
        Item::hardlink("file", "file"),
        Item::symlink("s", ""),
        Item::new(b'V', "volume"),
        Item::file("./", ""),
        Item::file(".wh.", ""),
        Item::file("folder/.wh...", ""),
    ];
    let (root, problems) = problems(&[&lower, &hostile]);
    assert_eq!(
        root,
        "\
1 0777 dangling -> /nowhere
1 0644 file file 0
0 0755 folder directory
1 0777 loop -> loop
"
    );
    let expected = [
        "`../up` of layer `LAYER1`: its name contains `..`",
        "`a/../../up` of layer `LAYER1`: its name contains `..`",
        "`` of layer `LAYER1`: its name is empty",
        "its name contains a part of more than 255 bytes",
        "`file/below` of layer `LAYER1`: its parent `file` is a file",
        "`dangling/below` of layer `LAYER1`: its parent `dangling` cannot be resolved: `/nowhere` does not exist (`/dangling` links to `/nowhere`)",
        "`loop/below` of layer `LAYER1`: its parent `loop` cannot be resolved: `/loop` is part of a loop of links (`/loop` links to `loop`)",
        "`h1` of layer `LAYER1`: it is a hard link to `missing`, which does not exist",
        "`h2` of layer `LAYER1`: it is a hard link to `folder`, which is a directory",
        "`h3` of layer `LAYER1`: its target's name contains `..`",
        "`file` of layer `LAYER1`: it is a hard link to itself",
        "`s` of layer `LAYER1`: its target is empty",
        "`volume` of layer `LAYER1`: tar entries of type `V` are not supported",
        "`./` of layer `LAYER1`: it is the root, but not a directory",
        "`.wh.` of layer `LAYER1`: it is a whiteout of no name",
        "`folder/.wh...` of layer `LAYER1`: it is a whiteout of no name",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.ends_with(expected), "{problem}\n{expected}");
    }
}

#[test]
fn links_are_followed_inside_the_root() {
    let root = Layout::of(
        ".zst",
        &[&[
            Item::file("usr/bin/dash", "x"),
            Item::symlink("usr/bin/sh", "dash"),
            Item::symlink("bin", "usr/bin"),
            Item::symlink("outside", "../../../../bin/sh"),
            Item::symlink("dangling", "usr/./missing/file"),
            Item::symlink("a", "b"),
            Item::symlink("b", "a"),
            Item::symlink("through", "usr/bin/dash/x"),
            Item::symlink("folder", "usr/bin/"),
        ]],
    )
    .root();
    for path in [
        "/bin/sh",
        "bin//sh",
        "outside",
        "./x/../folder/./sh",
        "../bin/dash",
    ] {
        if path.starts_with("./x") {
            assert!(root.resolve(path).is_err())
        } else {
            assert_eq!(root.resolve(path).unwrap().0, "usr/bin/dash", "{path}")
        }
    }
    assert_eq!(root.resolve("/").unwrap().0, "");
    assert_eq!(root.resolve("folder/..").unwrap().0, "usr");
    assert!(root.get("x/../bin").is_some());
    for (path, reason, text) in [
        ("/none", Reason::Missing, "`/none` does not exist"),
        (
            "dangling",
            Reason::Missing,
            "`/usr/missing` does not exist (`/dangling` links to `usr/./missing/file`)",
        ),
        (
            "a",
            Reason::Loop,
            "`/a` is part of a loop of links (`/b` links to `a`)",
        ),
        (
            "through",
            Reason::NotADirectory,
            "`/usr/bin/dash` is not a directory (`/through` links to `usr/bin/dash/x`)",
        ),
    ] {
        let error = root.resolve(path).unwrap_err();
        assert_eq!((error.reason, error.to_string().as_str()), (reason, text));
    }
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let mut items = vec![Item::file("l0", "")];
    items.extend((1..=41).map(|n| Item::symlink(format!("l{n}"), format!("l{}", n - 1))));
    let root = Layout::of("", &[&items]).root();
    assert_eq!(root.resolve("l40").unwrap().0, "l0");
    assert_eq!(root.resolve("l41").unwrap_err().reason, Reason::Loop);
}

/// The table of contents of eStargz describes the blob; without the annotation, a file of this name is an ordinary
/// file.
#[test]
fn the_table_of_a_seekable_layer_is_no_file() {
    let items = [Item::file("a", ""), Item::file("stargz.index.json", "{}")];
    for (annotations, expected) in [
        (
            json!({}),
            "0 0644 a file 0\n0 0644 stargz.index.json file 2\n",
        ),
        (
            json!({"containerd.io/snapshot/stargz/toc.digest": "sha256:00"}),
            "0 0644 a file 0\n",
        ),
    ] {
        let layout = Layout::new();
        let (mut descriptor, id) = layout.layer(".gz", &tar(&items));
        descriptor["annotations"] = annotations;
        let entry = layout.image("amd64", vec![(descriptor, id)]);
        assert_eq!(listing(&layout.add(entry).root()), expected);
    }
}
