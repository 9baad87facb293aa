//! Layers that conflict, tested through the command line.

#![allow(clippy::unwrap_used)]

use testkit::{Outcome, Workspace};

const DIR: &str = "type=dir mode=0755 uid=0 gid=0 time=0.0";
const FILE: &str = "type=file mode=0644 uid=0 gid=0 time=0.0 size=1 sha256digest";
const LINK: &str = "type=link mode=0777 uid=0 gid=0 time=0.0 link";

/// Runs the check with layers, given as history text and content list; the first `base` of them are the base image.
fn check(workspace: &Workspace, base: usize, layers: &[(&str, &str)]) -> Outcome {
    check_with(workspace, base, &[], layers)
}

fn check_with(
    workspace: &Workspace,
    base: usize,
    more: &[&str],
    layers: &[(&str, &str)],
) -> Outcome {
    let mut arguments = vec![
        "check".to_owned(),
        "--image=//app:image".into(),
        format!("--base-layers={base}"),
        "--output=ok".into(),
    ];
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    for (index, (created_by, list)) in layers.iter().enumerate() {
        let name = created_by.rsplit(' ').next().unwrap();
        let metadata =
            format!(r#"{{"history":{{"created_by":"{created_by}"}},"name":"{name}","size":7}}"#);
        workspace.write(&format!("{index}.json"), metadata);
        workspace.write(&format!("{index}.mtree"), list);
        arguments.push(format!("--metadata={index}.json"));
        arguments.push(format!("--mtree={index}.mtree"));
    }
    workspace.run(env!("CARGO_BIN_EXE_image_inspector"), arguments)
}

fn refused(base: usize, layers: &[(&str, &str)]) -> String {
    let workspace = Workspace::new();
    let outcome = check(&workspace, base, layers);
    assert_eq!(outcome.code, 1);
    assert!(!workspace.path("ok").exists());
    let lines: Vec<_> = outcome.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", outcome.stderr);
    assert!(lines[1].starts_with("hint: leave out the layer or the package"));
    lines[0].to_owned()
}

#[test]
fn compatible_layers_pass() {
    let workspace = Workspace::new();
    let shared = format!("./usr {DIR}\n./usr/a {FILE}=aa\n");
    let outcome = check(
        &workspace,
        0,
        &[
            ("deb a 1 all", &shared),
            // An identical file does not conflict.
            ("deb b 1 all", &shared),
            // A layer that is not a package may replace files of packages.
            ("os_release", &format!("./usr {DIR}\n./usr/a {FILE}=bb\n")),
            ("link", &format!("./usr {DIR}\n./usr/a {LINK}=b\n")),
        ],
    );
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(workspace.text("ok"), "");
}

#[test]
fn a_file_of_two_packages() {
    let a = format!("./usr/a {FILE}=0123456789abcdef\n");
    for (b, found) in [
        (
            format!("./usr/a {FILE}=ff23456789abcdef\n"),
            "a file with SHA-256 ff23456789ab…, 0644 0:0",
        ),
        (
            a.replace("0644", "4755"),
            "a file with SHA-256 0123456789ab…, 4755 0:0",
        ),
        (format!("./usr/a {LINK}=b\n"), "a link to `b`, 0777 0:0"),
    ] {
        assert_eq!(
            refused(0, &[("deb a 1 all", &a), ("deb b 2 amd64", &b)]),
            format!(
                "error: cannot build `//app:image`: package `a 1 all` and package `b 2 amd64` both have `/usr/a`, but \
                 they differ: it is a file with SHA-256 0123456789ab…, 0644 0:0 in one and {found} in the other"
            )
        );
    }
}

/// One directory of each layer: `MODE UID:GID`.
fn directory(path: &str, facts: &str) -> String {
    let (mode, owner) = facts.split_once(' ').unwrap();
    let (uid, gid) = owner.split_once(':').unwrap();
    format!("./{path} type=dir mode={mode} uid={uid} gid={gid} time=0.0\n")
}

fn check_directories(base: usize, parts: &[&str], layers: &[(&str, &str)]) -> Outcome {
    let workspace = Workspace::new();
    let lists = layers
        .iter()
        .map(|(name, facts)| (*name, directory("tmp", facts)));
    let lists: Vec<_> = lists.collect();
    let layers: Vec<_> = lists
        .iter()
        .map(|(name, list)| (*name, list.as_str()))
        .collect();
    check_with(&workspace, base, parts, &layers)
}

const BASE_FILES: (&str, &str) = ("deb base-files 13 amd64", "1777 0:0");

/// A package removes the sticky bit from `/tmp`, and changes the owner of `/usr`.
#[test]
fn a_package_changes_a_directory() {
    for (name, facts, found) in [
        (
            "deb vendor 1 amd64",
            "0755 0:0",
            "package `vendor 1 amd64` changes it to 0755 0:0",
        ),
        (
            "deb vendor 1 amd64",
            "1777 1000:0",
            "package `vendor 1 amd64` changes it to 1777 1000:0",
        ),
        (
            "deb vendor 1 amd64",
            "1777 0:7",
            "package `vendor 1 amd64` changes it to 1777 0:7",
        ),
        // A parent directory that was added because the layer has a file in it.
        (
            "layer app",
            "0755 0:0",
            "layer `app` changes it to 0755 0:0",
        ),
    ] {
        let outcome = check_directories(0, &[], &[BASE_FILES, (name, facts)]);
        let expected = format!(
            "error: cannot build `//app:image`: the directory `/tmp` is 1777 0:0 in package `base-files 13 amd64`, and {found}\n\
             hint: dpkg keeps a directory that is there; to keep it here, add a layer above both that has `/tmp` with mode and owner \
             1777 0:0 (`directories`, `modes` and `owners` of `layer`); to accept the change, set `unchecked = [\"directories\"]`\n"
        );
        assert_eq!((outcome.code, outcome.stderr), (1, expected));
        let accepted = ["--unchecked=directories"];
        assert_eq!(
            check_directories(0, &accepted, &[BASE_FILES, (name, facts)]).code,
            0
        );
    }
}

/// The message has the name without the escapes of content lists.
#[test]
fn the_name_of_a_changed_directory() {
    for (path, shown) in [
        (".", "/"),
        ("./.a\\040\\303\\251", "/.a é"),
        ("./a\\012b", "/a\\nb"),
    ] {
        let list = |mode| format!("{path} type=dir mode={mode} uid=0 gid=0 time=0.0\n");
        let (first, second) = (list("0755"), list("0700"));
        let layers = [("deb a 1 all", &*first), ("deb b 1 all", &*second)];
        let refused = check(&Workspace::new(), 0, &layers).stderr;
        let expected = format!(
            "the directory `{shown}` is 0755 0:0 in package `a 1 all`, and package `b 1 all`"
        );
        assert!(refused.contains(&expected), "{refused}");
    }
}

#[test]
fn a_directory_as_dpkg_leaves_it() {
    let vendor = ("deb vendor 1 amd64", "0700 1000:1000");
    let plain = ("deb vendor 1 amd64", "0755 0:0");
    for (base, parts, layers) in [
        // A layer that is not a package may change the directory, or restore it.
        (0, &[][..], &[BASE_FILES, ("layer app", "0770 1000:0")][..]),
        (0, &[], &[BASE_FILES, vendor, ("layer app", "1777 0:0")]),
        (0, &[], &[BASE_FILES, vendor, BASE_FILES]),
        (0, &[], &[plain, vendor, ("layer app", "0755 0:0")]),
        // The base image was already checked.
        (2, &[], &[BASE_FILES, vendor, ("layer app", "1777 0:0")]),
        (2, &[], &[BASE_FILES, vendor]),
        // In a merged layer, the first entry takes effect.
        (0, &["--parts=2"], &[BASE_FILES, vendor]),
        (
            1,
            &["--parts=1", "--parts=3"],
            &[BASE_FILES, ("layer app", "1777 0:0"), vendor, plain],
        ),
    ] {
        let outcome = check_directories(base, parts, layers);
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (0, ""),
            "{layers:?}"
        );
    }
    for (base, parts, layers) in [
        // A merged package still counts as a package.
        (
            0,
            &["--parts=1", "--parts=2"][..],
            &[BASE_FILES, vendor, BASE_FILES][..],
        ),
        (1, &[], &[BASE_FILES, vendor]),
        (0, &[], &[BASE_FILES, ("layer app", "0700 7:7"), plain]),
    ] {
        assert_eq!(check_directories(base, parts, layers).code, 1, "{layers:?}");
    }
    let outcome = check_directories(0, &["--parts=1"], &[BASE_FILES, vendor]);
    let message = "error: cannot read `--parts`: their sum is not 2, the number of --metadata\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, message));
}

