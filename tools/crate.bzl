"""Macros for the crates: a library or a binary, its tests, rustfmt and clippy."""

load("@crates//:defs.bzl", "aliases", "all_crate_deps")
load("@rules_rust//rust:defs.bzl", "rust_binary", "rust_clippy", "rust_library", "rust_test", "rustfmt_test")

# The lints of Cargo.toml ([workspace.lints]), which rustc does not read from there. Warnings here, so that a newer
# compiler of a user stops no build; the clippy targets deny them.
_LINTS = [
    "-Wmissing_docs",
    "-Wunreachable_pub",
    "-Wunsafe_code",
    "-Wclippy::all",
    "-Wclippy::dbg_macro",
    "-Wclippy::exit",
    "-Wclippy::expect_used",
    "-Wclippy::panic",
    "-Wclippy::print_stderr",
    "-Wclippy::print_stdout",
    "-Wclippy::todo",
    "-Wclippy::unwrap_used",
]

# Layers are made of every byte of a package: crates that handle bytes are fast in every compilation mode, as theirs are
# (MODULE.bazel), and so is the resolver, which searches. For the others the compiler would work longer than they ever run:
# the crates of repositories and locks took 43 s at level 3, 26 s at 1, with the resolver.
_FAST = 3

def _checks(name, kind, ours_for_tests, test_data, test_env, test_tags, crates = None, tests_with_main = []):
    """Declares the unit tests, the integration tests in `tests/`, rustfmt and clippy.

    Args:
      name: the crate's name.
      kind: `library` or `binary`.
      ours_for_tests: libraries of the workspace that tests use.
      test_data: files that tests need in addition to the crate.
      test_env: variables for `env!` in tests.
      test_tags: dict of names of test files to tags.
      crates: all targets of the crate, the one with the unit tests first; by default `name`.
      tests_with_main: names of test files that have a `main` function instead of `#[test]` functions.
    """
    crates = crates or [":" + name]
    rust_test(
        name = name + "_unit_test",
        aliases = aliases(normal_dev = True, proc_macro_dev = True),
        crate = crates[0],
        deps = all_crate_deps(normal_dev = True) + ours_for_tests,
        proc_macro_deps = all_crate_deps(proc_macro_dev = True),
    )
    for source in native.glob(["tests/*.rs"], allow_empty = True):
        test = source.removeprefix("tests/").removesuffix(".rs")
        rust_test(
            name = test + "_test",
            srcs = [source] + native.glob(["tests/*/**/*.rs"], allow_empty = True),
            aliases = aliases(normal_dev = True, proc_macro_dev = True),
            crate_root = source,
            compile_data = native.glob(["tests/*/**"], exclude = ["**/*.rs"], allow_empty = True),
            data = test_data,
            edition = "2021",
            rustc_env = test_env,
            tags = test_tags.get(test, []),
            use_libtest_harness = test not in tests_with_main,
            deps = all_crate_deps(normal = True, normal_dev = True) + ours_for_tests + ([":" + name] if kind == "library" else []),
            proc_macro_deps = all_crate_deps(proc_macro = True, proc_macro_dev = True),
        )
    rustfmt_test(
        name = name + "_rustfmt_test",
        targets = crates,
    )
    rust_clippy(
        name = name + "_clippy",
        testonly = True,
        deps = crates,
    )

def library(name, deps = [], test_deps = [], tests_with_main = [], testonly = False, opt_level = _FAST, visibility = ["//tools:__subpackages__"]):
    """A library crate of the workspace. `deps` are crates of the workspace; the others come from Cargo.toml.

    Args:
      name: the name of the crate.
      deps: libraries of the workspace that the crate may use.
      test_deps: libraries of the workspace that only its tests use.
      tests_with_main: names of test files that have a `main` function instead of `#[test]` functions.
      testonly: whether only tests may use it.
      opt_level: the optimization level of rustc, in every compilation mode.
      visibility: the visibility of the crate.
    """
    rust_library(
        name = name,
        testonly = testonly,
        srcs = native.glob(["src/**/*.rs"]),
        aliases = aliases(),
        compile_data = native.glob(["src/**"], exclude = ["src/**/*.rs"], allow_empty = True),
        edition = "2021",
        proc_macro_deps = all_crate_deps(proc_macro = True),
        rustc_flags = _LINTS + ["--codegen=opt-level=%d" % opt_level],
        visibility = visibility,
        deps = all_crate_deps(normal = True) + deps,
    )
    _checks(name, "library", deps + test_deps, [], {}, {}, tests_with_main = tests_with_main)

def binary(name, deps = [], test_deps = [], test_data = [], test_env = {}, test_tags = {}, testonly = False, rustc_flags = [], compile_data = [], version = "0.0.0", library_visibility = None):
    """A binary crate of the workspace.

    Args:
      name: the name of the binary.
      deps: libraries of the workspace that it uses.
      test_deps: libraries of the workspace that only its tests use.
      test_data: files that its tests need in addition to the binary.
      test_env: variables for `env!` in its tests, such as paths of test_data.
      test_tags: dict of names of test files to tags: `{"cli": ["no-sandbox"]}`.
      testonly: whether only tests may use it.
      rustc_flags: options of the compiler, in addition to the lints.
      compile_data: files of other packages that `include_str!` and `include_bytes!` name.
      version: the version that the program states, for `env!("CARGO_PKG_VERSION")`.
      library_visibility: the visibility of `NAME_lib`, the program as a library; by default its package only.
    """
    main = native.glob(["src/**/*.rs"])
    main_deps = all_crate_deps(normal = True) + deps
    crates = [":" + name]
    if "src/lib.rs" in main:
        # The library is for `distroless`, and for fuzz/, which Bazel does not see: main.rs has a few lines.
        crates = [":" + name + "_lib"] + crates
        rust_library(
            name = name + "_lib",
            testonly = testonly,
            srcs = [source for source in main if source != "src/main.rs"],
            aliases = aliases(),
            compile_data = native.glob(["src/**"], exclude = ["src/**/*.rs"], allow_empty = True),
            crate_name = name,
            edition = "2021",
            proc_macro_deps = all_crate_deps(proc_macro = True),
            rustc_flags = _LINTS + rustc_flags,
            version = version,
            visibility = library_visibility,
            deps = main_deps,
        )
        main = ["src/main.rs"]
        main_deps = main_deps + crates[:1]
    rust_binary(
        name = name,
        testonly = testonly,
        srcs = main,
        aliases = aliases(),
        compile_data = native.glob(["src/**"], exclude = ["src/**/*.rs"], allow_empty = True) + compile_data,
        edition = "2021",
        proc_macro_deps = all_crate_deps(proc_macro = True),
        rustc_flags = _LINTS + rustc_flags,
        version = version,
        visibility = ["//visibility:public"],
        deps = main_deps,
    )
    _checks(
        name,
        "binary",
        deps + test_deps,
        [":" + name] + test_data,
        {"CARGO_BIN_EXE_" + name: "$(rootpath :%s)" % name} | test_env,
        test_tags,
        crates,
    )
