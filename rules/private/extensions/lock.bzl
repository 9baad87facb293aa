"""Reads and checks the lock of a distro. Pure functions, so that every message has a test.

`docs/reference/formats/lock.md` describes the format; `debian_lock` writes it.
"""

load(
    "//rules/private/extensions:lock_fields.bzl",
    "SHA256_LENGTH",
    "are_relative_paths",
    "fields_problem",
    "is_hex",
    "is_name",
    "is_package_name",
    "is_relative_path",
    "is_sha256",
    "is_text",
    "is_timestamp",
    "is_url",
    "lock_problem",
    "shown",
)

LOCK_VERSION = 1

# The directory of a hub that has the lock. No package has its name, because none begins with `_`.
LOCK_DIRECTORY = "_lock"

# The files in the root of a hub, and a file that Bazel looks for there: no package can have a directory of such a name.
_HUB_FILES = ["BUILD.bazel", "REPO.bazel", "lock.bzl", "names.bzl", "packages.bzl"]

# Names that are no architectures: the key of packages for all of them, and the targets next to the one with the name of
# the architecture.
_NO_ARCHITECTURES = ["all", "control", "data", "deb"]

# The content of a hub whose lock does not exist yet.
NO_LOCK = {"architectures": [], "distro": "", "packages": {}, "snapshot": ""}

# The fields of every locked package, with their types.
_PACKAGE = {
    "depends": "list",
    "reason": "string",
    "sha256": "string",
    "version": "string",
}

# The additional fields of a package from a source.
_FROM_SOURCE = {
    "filename": "string",
    "size": "int",
    "source": "string",
    "source_version": "string",
    "suite": "string",
}

# All fields with their types, in the order of JSON with sorted keys, which is that of `debian_lock`.
_USUAL = dict(sorted((_PACKAGE | _FROM_SOURCE).items()))
_USUAL_FIELDS = _USUAL.keys()
_USUAL_TYPES = _USUAL.values()

_MAY_HAVE = {
    "architecture": "string",
    "urls": "list",
}

_LOCK = {
    "architectures": "list",
    "distro": "string",
    "packages": "dict",
    "snapshot": "string",
    "sources": "dict",
}

# A source has one of these fields, which locates its files.
_PLACES = ["archive", "url", "folder"]

_URL_FORMS = "a URL `https://…`, `http://…` or `file:///…`"

def _check_urls(file, path, urls):
    if not urls:
        return lock_problem(file, path, "a list of one or more URLs", shown(urls))
    for number, url in enumerate(urls):
        if type(url) != "string" or not is_url(url):
            return lock_problem(file, "%s[%d]" % (path, number), _URL_FORMS, shown(url))
    return None

def _check_place(file, path, package, sources):
    """Checks the origin of a package: its URLs, or a source and a path in it."""
    if "urls" in package:
        return _check_urls(file, path + ".urls", package["urls"])
    if not is_relative_path(package["filename"]) or not is_text(package["filename"]):
        return lock_problem(file, path + ".filename", "a relative path, without `..`", shown(package["filename"]))
    if package["suite"] not in sources:
        return lock_problem(file, path + ".suite", "one of %s" % ", ".join(sorted(sources)), shown(package["suite"]))
    return None

def _check_package_fields(file, path, package):
    problem = fields_problem(file, path, package, _PACKAGE, _MAY_HAVE)
    if problem:
        return problem
    if "urls" in package:
        return fields_problem(file, path, package, {}, _FROM_SOURCE)
    if "suite" not in package and "filename" not in package:
        return lock_problem(file, path, "the fields `suite` and `filename`, or `urls`", "none")
    return fields_problem(file, path, package, _FROM_SOURCE)

def _check_values(file, path, package):
    for field in ["source", "source_version", "version"]:
        value = package.get(field, "-")
        if not value or not is_text(value):
            return lock_problem(file, "%s.%s" % (path, field), "one or more characters, without control characters", shown(value))
    for number, name in enumerate(package["depends"]):
        if type(name) != "string":
            return lock_problem(file, "%s.depends[%d]" % (path, number), "the name of a package", shown(name))
    if package.get("size", 0) < 0:
        return lock_problem(file, path + ".size", "a number of bytes", shown(package["size"]))
    if package.get("architecture", "all") != "all":
        return lock_problem(file, path + ".architecture", "`all`", shown(package["architecture"]))
    return None

def _check_package(file, path, package, sources):
    problem = _check_package_fields(file, path, package)
    if problem:
        return problem
    if not is_sha256(package["sha256"]):
        return lock_problem(file, path + ".sha256", "64 lower-case hexadecimal digits", shown(package["sha256"]))
    return _check_values(file, path, package) or _check_place(file, path, package, sources)