/// The user chooses the history text, so it does not show that the layer contains a package.
#[test]
fn a_layer_with_a_package_may_not_change_directories() {
    let workspace = Workspace::new();
    let below = directory("srv/a\\040b", "0755 0:0");
    let above = below.replace("uid=0", "uid=7");
    let registered = format!("{above}./var/lib/dpkg/status.d/vendor {FILE}=aa\n");
    let outcome = check(
        &workspace,
        0,
        &[("deb a 1 all", &below), ("mine", &registered)],
    );
    let cause = "the directory `/srv/a b` is 0755 0:0 in package `a 1 all`, and layer `mine` changes it to 0755 7:0\n";
    assert!(outcome.stderr.contains(cause), "{}", outcome.stderr);
    assert_eq!(
        check(&workspace, 0, &[("deb a 1 all", &below), ("mine", &above)]).code,
        0
    );
    let root = format!(". {DIR}\n");
    let outcome = check(
        &workspace,
        0,
        &[("deb a 1 all", &root.replace("0755", "0700")), ("b", &root)],
    );
    assert!(
        outcome.stderr.contains("the directory `/` is 0700 0:0 in"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_directory_over_a_link() {
    let base = format!("./bin {LINK}=usr/bin\n");
    let app = format!("./bin {DIR}\n./bin/x {FILE}=aa\n");
    assert_eq!(
        refused(1, &[("deb base-files 13 amd64", &base), ("layer app", &app)]),
        "error: cannot build `//app:image`: `/bin` is a link to `usr/bin` in package `base-files 13 amd64` and a directory in layer `app`"
    );
}

#[test]
fn a_file_over_a_directory_of_the_layer_below_the_base() {
    let lower = format!("./etc {DIR}\n./srv {DIR}\n");
    let upper = format!("./etc {FILE}=aa\n./srv {FILE}=aa\n");
    assert_eq!(
        refused(1, &[("rootfs", &lower), ("layer app", &upper)]),
        "error: cannot build `//app:image`: `/etc` is a directory in layer `rootfs` and a file in layer `app`; and 1 more of that kind"
    );
}

#[test]
fn layers_of_the_base_are_not_checked_again() {
    let workspace = Workspace::new();
    let layers = [
        ("rootfs", format!("./etc {DIR}\n")),
        ("link", format!("./etc {LINK}=x\n")),
    ];
    let layers = layers.each_ref().map(|(name, list)| (*name, list.as_str()));
    assert_eq!(check(&workspace, 2, &layers).code, 0);
    assert_eq!(check(&workspace, 1, &layers).code, 1);
}

/// Runs the check on an image with one layer with this list and these users, and with this configuration.
fn started(config: &str, unchecked: &[&str]) -> Outcome {
    let workspace = Workspace::new();
    workspace.write("config.json", format!(r#"{{"config":{config}}}"#));
    workspace.write(
        "0.json",
        r#"{"groups":["root"],"name":"app","users":["root","web"]}"#,
    );
    let program = FILE.replace("0644", "0755");
    workspace.write(
        "0.mtree",
        format!(
            "./app {DIR}\n./app/data {FILE}=aa\n./app/my\\040server {program}=aa\n./app/server {program}=aa\n\
             ./bin {LINK}=usr/bin\n./etc/group {FILE}=bb\n./etc/passwd {FILE}=bb\n./loop {LINK}=loop\n\
             ./usr {DIR}\n./usr/bin {DIR}\n./usr/bin/run {LINK}=/app/../app/./server\n"
        ),
    );
    let mut arguments = vec![
        "check",
        "--image=//app:image",
        "--output=ok",
        "--config=config.json",
        "--metadata=0.json",
        "--mtree=0.mtree",
    ];
    arguments.extend(unchecked);
    let outcome = workspace.run(env!("CARGO_BIN_EXE_image_inspector"), arguments);
    assert_eq!(workspace.path("ok").exists(), outcome.code == 0);
    outcome
}

#[test]
fn the_started_program_exists() {
    for config in [
        "{}",
        r#"{"Entrypoint":["/app/server"],"User":"web:root"}"#,
        r#"{"Entrypoint":["/app/my server"],"User":"65532"}"#,
        // Through links, by `PATH`, and relative to the working directory.
        r#"{"Entrypoint":["/bin/run"]}"#,
        r#"{"Entrypoint":["/bin/run"],"Cmd":null,"Env":null,"User":null,"WorkingDir":null}"#,
        r#"{"Cmd":["run"],"User":"0:0"}"#,
        r#"{"Cmd":["server"],"Env":["PATH=/bin:/app"]}"#,
        r#"{"Entrypoint":["./server"],"WorkingDir":"/app","User":"root"}"#,
    ] {
        let outcome = started(config, &[]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{config}");
    }
}

#[test]
fn the_started_program_is_missing() {
    let mounted =
        "add a layer that has it; if it is mounted at run time, set `unchecked = [\"entrypoint\"]`";
    for (config, cause, hint) in [
        (
            r#"{"Entrypoint":["/app/sever"]}"#,
            "entrypoint: no layer has `/app/sever`",
            "there is `/app/server`",
        ),
        (
            r#"{"Entrypoint":["/somewhere/else"]}"#,
            "entrypoint: no layer has `/somewhere/else`",
            mounted,
        ),
        (r#"{"Cmd":["/loop"]}"#, "cmd: `/loop` cannot be resolved: it is a link to `loop`", "add a layer that has the target of the link"),
        (
            r#"{"Cmd":["server"]}"#,
            "cmd: there is no `server` in `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`",
            "give its absolute path, or a layer that has it",
        ),
        (
            r#"{"Entrypoint":["/app/data"]}"#,
            "entrypoint: `/app/data` is not executable: its mode is 0644",
            "give it mode 0755, `mode` or `modes` of `layer`",
        ),
        (
            r#"{"Entrypoint":["/app"]}"#,
            "entrypoint: `/app` is a directory",
            "",
        ),
        (
            r#"{"User":"wbe"}"#,
            "user: there is no user `wbe` in `/etc/passwd`, which is that of layer `app`; it has `root`, `web`",
            "use an existing name or a number, or add the user: to `users` of an image from packages, or as layers with `passwd` and `group`",
        ),
        (
            r#"{"User":"web:web"}"#,
            "user: there is no group `web` in `/etc/group`, which is that of layer `app`; it has `root`",
            "use an existing name or a number, or add the user: to `users` of an image from packages, or as layers with `passwd` and `group`",
        ),
    ] {
        let outcome = started(config, &[]);
        let hint = match hint {
            "" => String::new(),
            hint => format!("hint: {hint}\n"),
        };
        let expected = format!("error: cannot build `//app:image`: {cause}\n{hint}");
        assert_eq!((outcome.code, outcome.stderr), (1, expected));
        let field = cause.split(':').next().unwrap().replace("cmd", "entrypoint");
        let unchecked = format!("--unchecked={field}");
        assert_eq!(started(config, &[&unchecked]).code, 0);
    }
}

/// Each was tried with a Docker engine, which refuses to start the container.
#[test]
fn configurations_that_no_engine_starts() {
    for (config, cause, hint) in [
        (
            r#"{"WorkingDir":"srv"}"#,
            "workdir: `srv` is not an absolute path",
            "begin it with a slash",
        ),
        (
            r#"{"Env":["A=\u0000"]}"#,
            "env: a value has a NUL byte",
            "no process can receive a NUL byte",
        ),
        (
            r#"{"Env":["A","=x"]}"#,
            "env: `=x` has no name",
            "it is in the configuration of the base",
        ),
        (
            r#"{"User":"2147483648"}"#,
            "user: `2147483648` is above 2147483647",
            "engines accept no higher number",
        ),
        (
            r#"{"User":"root:99999999999999999999"}"#,
            "user: `99999999999999999999` is above 2147483647",
            "engines accept no higher number",
        ),
    ] {
        for unchecked in [&[][..], &["--unchecked=entrypoint", "--unchecked=user"]] {
            let outcome = started(config, unchecked);
            let expected = format!("error: cannot build `//app:image`: {cause}\nhint: {hint}\n");
            assert_eq!((outcome.code, outcome.stderr), (1, expected));
        }
    }
    let taken = r#"{"User":"0002147483647:","WorkingDir":"/","Env":["A","B="]}"#;
    assert_eq!(started(taken, &[]).code, 0);
}

#[test]
fn bad_input() {
    let workspace = Workspace::new();
    let outcome = check(&workspace, 0, &[("deb a 1 all", "etc dir\n")]);
    assert_eq!(
        outcome.stderr,
        "error: cannot read `0.mtree`: cannot read `line 1`: expected `./PATH type=… mode=… uid=… gid=…`\n"
    );
    workspace.write("0.json", "{");
    let program = env!("CARGO_BIN_EXE_image_inspector");
    for (arguments, message) in [
        (
            &["--metadata=0.json", "--mtree=0.mtree"][..],
            "error: cannot read `0.json`: EOF while parsing an object at line 1 column 1\n",
        ),
        (
            &["--metadata=0.json"],
            "error: cannot read `--mtree`: found 0 of them and 1 of --metadata, expected the same number\n",
        ),
        (
            &["--metadata=none", "--mtree=0.mtree"],
            "error: cannot read `none`: No such file or directory (os error 2)\n",
        ),
    ] {
        let command = ["check", "--image=i", "--output=ok"];
        let outcome = workspace.run(program, command.iter().chain(arguments));
        assert_eq!((outcome.code, outcome.stderr.as_str()), (1, message));
    }
    assert!(!workspace.path("ok").exists());
}
