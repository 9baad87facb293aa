//! Writes `rules/private/test/checks.bzl` to standard output.

use std::io::{stdout, Result, Write};

const HEAD: &str = r#""""The checks that the rule `image_test` accepts, from the registry of the tool (tools/image_test/src/checks/registry.rs).

Written by `./bazelw run //docs/reference:update`; a test there compares. Do not edit.
"""

CHECKS = [
"#;

fn main() -> Result<()> {
    let names = image_test::names_for_rule().into_iter();
    let lines: String = names.map(|name| format!("    \"{name}\",\n")).collect();
    write!(stdout(), "{HEAD}{lines}]\n")
}
