"""Compiles the programs of a release with cargo: static and stripped, and without paths of this machine.

Equal sources and an equal compiler make equal bytes.
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess

from commands import output_of
from platforms import NETWORK_PROGRAMS, PROGRAMS, TRIPLES
from refused import Refused
from tools_lock import STATIC_NAMES

WRAPPER = "tools/release/rustc_wrapper.sh"


def check_target(platform):
    """The compiler has the standard library of the target, and there is a linker."""
    triple = TRIPLES[platform]
    library = pathlib.Path(output_of("rustc", "--print", "target-libdir", "--target", triple).strip())
    if not any(library.glob("libstd-*")):
        raise Refused(f"cannot compile for `{triple}`: no standard library in `{library}`", f"`rustup target add {triple}`, or leave it out with --platform")
    if _is_host(triple):
        return
    linker = c_compiler(platform)
    try:
        subprocess.run([linker, "--version"], stdout=subprocess.DEVNULL, check=False)
    except FileNotFoundError as error:
        hint = f"install it (Debian: gcc-{triple.replace('-unknown', '')}), or set {_linker_variable(triple)}, or leave it out with --platform"
        raise Refused(f"cannot link for `{triple}`: no `{linker}`", hint) from error


def available(platforms):
    """The platforms that this machine compiles for. The others are reported."""
    found = []
    for platform in platforms:
        try:
            check_target(platform)
            found.append(platform)
        except Refused as refused:
            print(f"note: without {platform}: {refused.message}")
    return found


def c_compiler(platform):
    """The C compiler that links programs of the platform."""
    triple = TRIPLES[platform]
    default = "cc" if _is_host(triple) else triple.replace("-unknown", "") + "-gcc"
    return os.environ.get(_linker_variable(triple), default)


def compilers(platforms):
    """{name: version} of all compilers."""
    found = {"cargo": _first_line("cargo", "--version"), "rustc": _first_line("rustc", "--version")}
    return found | {f"C compiler for {platform}": _first_line(c_compiler(platform), "--version") for platform in platforms}


def compile_programs(root, platform, profile, target):
    """The directory with the programs for a platform. `root` has the sources, `target` is cargo's directory."""
    triple = TRIPLES[platform]
    command = ["cargo", "build", "--locked", "--profile", profile, "--target", triple, "--target-dir", str(target)]
    command += ["--config", f"profile.{profile}.strip=true", *(f"--package={name}" for name in PROGRAMS)]
    variables = _environment(root, platform, target)
    if platform.startswith("linux"):
        variables |= _static_names(root, platform, target, variables["PATH"])
    if subprocess.run(command, cwd=root / "tools", env=variables, check=False).returncode:
        raise Refused(f"cannot compile the programs for `{platform}`: see above")
    return target / triple / ("debug" if profile == "dev" else profile)


def _environment(root, platform, target):
    """The variables of cargo. The paths of this machine become names that are the same everywhere."""
    triple = TRIPLES[platform]
    home = os.environ.get("CARGO_HOME") or os.path.expanduser("~/.cargo")
    mapped = {root / "tools": "/distroless/tools", target: "/distroless/target", home: "/cargo"}
    flags = [f"--remap-path-prefix={path}={name}" for path, name in mapped.items()]
    if platform.startswith("linux"):
        # Static: what they run on need have no C library, or an older one.
        flags.append("-Ctarget-feature=+crt-static")
    c_flags = " ".join(f"-ffile-prefix-map={path}={name}" for path, name in mapped.items())
    variables = os.environ | {"CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags), "CARGO_INCREMENTAL": "0", "CFLAGS": c_flags}
    if not _is_host(triple):
        # For the crates in C, and as the linker.
        variables[_linker_variable(triple)] = c_compiler(platform)
        variables.setdefault(f"CC_{triple.replace('-', '_')}", c_compiler(platform))
    return variables


def _static_names(root, platform, target, path):
    """The variables with which rustc_wrapper.sh links static_names.c."""
    sources = [root / STATIC_NAMES, root / WRAPPER]
    # cargo compiles again if the name of the wrapper changes, not if its content does. A path would get into the programs.
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    directory = target / TRIPLES[platform] / "wrapper"
    wrapper, made = directory / f"distroless_rustc_{digest[:12]}", directory / "static_names.o"
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / WRAPPER, wrapper)
    output_of(c_compiler(platform), "-O2", "-fPIE", "-c", root / STATIC_NAMES, "-o", made)
    return {
        "NETWORK_PROGRAMS": " ".join(NETWORK_PROGRAMS),
        "PATH": f"{directory}:{path}",
        "RUSTC_WORKSPACE_WRAPPER": wrapper.name,
        "STATIC_NAMES": str(made),
    }


def _is_host(triple):
    return triple == re.search(r"host: (.*)", output_of("rustc", "--version", "--verbose"))[1]


def _linker_variable(triple):
    return f"CARGO_TARGET_{triple.upper().replace('-', '_')}_LINKER"


def _first_line(*command):
    return output_of(*command).splitlines()[0]
