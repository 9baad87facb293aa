"""cargo_tools: compiles the tools with the cargo of the user, once, when a build first needs them.

Modules that use distroless do not depend on rules_rust: a repository rule runs `cargo build --locked`
(`docs/decisions/0004-tools-of-a-module.md`).
"""

load(
    "//rules/private/extensions:cargo.bzl",
    "CARGO_VARIABLE",
    "build_problem",
    "host_triple",
    "members_of",
    "no_cargo_problem",
    "no_compiler_problem",
    "rust_version",
    "version_of",
    "version_problem",
)
load("//rules/private/extensions:tools_build_file.bzl", "tools_build_file")

# Compiling the tools takes two to five minutes on two cores. Slow machines need more, but a download that hangs must
# end.
_TIMEOUT_SECONDS = 3600

# The separator of CARGO_ENCODED_RUSTFLAGS, so that a flag may contain a space.
# https://doc.rust-lang.org/cargo/reference/environment-variables.html
_BETWEEN_FLAGS = "\037"

def _find_cargo(rctx, oldest):
    given = rctx.getenv(CARGO_VARIABLE)
    if given:
        path = rctx.path(given)
        return path if path.exists else fail(no_cargo_problem(oldest, given))
    found = rctx.which("cargo")
    if found:
        return found

    # rustup's directory. A Bazel server that a graphical program has started may not have it on its PATH.
    path = rctx.path(_cargo_home(rctx) + "/bin/cargo")
    return path if path.exists else fail(no_cargo_problem(oldest, ""))

def _cargo_home(rctx):
    return rctx.getenv("CARGO_HOME") or (rctx.getenv("HOME") or "/") + "/.cargo"

def _find_rustc(rctx, cargo):
    rustc = cargo.dirname.get_child("rustc")
    if rustc.exists:
        return rustc
    return rctx.which("rustc") or fail(no_compiler_problem(cargo))

def _checked_version(rctx, program, path, workspace, oldest):
    """The output of a program with its version. Fails if the version is older than `oldest`."""
    done = rctx.execute([path, "--version", "--verbose"], working_directory = str(workspace))
    problem = version_problem(program, str(path), version_of(done.stdout) if done.return_code == 0 else None, oldest)
    return fail(problem) if problem else done.stdout

def _watch_sources(rctx, workspace, manifest):
    """Watches the sources, so that changes compile the tools again; not a developer's `target` next to them."""
    rctx.watch(rctx.attr.cargo_lock)
    rctx.watch(workspace.get_child(".cargo", "config.toml"))
    for member in members_of(manifest):
        path = workspace.get_child(*member.split("/"))
        rctx.watch(path.get_child("Cargo.toml"))
        rctx.watch_tree(path.get_child("src"))

def _environment(rctx, workspace, target_directory, rustc):
    # Keep paths of this machine out of the programs: equal sources and compilers then make equal programs on every
    # machine.
    flags = [
        "--remap-path-prefix=%s=/distroless/tools" % workspace,
        "--remap-path-prefix=%s=/distroless/target" % target_directory,
        "--remap-path-prefix=%s=/cargo" % _cargo_home(rctx),
    ]
    return {
        # Replaces RUSTFLAGS and the flags in the user's configuration.
        "CARGO_ENCODED_RUSTFLAGS": _BETWEEN_FLAGS.join(flags),
        "CARGO_INCREMENTAL": "0",
        "CARGO_TERM_COLOR": "never",
        "RUSTC": str(rustc),
    }

def _build(rctx, cargo, rustc, triple, workspace):
    target_directory = rctx.path("target")
    command = [
        cargo,
        "build",
        "--locked",
        "--profile=tools",
        # With --target, flags for the programs do not apply to build scripts, and a target in the user's configuration
        # is ignored.
        "--target=" + triple,
        "--target-dir",
        target_directory,
    ]
    for name in rctx.attr.tools:
        command += ["--package", name]
    rctx.report_progress("compiling %s with cargo" % ", ".join(rctx.attr.tools))
    done = rctx.execute(
        command,
        environment = _environment(rctx, workspace, target_directory, rustc),
        timeout = _TIMEOUT_SECONDS,
        working_directory = str(workspace),
    )
    if done.return_code != 0:
        fail(build_problem(done.return_code, done.stderr))
    return target_directory.get_child(triple, "tools")

def _take(rctx, made):
    """Copies the programs to `bin/`."""
    rctx.file("bin/.keep", "", executable = False)
    for name in rctx.attr.tools:
        done = rctx.execute(["cp", made.get_child(name), "bin/" + name])
        if done.return_code != 0:
            fail("cannot copy the tool `%s`: %s" % (name, done.stderr.strip()))

def _cargo_tools_impl(rctx):
    workspace = rctx.path(rctx.attr.cargo_toml).dirname
    manifest = rctx.read(rctx.attr.cargo_toml)
    _watch_sources(rctx, workspace, manifest)
    oldest = rust_version(manifest)
    cargo = _find_cargo(rctx, oldest)
    rustc = _find_rustc(rctx, cargo)
    _checked_version(rctx, "cargo", cargo, workspace, oldest)
    triple = host_triple(_checked_version(rctx, "rustc", rustc, workspace, oldest))
    _take(rctx, _build(rctx, cargo, rustc, triple, workspace))
    rctx.delete("target")
    rctx.file("BUILD.bazel", tools_build_file(rctx.attr.tools), executable = False)

cargo_tools = repository_rule(
    implementation = _cargo_tools_impl,
    doc = "Tools of distroless, compiled by the cargo of the user.",
    attrs = {
        "cargo_lock": attr.label(doc = "Cargo.lock of the workspace.", mandatory = True),
        "cargo_toml": attr.label(doc = "Cargo.toml of the workspace.", mandatory = True),
        "tools": attr.string_list(doc = "The programs to compile.", mandatory = True),
    },
)
