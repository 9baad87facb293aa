//! Unusual packages that dpkg can unpack: the layer must have the result of `dpkg --unpack`.
//!
//! The expected trees are results of dpkg 1.21.22. If the tests run as root and dpkg is installed, they also run dpkg.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use testkit::{tar_of, Deb, Item, LayerTool, Workspace};

const SUM: &str = "d41d8cd98f00b204e9800998ecf8427e";

fn layer(deb: &Deb, more: &[&str]) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("in.deb", deb.build());
    let tool = LayerTool::new(
        env!("CARGO_BIN_EXE_deb_extractor"),
        &["--deb=in.deb", "--compression=none"],
    );
    tool.succeed(&workspace, more);
    workspace
}

/// The entries of a layer except status.d: `PATH TYPE MODE OWNER`, then the size of a file, or `= PATH` for a hard
/// link.
fn tree(layer: &Workspace) -> String {
    let text = tar_of(&layer.read("out.tar"));
    let lines = text.lines().filter(|line| !line.starts_with("var/"));
    let mut lines: Vec<String> = lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let (path, facts) = (words[0].trim_end_matches('/'), words[2..4].join(" "));
            match words[1] {
                "5" => format!("{path} directory {facts}"),
                "1" => format!("{path} file {facts} = {}", words[7]),
                "2" => format!("{path} link -> {}", words[7]),
                _ => format!("{path} file {facts} {}", words[5]),
            }
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn dir(name: &str) -> Item {
    Item::directory(name)
}

fn file(name: &str, content: &str) -> Item {
    Item::file(name, content)
}

fn cases() -> Vec<(Vec<Item>, &'static str)> {
    vec![
        // Each file is preceded by duplicate entries of its directories with other times.
        (
            vec![
                dir("usr").mtime(1),
                file("usr/a", "x"),
                dir("usr").mtime(2),
                file("usr/b", "x"),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 1\nusr/b file 0644 0:0 1",
        ),
        (
            vec![
                dir("usr"),
                file("usr/a", "x"),
                dir("usr").mode(0o775).owner(7, 8),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 1",
        ),
        // The later file remains, with its mode.
        (
            vec![
                dir("usr"),
                file("usr/a", "one").mode(0o755),
                file("usr/a", "second").mode(0o600),
            ],
            "usr directory 0755 0:0\nusr/a file 0600 0:0 6",
        ),
        (
            vec![dir("usr"), file("usr/a", "one"), file("usr/a", "one")],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 3",
        ),
        (
            vec![
                dir("usr"),
                dir("usr").mode(0o711),
                file("usr/a", "1"),
                file("usr/a", "12"),
                dir("usr").mode(0o700),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 2",
        ),
        // A hard link refers to the file that existed before it.
        (
            vec![
                dir("usr"),
                file("usr/a", "1"),
                Item::hardlink("usr/b", "./usr/a"),
                file("usr/a", "12"),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 2\nusr/b file 0644 0:0 1",
        ),
        (
            vec![
                dir("usr"),
                file("usr/a", "1"),
                file("usr/a", "12"),
                Item::hardlink("usr/b", "usr/a"),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 2\nusr/b file 0644 0:0 = usr/a",
        ),
        (
            vec![
                dir("usr"),
                file("usr/a", "1"),
                file("usr/b", "12"),
                Item::hardlink("usr/b", "usr/a"),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 1\nusr/b file 0644 0:0 = usr/a",
        ),
        // The entry of a hard link sets mode and owner.
        (
            vec![
                dir("usr"),
                file("usr/a", "1").mode(0o4755),
                Item::hardlink("usr/b", "usr/a").mode(0o711).owner(7, 8),
            ],
            "usr directory 0755 0:0\nusr/a file 0711 7:8 1\nusr/b file 0711 7:8 = usr/a",
        ),
        (
            vec![
                dir("usr"),
                file("usr/a", "1").mode(0o755),
                Item::hardlink("usr/b", "usr/a").mode(0o711),
                file("usr/a", "12"),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 2\nusr/b file 0711 0:0 1",
        ),
        // Slashes before a name are removed, and only files have content.
        (
            vec![
                dir("/"),
                dir("/usr/"),
                file("//usr/a", "1"),
                Item::hardlink("/usr/b", "/usr/a").claiming(1),
                dir("usr/c").claiming(4096),
                Item::symlink("/usr/d", "/usr/a").claiming(6),
            ],
            "usr directory 0755 0:0\nusr/a file 0644 0:0 1\nusr/b file 0644 0:0 = usr/a\nusr/c directory 0755 0:0\nusr/d link -> /usr/a",
        ),
        // The same for symbolic links.
        (
            vec![
                dir("usr"),
                Item::symlink("usr/a", "b"),
                Item::symlink("usr/a", "c"),
            ],
            "usr directory 0755 0:0\nusr/a link -> c",
        ),
        (
            vec![dir("usr"), file("usr/a", "1"), Item::symlink("usr/a", "b")],
            "usr directory 0755 0:0\nusr/a link -> b",
        ),
    ]
}

#[test]
fn repeated_entries() {
    for (items, expected) in cases() {
        let layer = layer(&Deb::new().items(&items), &[]);
        assert_eq!(tree(&layer), expected, "{items:?}");
    }
}

#[test]
fn dpkg_agrees() {
    let root = fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0);
    if !root || Command::new("dpkg").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no dpkg, or the test is not root's");
        return;
    }
    for (items, expected) in cases() {
        let workspace = Workspace::new();
        let deb = Deb::new().compression(".gz").items(&items);
        workspace.write("in.deb", deb.build());
        fs::create_dir_all(workspace.path("root/var/lib/dpkg/info")).unwrap();
        fs::create_dir_all(workspace.path("root/var/lib/dpkg/updates")).unwrap();
        workspace.write("root/var/lib/dpkg/status", "");
        let unpacked = Command::new("dpkg")
            .arg(format!("--root={}", workspace.path("root").display()))
            .args([
                "--force-not-root",
                "--force-depends",
                "--force-architecture",
                "--log=/dev/null",
            ])
            .args(["--force-script-chrootless", "--force-bad-path", "--unpack"])
            .arg(workspace.path("in.deb"))
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&unpacked.stderr);
        assert!(unpacked.status.success(), "{message}");
        let mut lines = Vec::new();
        walk(&workspace.path("root"), "usr", &mut lines);
        lines.sort();
        assert_eq!(lines.join("\n"), expected, "{items:?}");
    }
}

fn walk(root: &Path, path: &str, lines: &mut Vec<String>) {
    let full = root.join(path);
    let facts = fs::symlink_metadata(&full).unwrap();
    let owner = format!(
        "{:04o} {}:{}",
        facts.mode() & 0o7777,
        facts.uid(),
        facts.gid()
    );
    if facts.is_symlink() {
        let target = fs::read_link(&full).unwrap();
        lines.push(format!("{path} link -> {}", target.display()));
    } else if facts.is_dir() {
        lines.push(format!("{path} directory {owner}"));
        let mut names: Vec<_> = fs::read_dir(&full)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        for name in names {
            walk(root, &format!("{path}/{}", name.to_string_lossy()), lines);
        }
    } else {
        let first = format!("{root}/usr/a", root = root.display());
        let same =
            path != "usr/a" && fs::metadata(first).is_ok_and(|first| first.ino() == facts.ino());
        lines.push(if same {
            format!("{path} file {owner} = usr/a")
        } else {
            format!("{path} file {owner} {}", facts.len())
        });
    }
}

#[test]
fn hard_links_to_files_that_are_left_out() {
    let same = |item: Item| item.mode(0o4755).owner(1, 2);
    let deb = Deb::new()
        .item(dir("usr"))
        .item(dir("usr/bin").mode(0o711))
        .item(same(file("usr/bin/a", "content")))
        .item(same(Item::hardlink("usr/bin/b", "usr/bin/a")))
        .item(same(Item::hardlink("usr/bin/c", "usr/bin/b")))
        .item(file("usr/d", "other"));
    for (include, expected) in [
        (&["usr/bin/b"][..], "usr/bin/b file 4755 1:2 7"),
        (&["usr/bin/c"], "usr/bin/c file 4755 1:2 7"),
        (
            &["usr/bin/c", "usr/bin/b"],
            "usr/bin/b file 4755 1:2 7\nusr/bin/c file 4755 1:2 = usr/bin/b",
        ),
        (
            &["usr/bin/a", "usr/bin/c"],
            "usr/bin/a file 4755 1:2 7\nusr/bin/c file 4755 1:2 = usr/bin/a",
        ),
    ] {
        let options: Vec<_> = include
            .iter()
            .map(|path| format!("--include={path}"))
            .collect();
        let options: Vec<_> = options.iter().map(String::as_str).collect();
        let expected = format!("usr directory 0755 0:0\nusr/bin directory 0711 0:0\n{expected}");
        assert_eq!(tree(&layer(&deb, &options)), expected, "{include:?}");
    }
}

#[test]
fn forms_of_md5sums() {
    for (written, expected) in [
        (format!("{SUM}  ./usr/a\n"), format!("{SUM}  usr/a\n")),
        (format!("{SUM}  /usr/a\n"), format!("{SUM}  usr/a\n")),
        (format!("{SUM}  usr/a\n\n"), format!("{SUM}  usr/a\n")),
        (format!("{SUM}  usr/a\r\n"), format!("{SUM}  usr/a\n")),
        (format!("{SUM} usr/a\n"), format!("{SUM}  usr/a\n")),
        (
            format!("{SUM}  usr/a{SUM}  usr/b\n"),
            format!("{SUM}  usr/a\n{SUM}  usr/b\n"),
        ),
        ("no sums at all\n".to_owned(), String::new()),
        (format!("{SUM}  usr/a\n"), format!("{SUM}  usr/a\n")),
    ] {
        let deb = Deb::new()
            .control_item(file("./md5sums", &written))
            .items(&[dir("usr"), file("usr/a", "")]);
        let layer = layer(&deb, &[]);
        let text = String::from_utf8(layer.read("out.tar")).unwrap();
        let (_, list) = text.split_once("hello.md5sums").unwrap();
        let found =
            list[512 - "var/lib/dpkg/status.d/hello.md5sums".len()..].trim_end_matches('\0');
        assert!(
            found.starts_with(&expected) || expected.is_empty(),
            "{written:?}: {found:?}"
        );
        let size = format!("hello.md5sums 0 0644 0:0 1000000000 {}\n", expected.len());
        assert!(
            tar_of(&layer.read("out.tar")).contains(&size),
            "{written:?}"
        );
    }
}
