"""The archives of the tools for a release, and the lock that names them.

    bazel run //:release -- --url URL [--platform NAME]... [--output DIRECTORY]
    bazel run //:release -- --check | --check-licences | --clear

Compiles the tools with cargo for each host platform, static and stripped, and writes `distroless_tools_VERSION_PLATFORM.tar.gz` to
the output directory (`dist`). Then writes `tools/prebuilt.lock.json`: URL is the directory that the archives will be published in.
Equal sources and an equal compiler make equal bytes: paths are mapped, and the archive is written by layer_assembler.

An archive has the programs, LICENSE, CRATES (what is linked, with licences) and LICENCES (the texts and notices of all that).

`--check` reports whether the lock is empty or made from the current sources; `--check-licences` reports whether all crates have their
texts; `--clear` empties the lock, after which the tools are compiled from source again. Other platforms of the lock are kept while
their sources are the same, so that each platform can be built on another machine.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import licences  # noqa: E402

TRIPLES = {
    "darwin_amd64": "x86_64-apple-darwin",
    "darwin_arm64": "aarch64-apple-darwin",
    "linux_amd64": "x86_64-unknown-linux-gnu",
    "linux_arm64": "aarch64-unknown-linux-gnu",
}

TOOLS = ["chain_verifier", "deb_extractor", "debian_lock", "evidence_writer", "image_inspector", "image_push", "image_test", "image_verifier", "index_writer", "layer_assembler"]

# They look up names of hosts.
NETWORK_TOOLS = ["debian_lock", "image_push"]
STATIC_NAMES = "tools/release/static_names.c"

# Members of the workspace that no released tool uses.
DEVELOPMENT = {"conformance", "conformance/guest", "crates/archive_fixture", "crates/catalogue", "crates/http_fixture", "crates/registry_fixture", "crates/testkit", "docs_writer", "site_writer", "test_registry", "toolbox"}


def refuse(message, hint=""):
    sys.exit(f"error: {message}" + (f"\nhint: {hint}" if hint else ""))


def lock_file(workspace):
    return workspace / "tools/prebuilt.lock.json"


def read_lock(workspace):
    return json.loads(lock_file(workspace).read_text())


def write_lock(workspace, archives, sources):
    lock = {"archives": archives, "version": 1} | ({"sources": sources} if archives else {})
    new = lock_file(workspace).with_suffix(".new")
    new.write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n")
    new.replace(lock_file(workspace))


def sources_digest(workspace):
    """SHA-256 over the names and digests of all files that the released tools are compiled from."""
    tools = workspace / "tools"
    members = re.search(r"members = \[\n(.*?)\]", (tools / "Cargo.toml").read_text(), re.DOTALL)[1]
    files = [tools / "Cargo.toml", tools / "Cargo.lock", workspace / STATIC_NAMES]
    for member in re.findall(r'"([^"]+)"', members):
        if member not in DEVELOPMENT:
            files += [tools / member / "Cargo.toml", *(path for path in (tools / member / "src").rglob("*") if path.is_file())]
    listed = sorted(f"{path.relative_to(workspace).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in files)
    return hashlib.sha256("".join(listed).encode()).hexdigest()


def check(workspace):
    lock = read_lock(workspace)
    if lock["archives"] and lock.get("sources") != sources_digest(workspace):
        refuse(
            "cannot use `tools/prebuilt.lock.json`: it is of other sources than those below `tools/`",
            "users would get programs that do not fit the rules: release again, or empty it with `bazel run //:release -- --clear`",
        )
    print("empty: the tools are compiled from source" if not lock["archives"] else "the lock is of these sources")


def version_of(workspace):
    return re.search(r'version = "([^"]+)"', (workspace / "MODULE.bazel").read_text())[1]


def output_of(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode:
        refuse(f"cannot run `{' '.join(map(str, command[:3]))}`: exit code {done.returncode}")
    return done.stdout


def need_target(triple):
    """The compiler must have the standard library of the target."""
    library = pathlib.Path(output_of("rustc", "--print", "target-libdir", "--target", triple).strip())
    if not any(library.glob("libstd-*")):
        refuse(f"cannot compile for `{triple}`: no standard library in `{library}`", f"`rustup target add {triple}`, or leave it out with --platform")


def is_host(triple):
    return triple == re.search(r"host: (.*)", output_of("rustc", "--version", "--verbose"))[1]


def linker_variable(triple):
    return f"CARGO_TARGET_{triple.upper().replace('-', '_')}_LINKER"


def c_compiler(triple):
    """The C compiler that links programs of the target."""
    default = "cc" if is_host(triple) else triple.replace("-unknown", "") + "-gcc"
    return os.environ.get(linker_variable(triple), default)


def need_linker(triple, environment):
    """A C compiler that makes programs of the target: for the crates in C, and as the linker."""
    if is_host(triple):
        return
    linker = environment[linker_variable(triple)] = c_compiler(triple)
    environment.setdefault(f"CC_{triple.replace('-', '_')}", linker)
    try:
        output_of(linker, "--version")
    except FileNotFoundError:
        refuse(f"cannot link for `{triple}`: no `{linker}`", f"install it (Debian: gcc-{triple.replace('-unknown', '')}), or set {linker_variable(triple)}")


def static_names(workspace, triple, target):
    """The object file of static_names.c."""
    made = target / triple / "static_names.o"
    made.parent.mkdir(parents=True, exist_ok=True)
    output_of(c_compiler(triple), "-O2", "-fPIE", "-c", workspace / STATIC_NAMES, "-o", made)
    return made


def compile_tools(workspace, platform, profile, target):
    """The directory with the programs for a platform."""
    triple = TRIPLES[platform]
    need_target(triple)
    home = os.environ.get("CARGO_HOME") or os.path.expanduser("~/.cargo")
    mapped = {workspace / "tools": "/distroless/tools", target: "/distroless/target", home: "/cargo"}
    flags = [f"--remap-path-prefix={path}={name}" for path, name in mapped.items()]
    if platform.startswith("linux"):
        # Static: what they run on need have no C library, or an older one.
        flags.append("-Ctarget-feature=+crt-static")
    c_flags = " ".join(f"-ffile-prefix-map={path}={name}" for path, name in mapped.items())
    environment = os.environ | {"CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags), "CARGO_INCREMENTAL": "0", "CFLAGS": c_flags}
    need_linker(triple, environment)
    common = ["--locked", "--profile", profile, "--target", triple, "--target-dir", target, "--config", f"profile.{profile}.strip=true"]
    commands = [["cargo", "build", *common, *(f"--package={tool}" for tool in TOOLS if tool not in NETWORK_TOOLS)]]
    for tool in NETWORK_TOOLS:
        commands.append(["cargo", "rustc", *common, f"--package={tool}", "--bin", tool])
        if platform.startswith("linux"):
            commands[-1] += ["--", f"-Clink-arg={static_names(workspace, triple, target)}"]
    for command in commands:
        if subprocess.run(command, cwd=workspace / "tools", env=environment, check=False).returncode:
            refuse(f"cannot compile the tools for `{platform}`: see above")
    return target / triple / ("debug" if profile == "dev" else profile)


def linked_crates(workspace, platform):
    """Name, version and licence of each crate that is in the programs."""
    command = ["cargo", "tree", "--locked", "--target", TRIPLES[platform], "--edges", "normal", "--prefix", "none", "--format", "{p}\t{l}"]
    for tool in TOOLS:
        command += ["--package", tool]
    crates = set()
    for line in output_of(*command, cwd=workspace / "tools").splitlines():
        package, _, licence = line.removesuffix(" (*)").partition("\t")
        if package:
            name, version = package.split()[:2]
            crates.add((name, version.removeprefix("v"), licence.removesuffix(" (*)")))
    return sorted(crates)


def licence_texts(workspace, platform, crates):
    """The content of LICENCES."""
    texts = licences.texts_of_crates(workspace, {(name, version) for name, version, _ in crates})
    texts["Rust's standard library"] = licences.texts_of_compiler(pathlib.Path(output_of("rustc", "--print", "sysroot").strip()))
    if platform.startswith("linux"):
        texts["C library"] = licences.texts_of_c_libraries(c_compiler(TRIPLES[platform]))
    return licences.one_document(texts)


def check_licences(workspace):
    """Every crate of a release has its licence text."""
    for platform in sorted(TRIPLES):
        crates = linked_crates(workspace, platform)
        found = licences.texts_of_crates(workspace, {(name, version) for name, version, _ in crates})
        print(f"{platform}: {len(found)} crates with their licences")


def texts_of_archive(workspace, platform):
    """The texts next to the programs, with their names."""
    crates = linked_crates(workspace, platform)
    listed = "".join(f"{name} {version}: {licence}\n" for name, version, licence in crates)
    return {"CRATES": listed, "LICENCES": licence_texts(workspace, platform, crates), "LICENSE": (workspace / "LICENSE").read_text()}


def write_archive(assembler, programs, texts, archive):
    """The archive; its SHA-256."""
    entries = [{"path": f"bin/{tool}", "type": "file", "mode": "0755", "source": str(programs / tool)} for tool in TOOLS]
    entries += [{"path": name, "type": "file", "mode": "0644", "content": text} for name, text in sorted(texts.items())]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "entries.json").write_text(json.dumps(entries))
        command = [assembler, "files", "--entries", scratch / "entries.json", "--name", archive.name, "--created-by", "release"]
        command += ["--layer", archive, "--metadata", scratch / "metadata", "--mtree", scratch / "mtree"]
        if subprocess.run(command, check=False).returncode:
            refuse(f"cannot write `{archive}`: see above")
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def release(workspace, assembler, options):
    sources, version = sources_digest(workspace), version_of(workspace)
    output = workspace / options.output
    output.mkdir(parents=True, exist_ok=True)
    lock = read_lock(workspace)
    archives = lock["archives"] if lock.get("sources") == sources else {}
    for platform in options.platform or ["linux_amd64", "linux_arm64"]:
        # First: what is missing is said before anything is compiled.
        texts = texts_of_archive(workspace, platform)
        programs = compile_tools(workspace, platform, options.profile, output / "target")
        archive = output / f"distroless_tools_{version}_{platform}.tar.gz"
        sha256 = write_archive(assembler, programs, texts, archive)
        archives[platform] = {"sha256": sha256, "url": f"{options.url.rstrip('/')}/{archive.name}"}
        print(f"{archive}: {sha256}, {archive.stat().st_size / 1e6:.1f} MB")
    write_lock(workspace, archives, sources)


def main():
    parser = argparse.ArgumentParser(prog="release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="URL of the directory that the archives will be published in")
    parser.add_argument("--platform", action="append", choices=sorted(TRIPLES), help="a host platform (default: linux_amd64 and linux_arm64)")
    parser.add_argument("--output", default="dist", help="where the archives are written, in the workspace (default: dist)")
    parser.add_argument("--profile", default="release", help="cargo's profile (default: release); `tools` is faster, for a trial")
    parser.add_argument("--check", action="store_true", help="report whether the lock is made from the current sources")
    parser.add_argument("--check-licences", action="store_true", help="report whether each crate has its licence text")
    parser.add_argument("--clear", action="store_true", help="empty the lock")
    parser.add_argument("--layer-assembler", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    workspace = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY") or pathlib.Path(__file__).resolve().parents[2])
    if options.check:
        check(workspace)
    elif options.check_licences:
        check_licences(workspace)
    elif options.clear:
        write_lock(workspace, {}, "")
    elif not options.url:
        refuse("cannot write the lock: no --url", "say where the archives will be published, such as `--url=https://example.org/download/v0.1.0`")
    else:
        release(workspace, pathlib.Path(options.layer_assembler).resolve(), options)


if __name__ == "__main__":
    try:
        main()
    except licences.Missing as missing:
        refuse(*missing.args)
