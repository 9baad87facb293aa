"""The licence texts of everything that is linked into a released archive.

MIT, BSD and Apache-2.0 require that their text and notices accompany the program. The texts come from each crate, from Rust's standard
library and, for static Linux programs, from the C library and the compiler's runtime.
"""

import json
import os
import pathlib
import re
import subprocess

# A licence or a notice in any directory of a crate: subdirectories may have code of other authors.
TEXT_NAME = re.compile(r"^(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|UNLICENSE)([-._].*)?$", re.IGNORECASE)
NO_TEXT_SUFFIXES = {".c", ".h", ".html", ".json", ".py", ".rs", ".sh", ".toml"}

# Debian's copyright files refer to these texts and do not repeat them.
COMMON_LICENCE = re.compile(r"/usr/share/common-licenses/([A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)")

# Texts for crates that ship no text, in the order of preference: the licence with the fewest conditions first.
STANDARD_TEXTS = ["MIT", "BSD-3-Clause", "Apache-2.0"]


class Missing(Exception):
    """A text that cannot be found: the message and a hint."""


def texts_below(directory):
    files = [path for path in directory.rglob("*") if TEXT_NAME.match(path.name) and path.suffix not in NO_TEXT_SUFFIXES]
    return {path.relative_to(directory).as_posix(): path.read_text(errors="replace") for path in files if path.is_file()}


def standard_text(package):
    """A text for a crate without one: the text of its licence, with its authors."""
    allowed = re.split(r"[^A-Za-z0-9.-]+", package.get("license") or "")
    for name in STANDARD_TEXTS:
        if name in allowed:
            text = (pathlib.Path(__file__).parent / "texts" / f"{name}.txt").read_text()
            holders = ", ".join(package["authors"]) or f"the authors of {package['name']}"
            return text.replace("<HOLDERS>", holders)
    raise Missing(
        f"cannot find the licence text of the crate `{package['name']} {package['version']}`: it ships none, and is `{package.get('license')}`",
        "add the standard text of that licence to tools/release/texts, and its name to licences.py",
    )


def texts_of_crate(package):
    directory = pathlib.Path(package["manifest_path"]).parent
    texts = texts_below(directory)
    if not any("/" not in name for name in texts):
        texts["LICENSE (the standard text)"] = standard_text(package)
    return texts


def texts_of_crates(workspace, linked):
    """{"NAME VERSION": {file: text}} for the crates of other projects among `linked`, which are pairs of name and version."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    done = subprocess.run(command, cwd=workspace / "tools", stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise Missing("cannot ask cargo for the crates: see above", "")
    packages = json.loads(done.stdout)["packages"]
    return {
        f"{package['name']} {package['version']}": texts_of_crate(package)
        for package in packages
        if package["source"] and (package["name"], package["version"]) in linked
    }


def first_of(paths, what, hint):
    for path in paths:
        if path.is_file():
            return path.read_text(errors="replace")
    raise Missing(f"cannot find the licence of {what}: none of {', '.join(f'`{path}`' for path in paths)} exists", hint)


def texts_of_compiler(sysroot):
    """Rust's standard library, from rustup or from Debian."""
    paths = [sysroot / "share/doc/rust/COPYRIGHT-library.html", sysroot / "share/doc/libstd-rust-dev/copyright"]
    text = first_of(paths, "Rust's standard library", "install `rustc` by rustup or from Debian's packages")
    return with_common_licences("COPYRIGHT", text)


def with_common_licences(name, text):
    """A copyright file of Debian's, and the licences that it refers to."""
    referred = sorted(set(COMMON_LICENCE.findall(text)))
    licences = {licence: pathlib.Path("/usr/share/common-licenses") / licence for licence in referred}
    return {name: text} | {f"{name}: {licence}": path.read_text(errors="replace") for licence, path in licences.items() if path.is_file()}


def package_copyright(path, what):
    """The copyright file of the Debian package that owns a file."""
    done = subprocess.run(["dpkg", "--search", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    package = done.stdout.split(":")[0]
    hint = "release on Debian, whose packages have these files: libc6-dev and libgcc-dev, or their -cross packages"
    if not package:
        raise Missing(f"cannot find the licence of {what}: no package of Debian has `{path}`", hint)
    return first_of([pathlib.Path("/usr/share/doc") / package / "copyright"], what, hint)


def texts_of_c_libraries(compiler):
    """The C library and the compiler's runtime, which a static program contains."""
    texts = {}
    for file in ["libc.a", "libgcc_eh.a"]:
        done = subprocess.run([compiler, f"-print-file-name={file}"], stdout=subprocess.PIPE, text=True, check=False)
        path = os.path.realpath(done.stdout.strip())
        texts |= with_common_licences(file, package_copyright(path, f"`{file}` of {compiler}"))
    return texts


def one_document(texts):
    """All texts in one file: each distinct text once, with the names of its programs."""
    owners = {}
    for owner, files in texts.items():
        for file, text in files.items():
            owners.setdefault(text.replace("\r\n", "\n").strip(), set()).add(f"{owner}: {file}")
    parts = []
    for text, names in sorted(owners.items(), key=lambda item: sorted(item[1])):
        parts.append("\n".join(["=" * 80, *sorted(names), "-" * 80, "", text, "", ""]))
    return "\n".join(parts)
