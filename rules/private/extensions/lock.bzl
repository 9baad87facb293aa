"""The lock of a distro: reading and checking it. Pure functions, so that every message has a test.

`docs/tool_contract.md` has the format; `debian_lock` writes it.
"""

LOCK_VERSION = 1

# Field of a locked package to its type.
_PACKAGE = {
    "depends": "list",
    "filename": "string",
    "reason": "string",
    "sha256": "string",
    "size": "int",
    "source": "string",
    "source_version": "string",
    "suite": "string",
    "version": "string",
}

_LOCK = {
    "architectures": "list",
    "distro": "string",
    "packages": "dict",
    "snapshot": "string",
    "sources": "dict",
}

_HEX = {character: None for character in "0123456789abcdef".elems()}

def _problem(file, path, expected, found, hint = ""):
    text = "cannot read lock `%s`: %s: expected %s, found %s" % (file, path, expected, found)
    return text + ("\nhint: " + hint if hint else "")

def _shown(value):
    return json.encode(value) if type(value) in ["string", "int", "bool"] else {"NoneType": "null"}.get(type(value), "a " + type(value))

def _check_fields(file, path, value, fields):
    if type(value) != "dict":
        return _problem(file, path, "an object", _shown(value))
    for field, kind in fields.items():
        if field not in value:
            return _problem(file, path, "a field `%s`" % field, "none")
        if type(value[field]) != kind:
            return _problem(file, "%s.%s" % (path, field), "a " + kind, _shown(value[field]))
    return None

def _check_package(file, path, package, sources):
    problem = _check_fields(file, path, package, _PACKAGE)
    if problem:
        return problem
    if len(package["sha256"]) != 64 or [c for c in package["sha256"].elems() if c not in _HEX]:
        return _problem(file, path + ".sha256", "64 lower-case hexadecimal digits", _shown(package["sha256"]))
    parts = package["filename"].split("/")
    if [part for part in parts if part in ["", ".", ".."]] or not package["filename"].endswith(".deb"):
        return _problem(file, path + ".filename", "a relative path to a .deb", _shown(package["filename"]))
    if package["suite"] not in sources:
        return _problem(file, path + ".suite", "one of %s" % ", ".join(sorted(sources)), _shown(package["suite"]))
    return None

def _check_packages(file, lock):
    for name, entries in lock["packages"].items():
        path = "$.packages." + name
        if type(entries) != "dict" or not entries:
            return _problem(file, path, "an object with one entry or more", _shown(entries))
        for architecture, package in entries.items():
            if architecture != "all" and architecture not in lock["architectures"]:
                return _problem(file, path, "`all` or one of %s" % ", ".join(lock["architectures"]), _shown(architecture))
            problem = _check_package(file, "%s.%s" % (path, architecture), package, lock["sources"])
            if problem:
                return problem
    return None

def _check_version(file, lock):
    if type(lock) != "dict":
        return _problem(file, "$", "an object", _shown(lock))
    version = lock.get("version")
    if type(version) != "int":
        return _problem(file, "$.version", "a number", _shown(version))
    if version > LOCK_VERSION:
        return _problem(file, "$.version", "%d or older" % LOCK_VERSION, version, "update the distroless module, or lock again with `bazel run //debian_packages:lock`")
    return None

def _check(file, lock):
    problem = _check_version(file, lock) or _check_fields(file, "$", lock, _LOCK)
    if problem:
        return problem
    for suite, source in lock["sources"].items():
        problem = _check_fields(file, "$.sources." + suite, source, {"archive": "string"})
        if problem:
            return problem
    return _check_packages(file, lock)

def parse_lock(file, text):
    """Reads a lock.

    Args:
      file: its name, for messages.
      text: its content.

    Returns:
      A struct of `lock` (the decoded JSON, or None) and `problem` (a message that names file, JSON path, what was expected and
      what was found, or None).
    """
    lock = json.decode(text, default = None)
    if lock == None:
        return struct(lock = None, problem = _problem(file, "$", "JSON", "text that is not", "restore it from version control, or lock again"))
    problem = _check(file, lock)
    return struct(lock = None if problem else lock, problem = problem)

def entry_for(lock, name, architecture):
    """Finds what serves a package on an architecture.

    Args:
      lock: the decoded lock.
      name: the package.
      architecture: Debian's spelling.

    Returns:
      The key below `packages.NAME`: the architecture's own, else `all`, else None.
    """
    entries = lock["packages"].get(name, {})
    for key in [architecture, "all"]:
        if key in entries:
            return key
    return None

def repository_name(hub, package, key):
    """The name of the repository that holds one .deb.

    A repository name has no `+`; rules_distroless spells it `-p-`.
    """
    return "%s_%s_%s" % (hub, package.replace("+", "-p-"), key)
