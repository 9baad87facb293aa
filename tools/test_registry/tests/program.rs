//! The program, as a shell test uses it.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_test_registry");

fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(fs::canonicalize(PROGRAM).unwrap());
    command.current_dir(directory).args(arguments);
    command.output().unwrap()
}

#[test]
fn runs_until_the_command_ends() {
    let directory = tempfile::tempdir().unwrap();
    let command = "cat port; echo $TEST_REGISTRY; ls *.pem *.key; exit 7";
    let options = ["--port-file=port", "--certificates=.", "--tls=valid"];
    let output = run(
        directory.path(),
        &[&options[..], &["--", "sh", "-c", command]].concat(),
    );
    assert_eq!(output.status.code(), Some(7));
    let text = String::from_utf8(output.stdout).unwrap();
    let (port, rest) = text.split_once('\n').unwrap();
    assert_eq!(
        rest,
        format!("127.0.0.1:{port}\nca.pem\nclient.key\nclient.pem\n")
    );
}

#[test]
fn fails_by_rules_and_writes_a_log() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let rules = r#"[{"times": 1, "fault": {"status": {"status": 503}}}]"#;
    fs::write(at("rules.json"), rules).unwrap();
    let mut child = Command::new(fs::canonicalize(PROGRAM).unwrap())
        .current_dir(directory.path())
        .args([
            "--port-file=port",
            "--log=log",
            "--faults=rules.json",
            "--",
            "cat",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let port = loop {
        if let Ok(text) = fs::read_to_string(at("port")) {
            break text.trim().parse::<u16>().unwrap();
        }
        assert_eq!(child.try_wait().unwrap(), None);
        thread::sleep(Duration::from_millis(10));
    };
    for status in ["503", "200"] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(b"GET /v2/ HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&answer),
            format!("HTTP/1.1 {status}")
        );
    }
    // The command ends with its input, and the registry with the command.
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let log = fs::read_to_string(at("log")).unwrap();
    assert_eq!(log, "GET /v2/ 503 0\nGET /v2/ 200 0\n");
}

#[test]
fn names_what_it_cannot_read_or_run() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("rules.json"),
        r#"[{"fault": "fire"}]"#,
    )
    .unwrap();
    for (arguments, message) in [
        (
            &["--faults=rules.json", "--", "true"][..],
            "error: cannot read `rules.json`: unknown variant `fire`",
        ),
        (
            &["--faults=none", "--", "true"],
            "error: cannot read `none`: No such file",
        ),
        (
            &["--account=x", "--", "true"],
            "error: cannot read `--account`: expected NAME:PASSWORD",
        ),
        (
            &["--", "./none"],
            "error: cannot run `./none`: No such file",
        ),
    ] {
        let output = run(directory.path(), arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.starts_with(message), "{text}");
    }
}
