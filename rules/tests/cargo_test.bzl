"""Tests of the functions for cargo, and of the messages if it cannot be used."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load(
    "//rules/private/extensions:cargo.bzl",
    "build_problem",
    "host_triple",
    "members_of",
    "no_cargo_problem",
    "no_compiler_problem",
    "reaches",
    "rust_version",
    "version_of",
    "version_problem",
)

_MANIFEST = """\
[workspace]
members = [
    "crates/blob",
    "image_test",
]

[workspace.package]
edition = "2021"
rust-version = "1.88"
"""

def _reading_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, version in {
        "": None,
        "cargo": None,
        "cargo 1.88.0": "1.88.0",
        "cargo 1.95.0 (f2d3ce0bd 2026-03-21)\n": "1.95.0",
        "error: no such command": None,
        "rustc 1.97.0-nightly (abc 2026-05-01)": "1.97.0",
    }.items():
        asserts.equals(env, version, version_of(text))
    for version, oldest, answer in [
        ("1.88.0", "1.88", True),
        ("1.88.0", "1.88.1", False),
        ("1.100.0", "1.88", True),
        ("1.87.9", "1.88", False),
        ("2.0", "1.88", True),
    ]:
        asserts.equals(env, answer, reaches(version, oldest))
    asserts.equals(env, "1.88", rust_version(_MANIFEST))
    asserts.equals(env, None, rust_version("[workspace]\n"))
    asserts.equals(env, ["crates/blob", "image_test"], members_of(_MANIFEST))
    asserts.equals(env, "x86_64-unknown-linux-gnu", host_triple("rustc 1.95.0 (a 2026)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n"))
    asserts.equals(env, None, host_triple("rustc 1.95.0"))
    return unittest.end(env)

reading_test = unittest.make(_reading_test_impl)

_START = "cannot compile the tools of distroless: "

_SET = "set DISTROLESS_CARGO to another cargo (`--repo_env=DISTROLESS_CARGO=/path/to/cargo`)"

def _messages_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, _START + "no cargo on PATH\nhint: install Rust 1.88 or newer (rustup, or packages of the system), or " + _SET, no_cargo_problem("1.88", ""))
    asserts.equals(env, _START + "DISTROLESS_CARGO is `/a/cargo`, and there is no such file\nhint: set it to the path of cargo 1.88 or newer, or unset it to use the one on PATH", no_cargo_problem("1.88", "/a/cargo"))
    asserts.equals(env, _START + "no rustc next to `/a/cargo` or on PATH\nhint: install rustc, or " + _SET, no_compiler_problem("/a/cargo"))
    asserts.equals(env, None, version_problem("cargo", "/a/cargo", "1.88.0", "1.88"))
    asserts.equals(env, _START + "cargo 1.63.0 (`/a/cargo`) is older than 1.88\nhint: update Rust (`rustup update`), or " + _SET, version_problem("cargo", "/a/cargo", "1.63.0", "1.88"))
    asserts.equals(env, _START + "`/a/cargo` prints no version\nhint: update Rust (`rustup update`), or " + _SET, version_problem("cargo", "/a/cargo", None, "1.88"))
    said = build_problem(101, "\n".join(["line %d" % number for number in range(50)]) + "\n")
    asserts.true(env, said.startswith(_START + "`cargo build` ended with exit code 101\n  | line 10\n"))
    asserts.true(env, said.endswith("  | line 49\nhint: cargo needs a C compiler and its registry; `config.toml` in CARGO_HOME can name a vendored or mirrored registry"))
    return unittest.end(env)

messages_test = unittest.make(_messages_test_impl)

def cargo_test_suite(name):
    """All tests of the functions for cargo."""
    unittest.suite(name, partial.make(reading_test, size = "small"), partial.make(messages_test, size = "small"))
