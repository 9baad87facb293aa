"""Checks of the names of repositories in registries.

The grammar is that of [distribution/reference](https://pkg.go.dev/github.com/distribution/reference). The tools check
the same in `tools/crates/registry/src/reference/grammar.rs`.
"""

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_WORD = _LOWER + _LOWER.upper() + _DIGITS
_FORM = "write `HOST/PATH`, such as `registry.example/team`"

def _has_only(text, characters):
    return not [character for character in text.elems() if character not in characters]

def _is_component(component):
    """Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them."""
    plain = _LOWER + _DIGITS
    if not component or component[0] not in plain or component[-1] not in plain:
        return False
    separators = "".join([" " if character in plain else character for character in component.elems()]).split(" ")
    return not [part for part in separators if part not in ["", ".", "_", "__"] and part.strip("-")]

def _is_label(label):
    """A part of a host name."""
    return bool(label) and label[0] != "-" and label[-1] != "-" and _has_only(label, _WORD + "-")

def _is_host(host):
    if host.startswith("["):
        address, bracket, rest = host[1:].partition("]")
        good = bool(bracket) and address.count(":") >= 2 and _has_only(address, _DIGITS + "abcdefABCDEF:.")
        colon, port = rest[:1], rest[1:]
    else:
        name, colon, port = host.partition(":")
        good = not [label for label in name.split(".") if not _is_label(label)]
    return good and colon in ["", ":"] and (port.isdigit() if colon else not port)

def _problem(cause, hint):
    return struct(cause = cause, hint = hint)

def is_tag(text):
    """Whether a text is a tag: at most 128 letters, digits, `_`, `.` and `-`, not `.` or `-` first."""
    return 0 < len(text) and len(text) <= 128 and text[0] in _WORD + "_" and _has_only(text, _WORD + "_.-")

def path_problem(path):
    """Checks the path of a repository.

    Args:
      path: the path, such as `team/static-debian12`.

    Returns:
      A struct of `cause` and `hint`, or None.
    """
    if not path:
        return _problem("it has no path", _FORM)
    if path.lower() != path:
        return _problem("its path has capital letters", "write the path in lower case")
    if len(path) > 255:
        return _problem("its path has more than 255 bytes", _FORM)
    if [component for component in path.split("/") if not _is_component(component)]:
        return _problem(
            "its path does not have the form of a path",
            "write lower-case letters and digits, with `.`, `_`, `__`, `-` or `/` between them",
        )
    return None

def repository_problem(repository):
    """Checks the name of a repository in a registry. It must have a host, because Docker's default is rarely meant.

    Args:
      repository: the name, such as `registry.example:5000/team`.

    Returns:
      A struct of `cause` and `hint`, or None.
    """
    if "://" in repository:
        return _problem("it is a URL", "remove `https://`: write `HOST/PATH`")
    host, _, path = repository.partition("/")
    if host != "localhost" and "." not in host and ":" not in host:
        return _problem("it has no host", _FORM)
    if "@" in repository or ":" in path:
        return _problem("it has a tag or a digest", _FORM)
    if not _is_host(host):
        return _problem("its host does not have the form of a host", _FORM)
    return path_problem(path)