def _repository_names_problem(file, packages):
    """Checks that no two packages have one repository name: `+` is `-p-` in it, as in `repository_name`."""
    owners = {}
    for name in packages:
        if "+" not in name:
            continue
        changed = name.replace("+", "-p-")
        other = changed if changed in packages else owners.get(changed)
        if other:
            return lock_problem(file, "$.packages", "names that differ where `+` is `-p-`", "%s and %s" % (shown(name), shown(other)))
        owners[changed] = name
    return None

def _is_right(lock, has):
    """Whether all packages are right, by checks of all values at once: a lock may have many thousand packages."""
    checked = {key: has(key) for key in lock["architectures"] + ["all"]}
    sources = lock["sources"]
    filenames = []
    hashes = []
    texts = []
    depends = []
    sizes = [0]
    for name, entries in lock["packages"].items():
        if not is_package_name(name) or name in _HUB_FILES or type(entries) != "dict" or not entries:
            return False
        for architecture, package in entries.items():
            if architecture not in checked or type(package) != "dict":
                return False
            if not checked[architecture]:
                continue
            if package.keys() != _USUAL_FIELDS or [type(value) for value in package.values()] != _USUAL_TYPES:
                if _check_package("", "", package, sources):
                    return False
                continue
            if package["suite"] not in sources or len(package["sha256"]) != SHA256_LENGTH:
                return False
            filenames.append(package["filename"])
            hashes.append(package["sha256"])
            texts += [package["source"], package["source_version"], package["version"]]
            depends += package["depends"]
            sizes.append(package["size"])
    if "" in texts or not is_text("".join(texts + filenames)) or min(sizes) < 0:
        return False
    return not [name for name in depends if type(name) != "string"] and are_relative_paths(filenames) and is_hex("".join(hashes))

def _check_packages(file, lock, has):
    problem = _repository_names_problem(file, lock["packages"])
    if problem or _is_right(lock, has):
        return problem
    for name, entries in lock["packages"].items():
        path = "$.packages." + name
        if not is_package_name(name):
            return lock_problem(file, "$.packages", "names of packages (letters, digits, `+`, `-`, `.`, `_`)", shown(name))
        if name in _HUB_FILES:
            return lock_problem(file, "$.packages", "names that no file of a hub has", shown(name))
        if type(entries) != "dict" or not entries:
            return lock_problem(file, path, "an object with one or more entries", shown(entries))
        for architecture, package in entries.items():
            if architecture != "all" and architecture not in lock["architectures"]:
                return lock_problem(file, path, "`all` or one of %s" % ", ".join(lock["architectures"]), shown(architecture))
            path_of_entry = "%s.%s" % (path, architecture)
            if has(architecture):
                problem = _check_package(file, path_of_entry, package, lock["sources"])
            else:
                problem = fields_problem(file, path_of_entry, package, {})
            if problem:
                return problem
    return None

def _check_source(file, suite, source):
    path = "$.sources." + suite
    problem = fields_problem(file, path, source, {}, {place: "string" for place in _PLACES})
    if problem:
        return problem
    places = [place for place in _PLACES if place in source]
    if len(places) != 1:
        return lock_problem(
            file,
            path,
            "exactly one of the fields %s" % ", ".join(["`%s`" % place for place in _PLACES]),
            " and ".join(["`%s`" % place for place in places]) or "none",
        )
    if "url" in source and not is_url(source["url"]):
        return lock_problem(file, path + ".url", _URL_FORMS, shown(source["url"]))
    if "folder" in source and source["folder"] != "." and not is_relative_path(source["folder"].removesuffix("/")):
        return lock_problem(file, path + ".folder", "a path relative to the directory of the lock, without `..`", shown(source["folder"]))
    if "archive" in source and (not is_relative_path(source["archive"]) or not is_text(source["archive"])):
        return lock_problem(file, path + ".archive", "the name of a repository", shown(source["archive"]))
    _, separator, time = suite.partition("@")
    if "archive" in source and separator and not is_timestamp(time):
        return lock_problem(file, path, "a key `NAME@TIME` with a time such as `2026-11-21T02:34:56Z`", shown(time))
    return None

def _check_version(file, lock):
    if type(lock) != "dict":
        return lock_problem(file, "$", "an object", shown(lock))
    version = lock.get("version")
    if type(version) != "int":
        return lock_problem(file, "$.version", "a whole number", shown(version))
    if version < 1:
        return lock_problem(file, "$.version", "1 or newer", version)
    if version > LOCK_VERSION:
        return lock_problem(file, "$.version", "%d or older" % LOCK_VERSION, version, "update the distroless module, or lock again with `bazel run //debian_packages:lock`")
    return None

