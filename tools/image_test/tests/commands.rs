//! Command tests of a real debug image, which run BusyBox.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use support::{debug_layout, run, tool};
use testkit::{Outcome, Workspace};

/// Runs command tests of a debug image; `None` if there is no image.
fn tests_of(native: bool, fields: &str, options: &[&str]) -> Option<Outcome> {
    let layout = debug_layout(native)?;
    let workspace = Workspace::new();
    workspace.write("tests.yaml", format!("schemaVersion: 2.0.0\n{fields}"));
    workspace.write("data", "of the machine\n");
    let mut command = tool();
    command
        .arg("--layout")
        .arg(layout)
        .args(["--config=tests.yaml", "--name=image"]);
    command.args(options).current_dir(workspace.path(""));
    Some(run(command.env("TOKEN", "secret")))
}

/// All tests must pass.
fn pass(native: bool, fields: &str) {
    if let Some(outcome) = tests_of(native, fields, &[]) {
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (0, ""),
            "{}",
            outcome.stdout
        );
        assert!(
            outcome.stdout.contains(" 0 failed, 0 skipped"),
            "{}",
            outcome.stdout
        );
    }
}

/// The only test must fail with these lines.
fn fail(fields: &str, options: &[&str], expected: &[&str]) {
    if let Some(outcome) = tests_of(true, fields, options) {
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (1, ""),
            "{}",
            outcome.stdout
        );
        let lines = outcome
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("               "));
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_separate_root() {
    pass(
        true,
        r#"
globalEnvVars: [{key: GREETING, value: 'hello from $PATH'}]
commandTests:
- name: users
  command: id
  expectedOutput: ['^uid=0\(root\) gid=0\(root\)']
- name: variables
  command: env
  envVars: [{key: OWN, value: '$GREETING'}]
  expectedOutput: ['(?m)^HOME=/root$', '(?m)^HOSTNAME=image-test$', '(?m)^GREETING=hello from /usr', '(?m)^OWN=hello from /usr', '(?m)^SSL_CERT_FILE=']
  excludedOutput: [TOKEN, QEMU]
- name: replaced by the tool
  command: echo
  args: ['${GREETING}', $NOPE, $$]
  expectedOutput: ['^hello from /usr[^ ]*/busybox  \n$']
- name: only its processes
  command: sh
  args: [-c, 'ps | wc -l; ls /proc/1/root >/dev/null; hostname; cat /proc/1/cmdline; true']
  expectedOutput: ['^[3-5]\nimage-test\nsh']
  excludedError: ['.']
- name: devices
  command: sh
  args: [-c, 'echo a > /dev/null && head -c 4 /dev/zero | wc -c && ls /dev && test ! -e /dev/sda && touch /dev/shm/a']
  expectedOutput: ['^4\nfd\nfull\nnull\nrandom\nshm\nstderr\nstdin\nstdout\n(tty\n)?urandom\nzero\n$']
- name: only the loopback network
  command: sh
  args: [-c, 'cat /proc/net/dev; ping -c 1 127.0.0.1']
  expectedOutput: ['lo:', ' 0% packet loss']
  excludedOutput: [eth]
- name: few capabilities
  command: grep
  args: [Cap, /proc/self/status]
  expectedOutput: ['CapEff:\s00000000a80425fb', 'CapBnd:\s00000000a80425fb', 'CapAmb:\s0000000000000000']
- name: no standard input
  command: cat
  expectedOutput: ['^$']
- name: bytes that are no text
  command: printf
  args: ['a\377b']
  expectedOutput: ['^a.b$']
- name: both outputs and the exit code
  command: sh
  args: [-c, 'echo out; echo err >&2; exit 3']
  exitCode: 3
  expectedOutput: ['^out\n$']
  expectedError: ['^err\n$']
  excludedOutput: [err]
  excludedError: [out]
"#,
    );
}

#[test]
fn tests_do_not_see_each_others_writes() {
    pass(
        true,
        r#"
commandTests:
- name: writes
  setup: [[touch, /a], [sh, -c, 'rm -r /etc && mkdir /etc && echo new > /etc/b; exit 3']]
  teardown: [[rm, /a]]
  command: sh
  args: [-c, 'ls /a && ls /etc && rm -r /home']
  expectedOutput: ['^/a\nb\n$']
- name: sees none of it
  command: sh
  args: [-c, 'ls -d /etc/passwd /home; ls /a']
  expectedOutput: ['^/etc/passwd\n/home\n$']
  expectedError: ['/a: No such file']
  exitCode: 1
"#,
    );
}

#[test]
fn options_of_the_container() {
    pass(
        true,
        r#"
commandTests:
- name: another user
  command: sh
  args: [-c, 'id; grep CapEff /proc/self/status; echo ${TOKEN}; env; cat /mnt/new/data; ls -ld /etc/made']
  expectedOutput: ['^uid=65532\(nonroot\) gid=5', 'CapEff:\s0000000000000000', 'TOKEN=secret', 'HOME=/home/nonroot', 'of the machine']
  exitCode: 1
- name: read-only
  command: sh
  args: [-c, 'echo x > /mnt/new/data']
  expectedError: ['Read-only|Permission denied']
  exitCode: 1
containerRunOptions:
  user: nonroot:5
  envVars: [TOKEN]
  capabilities: [SYS_ADMIN]
  bindMounts: ['data:/mnt/new/data:ro']
"#,
    );
}

