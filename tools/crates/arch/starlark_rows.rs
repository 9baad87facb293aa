//! The rows here and those of `rules/private/architectures.bzl` say the same. Bazel only: cargo reads no Starlark.

use std::fs;

use arch::Architecture;

#[test]
fn starlark_has_the_same_rows() {
    let rust: String = Architecture::of_images().map(line).collect();
    let starlark = fs::read_to_string(env!("STARLARK_ROWS")).unwrap();
    assert_eq!(rust, starlark);
}

fn line(row: &Architecture) -> String {
    let or_dash = |text: &str| if text.is_empty() { "-" } else { text }.to_owned();
    let aliases = or_dash(&row.aliases.join(","));
    format!("{} {} {} {aliases}\n", row.oci, or_dash(row.variant), row.debian)
}
