//! Verdicts and messages for a small image.

use blob::Digest;
use rootfs::{Image, ImageExt};
use serde_json::json;
use testkit::{tar, Item, Workspace};

use super::Structure;
use crate::config::Config;
use crate::outcome::{Outcome, Verdict};

/// An image of two layers, as `docker save` writes it.
fn image(workspace: &Workspace, more: &[Item]) -> Image {
    let mut lower = vec![
        Item::directory("etc/"),
        Item::directory("tmp/").mode(0o1777),
        Item::file("etc/passwd", "root:x:0:0\nnobody:x:1\n"),
        Item::file("etc/shadow", "s").mode(0o640).owner(0, 42),
        Item::file("usr/bin/dash", "\u{7f}ELF").mode(0o755),
        Item::file("usr/bin/su", "x").mode(0o4755),
        Item::symlink("usr/bin/sh", "dash").mode(0o644),
        Item::symlink("bin", "usr/bin"),
        Item::symlink("dangling", "/nowhere"),
        Item::new(b'3', "null").mode(0o666),
        Item::file("gone", ""),
        Item::file("binary", b"\xff\xfe end"),
        Item::file("long", "x".repeat(300)),
        Item::file("usr/share/doc/a/copyright", "MIT, not agpl"),
        Item::file("usr/share/doc/b/copyright", "MIT"),
        Item::symlink("usr/share/doc/c/copyright", "../b/copyright"),
        Item::symlink("usr/share/doc/d", "a"),
        Item::file("usr/share/doc/libgnutls30/copyright", "AGPL"),
        Item::directory("usr/share/doc/none"),
    ];
    lower.extend_from_slice(more);
    let (lower, upper) = (tar(&lower), tar(&[Item::file(".wh.gone", "")]));
    let ids = [&lower, &upper].map(|layer| Digest::of(layer).to_string());
    let config = json!({
        "architecture": "amd64", "os": "linux",
        "config": {
            "Env": ["PATH=/usr/bin", "DIR=etc", "EMPTY="],
            "Entrypoint": ["/bin/sh"],
            "Cmd": ["-c", "true"],
            "ExposedPorts": {"80/tcp": {}},
            "Volumes": {"/data": {}},
            "WorkingDir": "/w",
            "User": "nobody",
            "Labels": {"version": "1.2.3"},
        },
        "rootfs": {"type": "layers", "diff_ids": ids},
    });
    let manifest = json!([{"Config": "c.json", "Layers": ["lower.tar", "upper.tar"]}]);
    let members = [
        Item::file("c.json", config.to_string()),
        Item::file("lower.tar", lower),
        Item::file("upper.tar", upper),
        Item::file("manifest.json", manifest.to_string()),
    ];
    workspace.write("image.tar", tar(&members));
    Image::open(&workspace.path("image.tar"), None).unwrap()
}

fn outcomes(configs: &[Config], more: &[Item]) -> Vec<Outcome> {
    let workspace = Workspace::new();
    let image = image(&workspace, more);
    let mut structure = Structure::new(&image, configs);
    let root = image.read(&mut [&mut structure]).unwrap();
    structure.outcomes(&root).unwrap()
}

/// One line for each test, with its problems below.
fn report(yaml: &str) -> String {
    let yaml = format!("schemaVersion: 2.0.0\n{yaml}");
    let config = Config::parse("test.yaml", yaml.as_bytes()).unwrap();
    let outcomes = outcomes(&[config], &[]);
    let line = |outcome: &Outcome| match &outcome.verdict {
        Verdict::Failed(problems) => format!("{}\n  {}\n", outcome.name, problems.join("\n  ")),
        verdict => format!("{} {verdict:?}\n", outcome.name),
    };
    outcomes.iter().map(line).collect()
}