#[test]
fn another_architecture() {
    pass(
        false,
        r#"
commandTests:
- name: starts others
  command: sh
  args: [-c, 'uname -m; sh -c "echo a; exit 3" | cat; /busybox/id -u']
  expectedOutput: ['^(aarch64|x86_64)\na\n0\n$']
- name: with a setup
  setup: [[sh, -c, 'busybox echo one > /a']]
  command: cat
  args: [/a]
  expectedOutput: ['^one\n$']
"#,
    );
}

#[test]
fn a_missing_command() {
    fail(
        "globalEnvVars: [{key: PATH, value: '/busybox:/bin'}]\ncommandTests: [{name: a, command: nope, args: [-x]}]\n",
        &[],
        &["cannot run `nope -x`: it is in no directory of PATH, `/busybox:/bin`"],
    );
    fail(
        "commandTests: [{name: a, command: /bin/nope}]\n",
        &[],
        &["cannot run `/bin/nope`: the image has no such file"],
    );
    fail(
        "commandTests: [{name: a, command: /etc/passwd}]\n",
        &[],
        &["cannot run `/etc/passwd`: it is not a file that this user may execute"],
    );
    fail(
        "commandTests:\n- name: a\n  setup: [[sh, -c, 'printf \"#!/nope\\n\" > /a; chmod 755 /a']]\n  command: /a\n",
        &[],
        &["cannot run `/a`: its interpreter or dynamic loader is not in the image"],
    );
}

#[test]
fn a_missing_setup_or_teardown() {
    fail(
        "commandTests: [{name: a, setup: [[sh, -c, 'exit 2'], [/nope]], command: id}]\n",
        &[],
        &[
            "cannot run `/nope`: the image has no such file",
            "its setup `sh -c exit 2` ended with exit code 2",
        ],
    );
    fail(
        "commandTests: [{name: a, command: 'true', teardown: [[/nope]]}]\n",
        &[],
        &["cannot run `/nope`: the image has no such file"],
    );
}

#[test]
fn a_command_that_hangs_is_killed_with_its_children() {
    let begun = Instant::now();
    fail(
        "commandTests: [{name: a, command: sh, args: [-c, 'echo begun; sleep 1000 & sleep 1000']}]\n",
        &["--timeout=1"],
        &[
            "cannot run `sh -c echo begun; sleep 1000 & sleep 1000`: it did not end in 1 seconds",
            "standard output is: begun\\n",
            "standard error is empty",
        ],
    );
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_command_that_leaves_others_behind_ends() {
    let begun = Instant::now();
    pass(
        true,
        "commandTests: [{name: a, command: sh, args: [-c, 'sleep 1000 & echo done'], expectedOutput: [done]}]\n",
    );
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_command_with_too_much_output_is_killed() {
    let Some(outcome) = tests_of(true, "commandTests: [{name: a, command: 'yes'}]\n", &[]) else {
        return;
    };
    assert_eq!(outcome.code, 1);
    let expected = "cannot run `yes`: it wrote more than 16777216 bytes\n               standard output is: y\\ny\\n";
    assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    assert!(outcome.stdout.len() < 10_000);
}

#[test]
fn a_missing_user() {
    fail(
        "commandTests: [{name: a, command: id}]\ncontainerRunOptions: {user: nobody-here}\n",
        &[],
        &["cannot run `id`: the image's /etc/passwd has no user `nobody-here`"],
    );
}

#[test]
fn every_expectation_is_named() {
    fail(
        "commandTests:\n- name: a\n  command: sh\n  args: [-c, 'printf \"a\\\\tb\\\\377\"; exit 1']\n  expectedOutput: ['^b']\n  excludedError: ['^$']\n",
        &[],
        &[
            "expected exit code 0, found 1",
            "standard output has no `^b`",
            "standard error has `^$`",
            "standard output is: a\\tb\\xff",
            "standard error is empty",
        ],
    );
}

#[test]
fn a_link_of_the_image_cannot_redirect_a_mount() {
    let fields = r#"
commandTests:
- name: a
  setup:
  - [sh, -c, 'mv /link /old && ln -s /../../../../tmp/image_test_escape /link && mkdir /tmp/image_test_escape']
  command: cat
  args: [/tmp/image_test_escape/data]
  expectedOutput: ['of the machine']
containerRunOptions:
  bindMounts: ['data:/link/data']
"#;
    if let Some(outcome) = tests_of(true, fields, &[]) {
        assert_eq!(outcome.code, 0, "{}", outcome.stdout);
        assert!(!std::path::Path::new("/tmp/image_test_escape").exists());
    }
}