def _check_facts(file, lock):
    for number, architecture in enumerate(lock["architectures"]):
        if type(architecture) != "string" or not is_name(architecture) or architecture in _NO_ARCHITECTURES:
            return lock_problem(file, "$.architectures[%d]" % number, "a Debian architecture name", shown(architecture))
    if not is_text(lock["distro"]):
        return lock_problem(file, "$.distro", "a text without control characters", shown(lock["distro"]))
    if not is_timestamp(lock["snapshot"]):
        return lock_problem(file, "$.snapshot", "a time such as `2026-11-21T02:34:56Z`", shown(lock["snapshot"]))
    for suite, source in lock["sources"].items():
        problem = _check_source(file, suite, source)
        if problem:
            return problem
    return None

def _add_defaults(lock, has):
    """Adds the source package to entries without one: a package with URLs need not name it."""
    for name, entries in lock["packages"].items():
        for key, package in entries.items():
            if "urls" in package and has(key):
                package.setdefault("source", name)
                package.setdefault("source_version", package["version"])

def any_key(_key):
    """Accepts every key: for `parse_lock`."""
    return True

def no_key(_key):
    """Accepts no key: for `parse_lock`."""
    return False

def parse_lock(file, text, has = any_key):
    """Reads a lock.

    Args:
      file: the name of the file, for messages.
      text: the content of the file.
      has: a function that says whether the caller uses the entries of a key, which is an architecture or `all`. The fields of
        other entries are not checked: in a large lock, the check takes longer than all else.

    Returns:
      A struct of `lock` (the decoded JSON with defaults, or None) and `problem` (a message with the file, the JSON
      path, the expected and the found value, or None).
    """
    lock = json.decode(text, default = None)
    if lock == None:
        return struct(lock = None, problem = lock_problem(file, "$", "JSON", "other text", "restore it from version control, or lock again"))
    problem = _check_version(file, lock) or fields_problem(file, "$", lock, _LOCK) or _check_facts(file, lock) or _check_packages(file, lock, has)
    if problem:
        return struct(lock = None, problem = problem)
    _add_defaults(lock, has)
    return struct(lock = lock, problem = None)

def use_lock(file, text, has = any_key):
    """Reads a lock as `parse_lock` does, and fails if it is not right.

    Args:
      file: the name of the file, for messages.
      text: the content of the file.
      has: as in `parse_lock`.

    Returns:
      The decoded JSON with defaults.
    """
    parsed = parse_lock(file, text, has)
    if parsed.problem:
        fail(parsed.problem)
    return parsed.lock

def lock_keys(architectures, entries):
    """Finds the entry of a package for each architecture that it has.

    Args:
      architectures: the architectures of the lock.
      entries: the entries of the package: key to package.

    Returns:
      A dict of Debian architecture names to keys of `entries`: the architecture, otherwise `all`.
    """
    otherwise = "all" if "all" in entries else None
    keys = {debian: debian if debian in entries else otherwise for debian in architectures}
    return {debian: key for debian, key in keys.items() if key}

def lock_names(lock):
    """What the labels of a hub depend on: the packages and their architectures, not their versions.

    Args:
      lock: the decoded lock.

    Returns:
      A dict with `architectures`; `shapes`, a list of dicts of Debian architecture names to keys in the lock; and
      `packages`, a dict of package names to numbers of shapes, in the order of the lock.
    """
    numbers = {}
    shapes = []
    packages = {}
    for name, entries in lock["packages"].items():
        shape = " ".join(entries)
        if shape not in numbers:
            numbers[shape] = len(shapes)
            shapes.append(lock_keys(lock["architectures"], entries))
        packages[name] = numbers[shape]
    return {"architectures": lock["architectures"], "packages": packages, "shapes": shapes}

def lock_dependencies(lock):
    """The dependencies of all packages, in the form that `closure` takes.

    Args:
      lock: the decoded lock.

    Returns:
      A dict of package names to dicts of Debian architecture names to dicts with the list `depends`.
    """
    return {
        name: {
            debian: {"depends": entries[key]["depends"]}
            for debian, key in lock_keys(lock["architectures"], entries).items()
        }
        for name, entries in lock["packages"].items()
    }

def repository_name(hub, package, key):
    """The name of the repository of one Debian package.

    A repository name cannot contain `+`: it becomes `-p-`, as in rules_distroless.
    """
    return "%s_%s_%s" % (hub, package.replace("+", "-p-"), key)

def lock_repository_name(hub):
    """The name of the repository of the data of a lock. No package has it, because none begins with `_`."""
    return hub + "__lock"