#[test]
fn existence() {
    let report = report(
        "
fileExistenceTests:
- {name: all, path: /etc/shadow, permissions: '-rw-r-----', uid: 0, gid: 42}
- {name: nothing, path: /etc/shadow, permissions: '-rw-r--r--', uid: 7, gid: 8, isExecutableBy: any}
- {name: link, path: /bin/sh, permissions: 'Lrwxrwxrwx', isExecutableBy: other}
- {name: not the target, path: /bin/sh, permissions: '-rwxr-xr-x'}
- {name: set-uid, path: bin/su, permissions: 'urwxr-xr-x', isExecutableBy: owner}
- {name: sticky, path: /tmp/, permissions: 'dtrwxrwxrwx', isExecutableBy: group}
- {name: device, path: /null, permissions: 'Dcrw-rw-rw-'}
- {name: dangling, path: /dangling}
- {name: below dangling, path: /dangling/x}
- {name: below a file, path: /etc/passwd/x}
- {name: gone, path: /gone}
- {name: gone too, path: /gone, shouldExist: false, permissions: '-rw-r--r--'}
- {name: there, path: /etc/../etc/passwd, shouldExist: false}
- {name: variable, path: /$DIR/passwd}
- {name: empty variable, path: '/${EMPTY}none'}
- {name: root, path: /, permissions: 'drwxr-xr-x'}
",
    );
    assert_eq!(
        report,
        "\
File Existence Test: all Passed
File Existence Test: nothing
  `/etc/shadow`: expected permissions `-rw-r--r--`, found `-rw-r-----`
  `/etc/shadow`: expected to be executable by anyone, found `-rw-r-----`
  `/etc/shadow`: expected uid 7, found 0
  `/etc/shadow`: expected gid 8, found 42
File Existence Test: link Passed
File Existence Test: not the target
  `/bin/sh`: expected permissions `-rwxr-xr-x`, found `Lrwxrwxrwx`
File Existence Test: set-uid Passed
File Existence Test: sticky Passed
File Existence Test: device Passed
File Existence Test: dangling Passed
File Existence Test: below dangling
  `/dangling/x` should exist: `/nowhere` does not exist (`/dangling` links to `/nowhere`)
File Existence Test: below a file
  `/etc/passwd/x` should exist: `/etc/passwd` is a file
File Existence Test: gone
  `/gone` should exist: `/gone` does not exist
File Existence Test: gone too Passed
File Existence Test: there
  `/etc/../etc/passwd` should not exist, but is a file
File Existence Test: variable Passed
File Existence Test: empty variable
  `/none` (`/${EMPTY}none`) should exist: `/none` does not exist
File Existence Test: root Passed
"
    );
}

#[test]
fn contents() {
    let report = report(
        "
fileContentTests:
- {name: lines, path: /etc/passwd, expectedContents: ['^root', '(?m)^nobody', ':0\\n'], excludedContents: ['(?m)^user']}
- {name: one text, path: /etc/passwd, expectedContents: ['^nobody'], excludedContents: [nobody, 'x.*x']}
- {name: through links, path: /bin/sh, expectedContents: [ELF]}
- {name: bytes, path: binary, expectedContents: [end$], excludedContents: ['^ end']}
- {name: long, path: /long, expectedContents: [y]}
- {name: directory, path: /etc, excludedContents: [y]}
- {name: nowhere, path: /dangling, excludedContents: [y]}
- {name: gone, path: /gone, excludedContents: [y]}
- {name: as written, path: /$DIR/passwd, expectedContents: [root]}
",
    );
    assert_eq!(
        report,
        format!(
            "\
File Content Test: lines Passed
File Content Test: one text
  `/etc/passwd` does not match `^nobody`: it is `root:x:0:0\\nnobody:x:1\\n`
  `/etc/passwd` matches `nobody`, which is excluded: it is `root:x:0:0\\nnobody:x:1\\n`
File Content Test: through links Passed
File Content Test: bytes Passed
File Content Test: long
  `/long` does not match `y`: its 300 bytes begin with `{}…`
File Content Test: directory
  cannot read `/etc`: `/etc` is a directory, not a file
File Content Test: nowhere
  cannot read `/dangling`: `/nowhere` does not exist (`/dangling` links to `/nowhere`)
File Content Test: gone
  cannot read `/gone`: `/gone` does not exist
File Content Test: as written
  cannot read `/$DIR/passwd`: `/$DIR` does not exist
",
            "x".repeat(200)
        )
    );
}

