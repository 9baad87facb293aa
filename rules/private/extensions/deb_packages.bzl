"""The module extensions that create the repositories of packages from the locks that the extension `debian` has checked.

There is one for each key of locks: each architecture, and `all`. Bazel runs a whole extension when one of its repositories
is needed, and the time grows with the number of repositories: a build for one architecture must not pay for the others.
"""

load("//rules/private/extensions:deb_repository.bzl", "deb_repository")
load("//rules/private/extensions:lock.bzl", "repository_name", "use_lock")
load("//rules/private/extensions:locks_repository.bzl", "marker_repository")
load("//rules/private/extensions:package_repository.bzl", "MARKERS", "marker_name")
load("//rules/private/extensions:urls.bzl", "snapshot_urls")

# The largest number of an attribute. The size of a package is an estimate only, so a larger package has this one.
_LARGEST_SIZE = (1 << 31) - 1

def _place(key, source, snapshot, mirrors, lock_path):
    """The attributes of deb_repository that describe a source."""
    if "folder" in source:
        return {"folder": source["folder"], "lock": lock_path}

    # `NAME@DATE` is a source in the state of an older Release: `debian_lock update --only` keeps packages of it.
    key, _, date = key.partition("@")
    name = source.get("archive", key)
    last = [source["url"]] if "url" in source else snapshot_urls(name, date or snapshot)
    return {"roots": mirrors.get(name, []) + last, "source": name}

def _declare_packages(entry, lock, mirrors, has):
    """Declares the repositories of the packages of one lock whose keys `has` accepts."""
    places = {
        key: _place(key, source, lock["snapshot"], mirrors, entry["path"])
        for key, source in lock["sources"].items()
    }
    for name, entries in lock["packages"].items():
        for key, package in entries.items():
            if not has(key):
                continue
            if "urls" in package:
                place = {"urls": package["urls"]}
            else:
                place = places[package["suite"]] | {"filename": package["filename"]}
            deb_repository(
                name = repository_name(entry["hub"], name, key),
                hub = entry["hub"],
                package = name,
                version = package["version"],
                architecture = package.get("architecture", key),
                merged_usr = entry["merged_usr"],
                origin = package.get("source", name),
                size = min(package.get("size", 0), _LARGEST_SIZE),
                sha256 = package["sha256"],
                **place
            )

def _extension(of):
    """The extension of a key; `other` is that of all keys without one."""

    def has(key):
        return key == of or (of == "other" and key not in MARKERS)

    def declare(module_ctx):
        marker_repository(name = marker_name(of))
        facts = json.decode(module_ctx.read(Label("@debian_locks//:locks.json")))
        for entry in facts["locks"]:
            lock = use_lock(entry["lock"], module_ctx.read(Label(entry["lock"])), has)
            _declare_packages(entry, lock, facts["mirrors"], has)
        return module_ctx.extension_metadata(reproducible = True)

    return module_extension(
        implementation = declare,
        doc = "The packages with the key `%s` in their lock." % of,
    )

deb_packages_all = _extension("all")
deb_packages_amd64 = _extension("amd64")
deb_packages_arm64 = _extension("arm64")
deb_packages_armhf = _extension("armhf")
deb_packages_other = _extension("other")
deb_packages_ppc64el = _extension("ppc64el")
deb_packages_riscv64 = _extension("riscv64")
deb_packages_s390x = _extension("s390x")
