//! Wrong options.

#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn words_of_the_command_line_do_not_control_the_terminal() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_docs_writer"));
    let output = program.args(["images", "--\u{1b}[31m"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = "error: unexpected argument '--\\u{1b}[31m' found\n";
    assert!(text.starts_with(error), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}
