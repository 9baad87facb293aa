"""The licence texts of everything that is linked into a released archive.

MIT, BSD and Apache-2.0 require that their text and notices accompany the program. The texts come from each crate, from Rust's standard
library and, for static Linux programs, from the C library and the compiler's runtime.
"""

import os
import pathlib
import re
import subprocess

from commands import output_of
from programs import c_compiler
from refused import Refused

# A licence or a notice in any directory of a crate: subdirectories may have code of other authors.
TEXT_NAME = re.compile(r"^(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|UNLICENSE)([-._].*)?$", re.IGNORECASE)
NO_TEXT_SUFFIXES = {".c", ".h", ".html", ".json", ".py", ".rs", ".sh", ".toml"}

# Debian's copyright files refer to these texts and do not repeat them.
COMMON_LICENCE = re.compile(r"/usr/share/common-licenses/([A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)")

# Texts for crates that ship no text, in the order of preference: the licence with the fewest conditions first.
STANDARD_TEXTS = ["MIT", "BSD-3-Clause", "Apache-2.0"]

ON_DEBIAN = "release on Debian, whose packages have these files: libc6-dev and libgcc-dev, or their -cross packages"


def texts_below(directory):
    files = [path for path in directory.rglob("*") if TEXT_NAME.match(path.name) and path.suffix not in NO_TEXT_SUFFIXES]
    return {path.relative_to(directory).as_posix(): path.read_text(errors="replace") for path in files if path.is_file()}


def standard_text(crate):
    """A text for a crate without one: the text of its licence, with its authors."""
    allowed = re.split(r"[^A-Za-z0-9.-]+", crate.licence)
    for name in STANDARD_TEXTS:
        if name in allowed:
            text = (pathlib.Path(__file__).parent / "texts" / f"{name}.txt").read_text()
            holders = ", ".join(crate.authors) or f"the authors of {crate.name}"
            return text.replace("<HOLDERS>", holders)
    raise Refused(
        f"cannot find the licence text of the crate `{crate.name} {crate.version}`: it ships none, and is `{crate.licence}`",
        "add the standard text of that licence to tools/release/texts, and its name to licences.py",
    )


def texts_of_crate(crate):
    texts = texts_below(crate.directory)
    if not any("/" not in name for name in texts):
        texts["LICENSE (the standard text)"] = standard_text(crate)
    return texts


def texts_of_crates(linked):
    """{"NAME VERSION": {file: text}} for the crates of other projects."""
    return {f"{crate.name} {crate.version}": texts_of_crate(crate) for crate in linked if not crate.is_ours}


def document(platform, linked):
    """The content of LICENCES."""
    texts = texts_of_crates(linked)
    texts["Rust's standard library"] = texts_of_compiler(pathlib.Path(output_of("rustc", "--print", "sysroot").strip()))
    if platform.startswith("linux"):
        texts["C library"] = texts_of_c_libraries(c_compiler(platform))
    return one_document(texts)


def first_of(paths, what, hint):
    for path in paths:
        if path.is_file():
            return path.read_text(errors="replace")
    raise Refused(f"cannot find the licence of {what}: none of {', '.join(f'`{path}`' for path in paths)} exists", hint)


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


def package_of(path, what):
    """The Debian package that owns a file."""
    done = subprocess.run(["dpkg", "--search", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    package = done.stdout.split(":")[0]
    if not package:
        raise Refused(f"cannot find the licence of {what}: no package of Debian has `{path}`", ON_DEBIAN)
    return package


def static_libraries(compiler):
    """The files of the C library and of the compiler's runtime, which a static program contains: {name: Debian package}."""
    return {
        file: package_of(os.path.realpath(output_of(compiler, f"-print-file-name={file}").strip()), f"`{file}` of {compiler}")
        for file in ["libc.a", "libgcc_eh.a"]
    }


def texts_of_c_libraries(compiler):
    texts = {}
    for file, package in static_libraries(compiler).items():
        path = pathlib.Path("/usr/share/doc") / package / "copyright"
        texts |= with_common_licences(file, first_of([path], f"`{file}` of {compiler}", ON_DEBIAN))
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