#[test]
fn metadata() {
    let good = report(
        "
metadataTest:
  envVars: [{key: PATH, value: /usr/bin}, {key: DIR, value: '^e.c$', isRegex: true}, {key: EMPTY, value: ''}]
  unboundEnvVars: [{key: HOME}]
  labels: [{key: version, value: '1\\.2', isRegex: true}]
  entrypoint: [/bin/sh]
  cmd: [-c, 'true']
  exposedPorts: ['80']
  unexposedPorts: ['443']
  volumes: [/data]
  unmountedVolumes: [/tmp]
  workdir: /w
  user: nobody
",
    );
    assert_eq!(good, "Metadata Test Passed\n");
    let bad = report(
        "
metadataTest:
  envVars: [{key: PATH, value: /usr}, {key: DIR, value: '^c', isRegex: true}, {key: HOME, value: ''}]
  unboundEnvVars: [{key: EMPTY}]
  labels: [{key: version, value: '2'}, {key: none, value: '2'}]
  entrypoint: []
  cmd: ['true', -c]
  exposedPorts: ['443', 80/tcp]
  unexposedPorts: ['80']
  volumes: [/data/]
  unmountedVolumes: [/data]
  workdir: /
  user: root
",
    );
    assert_eq!(
        bad,
        "\
Metadata Test
  variable `PATH`: expected `/usr`, found `/usr/bin`
  variable `DIR`: expected a match of `^c`, found `etc`
  variable `HOME` should be set, but is not
  variable `EMPTY` should not be set, but is
  label `version`: expected `2`, found `1.2.3`
  label `none` should be set, but is not
  expected entrypoint [], found [\"/bin/sh\"]
  expected cmd [\"true\", \"-c\"], found [\"-c\", \"true\"]
  expected workdir `/`, found `/w`
  expected user `root`, found `nobody`
  port `80/tcp`: ports are compared without protocol; write `80`
  port `443` should be exposed, found [\"80/tcp\"]
  port `80` should not be exposed, but is
  expected volume `/data/`, found [\"/data\"]
  volume `/data` should not exist, but does
"
    );
}

#[test]
fn licenses() {
    let report = report("licenseTests: [{debian: true}, {files: [/etc/passwd, usr/share/doc/libgnutls30/copyright, /none]}]");
    assert_eq!(
        report,
        "\
License Test #0
  package `a`: `/usr/share/doc/a/copyright` mentions AGPL
  package `none`: cannot read its license `/usr/share/doc/none/copyright`: `/usr/share/doc/none/copyright` does not exist
License Test #1
  file: `/usr/share/doc/libgnutls30/copyright` mentions AGPL
  file: cannot read its license `/none`: `/none` does not exist
"
    );
}

#[test]
fn several_files_keep_their_tests_apart() {
    let config = |name: &str, path: &str, pattern: &str| {
        let yaml = format!(
            "schemaVersion: 1.0.0\nfileContentTests: [{{name: a, path: {path}, expectedContents: [{pattern}]}}, \
             {{name: b, path: {path}, expectedContents: [zzz]}}]"
        );
        Config::parse(name, yaml.as_bytes()).unwrap()
    };
    // The second file tests a link whose target has another name, while the name of the link is that of another file.
    let configs = [
        config("1.yaml", "/etc/passwd", "root"),
        config("2.yaml", "/accounts", "other"),
    ];
    let more = [
        Item::file("other/accounts", "root"),
        Item::symlink("accounts", "other/real"),
        Item::file("other/real", "other"),
    ];
    let outcomes = outcomes(&configs, &more);
    let passed: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.suite.as_str(), outcome.verdict == Verdict::Passed))
        .collect();
    assert_eq!(
        passed,
        [
            ("1.yaml", true),
            ("1.yaml", false),
            ("2.yaml", true),
            ("2.yaml", false)
        ]
    );
}

#[test]
fn large_files_are_not_looked_into() {
    let yaml =
        "schemaVersion: 2.0.0\nfileContentTests: [{name: a, path: /big, excludedContents: [x]}]";
    let config = Config::parse("test.yaml", yaml.as_bytes()).unwrap();
    let size = (super::tested_files::MAX_CONTENT + 1) as usize;
    let outcomes = outcomes(&[config], &[Item::file("big", vec![b' '; size])]);
    assert_eq!(
        outcomes[0].verdict,
        Verdict::Failed(vec![
            "cannot read `/big`: `/big` has 33554433 bytes; the limit is 33554432".to_owned()
        ])
    );
}

#[test]
fn entries_that_cannot_be_unpacked_are_reported() {
    let yaml = "schemaVersion: 2.0.0\nfileExistenceTests: [{name: a, path: /etc/passwd}]";
    let config = || Config::parse("test.yaml", yaml.as_bytes()).unwrap();
    let odd = [Item::file("../up", ""), Item::hardlink("h", "none")];
    let outcomes = outcomes(&[config()], &odd);
    let why = "2 entries cannot be unpacked and are not tested; the first: `../up` of layer `lower.tar`: its name contains `..`";
    assert_eq!(outcomes[0].name, "Entries of the layers");
    assert_eq!(outcomes[0].verdict, Verdict::Skipped(why.to_owned()));
    assert_eq!(outcomes[1].verdict, Verdict::Passed);
}
