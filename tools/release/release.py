"""Makes a release: all files that it consists of."""

import json

import added
import archives
import checksums
import crates
import cyclonedx
import inventory
import licences
import notes
import output
import platforms
import programs
import provenance
import registry
import signature
import source as sources
import spdx
import tools_lock
import tree
from refused import Refused
from version import check as check_version

SUMS = "SHA256SUMS"
NOTES = "RELEASE_NOTES.md"
PROVENANCE = "provenance.json"
BUNDLE = "provenance.sigstore.json"
PAGE = "docs/guides/verifying_a_release.md"


def release(root, options, assembler, image_push):
    """Writes the release of the commit that is checked out in `root`. Missing compilers and texts are reported before anything is compiled."""
    check_version(options.version)
    templates = registry.Templates(root)
    options.repository = options.repository or templates.repository
    options.url = (options.url or templates.url_of(options.repository, options.version)).rstrip("/")
    output.check(options.output)
    signature.check(options, root)
    source = sources.committed(root, options.version, options.dirty)
    page = f"https://github.com/{options.repository}/blob/v{options.version}/{PAGE}"
    text = notes.notes(source.text("CHANGELOG.md"), options.version, page)
    others = [added.Added(directory) for directory in options.add]
    options.platform = _platforms(options, others)
    for other in others:
        other.check(source, options)
    staged = options.work / "source"
    tree.write(source.files, staged)
    with output.unfinished(options.output) as made:
        for platform in options.platform:
            _platform(staged, source, platform, options, assembler, made)
        copied = [platform for other in others for platform in other.copy(made)]
        _lock(staged, sorted(options.platform + copied), options, made)
        archive = made / f"distroless-{options.version}.tar.gz"
        archives.source_archive(assembler, staged, source.files, options.version, archive)
        registry.write(made / "registry", templates, source.text("MODULE.bazel"), archive, options)
        archives.registry_archive(assembler, made / "registry", made / f"distroless_registry_{options.version}.tar.gz")
        (made / NOTES).write_text(text)
        _evidence(staged, source, options, others, made)
        if signature.is_requested(options):
            signature.sign(image_push, made / PROVENANCE, made / BUNDLE, options, root)
    print(f"{options.output}: release {options.version}, for the URL {options.url}")


def _platforms(options, others):
    """The platforms that this machine compiles for."""
    for platform in options.platform:
        programs.check_target(platform)
    copied = [platform for other in others for platform in other.parameters["platforms"]]
    found = options.platform or programs.available([platform for platform in platforms.DEFAULT if platform not in copied])
    if not found and not copied:
        raise Refused("cannot release: this machine compiles for no platform, see above", "install Rust by rustup, and a C compiler")
    return sorted(set(found))


def _platform(staged, source, platform, options, assembler, made):
    """The archives and SBOMs of a platform."""
    linked = crates.linked(staged, platform)
    texts = _texts(staged, platform, linked)
    found = inventory.inventory(source, platform, options.repository, linked)
    _write_json(made / f"{found.name}.spdx.json", spdx.document(found))
    _write_json(made / f"{found.name}.cdx.json", cyclonedx.document(found))
    compiled = programs.compile_programs(staged, platform, options.profile, options.work / "target")
    archives.tools_archive(assembler, compiled, texts, made / _tools(options.version, platform))
    archives.cli_archive(assembler, compiled, staged, texts, options.version, made / f"{found.name}.tar.gz")


def _tools(version, platform):
    return f"distroless_tools_{version}_{platform}.tar.gz"


def _lock(staged, released, options, made):
    """The lock of the tools in the staged source."""
    names = {platform: _tools(options.version, platform) for platform in released}
    locked = {platform: {"sha256": checksums.sha256(made / name), "url": f"{options.url}/{name}"} for platform, name in names.items()}
    (staged / tools_lock.PATH).write_text(tools_lock.document(locked, tools_lock.sources_digest(staged)))


def _texts(staged, platform, linked):
    """The texts next to the programs, with their names."""
    listed = "".join(f"{crate.name} {crate.version}: {crate.licence}\n" for crate in linked)
    return {"CRATES": listed, "LICENCES": licences.document(platform, linked), "LICENSE": (staged / "LICENSE").read_text()}


def _evidence(staged, source, options, others, made):
    """The digests of all files that are published, and the provenance."""
    (made / SUMS).write_text(checksums.sums(made, [path.name for path in made.iterdir() if path.is_file()]))
    names = [path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()]
    released, compilers = list(options.platform), programs.compilers(options.platform)
    for other in others:
        released += other.parameters["platforms"]
        compilers |= {name: text for name, text in other.compilers.items() if name not in compilers}
    value = provenance.statement(made, names, source, options, sorted(released), staged / "tools/Cargo.lock", compilers)
    _write_json(made / PROVENANCE, value)


def _write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")
