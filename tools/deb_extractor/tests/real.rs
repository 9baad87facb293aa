//! Comparison with dpkg-deb on real packages. Ignored by default: `REAL_DEBS=DIRECTORY cargo test -p deb_extractor --
//! --ignored`.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use testkit::{tar_of, LayerTool, Workspace};

fn tool() -> LayerTool {
    LayerTool::new(env!("CARGO_BIN_EXE_deb_extractor"), &["--deb=in.deb"])
}

fn packages() -> Vec<PathBuf> {
    let directory = std::env::var("REAL_DEBS").unwrap();
    let files = fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .collect()
}

/// The lines of a tar listing in the form of a layer: `./usr/` becomes `usr/`, also in targets of hard links, and the
/// root is left out.
fn canonical(listing: &str) -> String {
    let mut text = String::new();
    for line in listing.lines().filter(|line| !line.starts_with("./ ")) {
        let line = line.strip_prefix("./").unwrap_or(line);
        let line = if line.contains(" 1 0") {
            line.replace(" -> ./", " -> ")
        } else {
            line.to_owned()
        };
        text += &(line + "\n");
    }
    text
}

#[test]
#[ignore = "needs dpkg-deb and a directory of packages, REAL_DEBS"]
fn the_same_entries_as_dpkg_deb() {
    for path in packages() {
        let workspace = Workspace::new();
        fs::copy(&path, workspace.path("in.deb")).unwrap();
        tool().succeed(&workspace, &["--compression=none"]);
        let output = Command::new("dpkg-deb")
            .arg("--fsys-tarfile")
            .arg(&path)
            .output()
            .unwrap();
        let expected = canonical(&tar_of(&output.stdout));
        let found = tar_of(&workspace.read("out.tar"));
        assert!(found.starts_with(&expected), "{}", path.display());
        let rest = &found[expected.len()..];
        assert!(rest.lines().all(|line| line.starts_with("var/")), "{rest}");
    }
}

#[test]
#[ignore = "needs dpkg-deb and a directory of packages, REAL_DEBS"]
fn the_same_files_as_dpkg_deb() {
    for path in packages() {
        let workspace = Workspace::new();
        fs::copy(&path, workspace.path("in.deb")).unwrap();
        tool().succeed(&workspace, &[]);
        for directory in ["theirs", "ours"] {
            fs::create_dir(workspace.path(directory)).unwrap();
        }
        let run = |program: &str, words: &[&str]| {
            let outcome = workspace.run(program, words);
            assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        };
        run("/usr/bin/dpkg-deb", &["-x", "in.deb", "theirs"]);
        run("/bin/tar", &["-xzpf", "out.tar", "-C", "ours"]);
        let status = workspace.path("ours/var/lib/dpkg/status.d");
        assert!((1..=2).contains(&fs::read_dir(&status).unwrap().count()));
        fs::remove_dir_all(&status).unwrap();
        let words = ["-r", "--no-dereference", "theirs", "ours"];
        let outcome = workspace.run("/usr/bin/diff", words);
        let lines = outcome.stdout.lines();
        let lines: Vec<_> = lines
            .filter(|line| !line.starts_with("Only in ours"))
            .collect();
        assert_eq!(lines, Vec::<&str>::new(), "{}", path.display());
    }
}
