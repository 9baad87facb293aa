"""What the lock's reader says, and the forms of single values. Pure functions."""

# The JSON names of the types of decoded values.
_KINDS = {
    "NoneType": "null",
    "bool": "true or false",
    "dict": "an object",
    "float": "a fraction",
    "int": "a whole number",
    "list": "a list",
    "string": "a string",
}

_EMPTY = {
    "dict": "an empty object",
    "list": "an empty list",
}

_SCHEMES = ["https://", "http://", "file:///"]

_HEX = "0123456789abcdef"

_NAME = "abcdefghijklmnopqrstuvwxyz0123456789+-."

_PACKAGE_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" + _NAME

# The characters of a file name that is also the name of a target.
_FILE_NAME = _PACKAGE_NAME + "~%"

_DIGITS = "0123456789"

def without_credentials(url):
    """An address as messages show it.

    Args:
      url: the address.

    Returns:
      It without user and password.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        # The text may be `user:password@host/…` without the scheme.
        return url.split("@")[-1]
    host, slash, path = rest.partition("/")
    if "@" in host:
        return scheme + separator + host.split("@")[-1] + slash + path
    if not host.startswith("[") and host.partition(":")[2].strip(_DIGITS):
        # The text after `:` is not a port, so it is a password that contains a slash.
        return scheme + separator + rest.split("@")[-1]
    return url

def shown(value):
    """A value as messages show it.

    Args:
      value: a decoded value.

    Returns:
      A small one as JSON, another by its kind.
    """
    if type(value) == "string":
        return json.encode(without_credentials(value))
    if type(value) in ["int", "float", "bool"]:
        return json.encode(value)
    return _EMPTY.get(type(value), _KINDS[type(value)]) if not value else _KINDS[type(value)]

def lock_problem(file, path, expected, found, hint = ""):
    """The message about one value of a lock: the file, the JSON path, what was expected there and what was found."""
    text = "cannot read lock `%s`: %s: expected %s, found %s" % (file, path, expected, found)
    return text + ("\nhint: " + hint if hint else "")

def fields_problem(file, path, value, fields, optional = {}):
    """Checks the fields of an object.

    Args:
      file: the lock, for messages.
      path: the JSON path of the object.
      value: what should be the object.
      fields: fields that it must have, to their Starlark types.
      optional: fields that it may have, the same.

    Returns:
      A message, or None.
    """
    if type(value) != "dict":
        return lock_problem(file, path, "an object", shown(value))
    for field, kind in fields.items():
        if field not in value:
            return lock_problem(file, path, "a field `%s`" % field, "none")
        if type(value[field]) != kind:
            return lock_problem(file, "%s.%s" % (path, field), _KINDS[kind], shown(value[field]))
    for field, kind in optional.items():
        if field in value and type(value[field]) != kind:
            return lock_problem(file, "%s.%s" % (path, field), _KINDS[kind], shown(value[field]))
    return None

def is_address(text):
    """Whether a build may fetch from an address: `https://…`, `http://…` or `file:///…`, without blanks.

    Args:
      text: what may be one.

    Returns:
      True or False.
    """
    if [character for character in [" ", "\t", "\n", "\r", "\"", "\\"] if character in text]:
        return False
    for scheme in _SCHEMES:
        if text.startswith(scheme) and len(text) > len(scheme) and not text[len(scheme):].startswith("/"):
            return True
    return False

def is_relative_path(text):
    """Whether a path leads into a folder and cannot lead out of it.

    Args:
      text: the path.

    Returns:
      True or False.
    """
    if "\\" in text:
        return False
    for part in text.split("/"):
        if part in ["", ".", ".."]:
            return False
    return True

def is_sha256(text):
    """Whether it is a SHA-256 as the lock writes it."""
    return len(text) == 64 and not text.strip(_HEX)

def is_name(text):
    """Whether it is a name of lower-case letters, digits, `+`, `-` and `.`, as an architecture's."""
    return bool(text) and not text.strip(_NAME) and text[0] not in "+-."

def is_package_name(text):
    """Whether dpkg takes a package of this name: besides what Debian Policy 5.6.1 allows, `_` and upper-case letters."""
    return bool(text) and not text.strip(_PACKAGE_NAME) and text[0] not in "+-._"

def deb_file_name(filename, package, version, architecture):
    """The name under which a repository has the file of a package.

    Args:
      filename: the file's path in its archive, or empty. It may end in anything, such as `.ddeb`.
      package: the package.
      version: its version.
      architecture: its architecture.

    Returns:
      The last part of the path where that ends in `.deb` and can be the name of a target, else what dpkg-name(1) would call it.
    """
    name = filename.split("/")[-1]
    if name.endswith(".deb") and not name.strip(_FILE_NAME):
        return name
    return "%s_%s_%s.deb" % (package, version.split(":")[-1].replace("/", "_"), architecture)

def is_timestamp(text):
    """Whether it is a time like `2026-11-21T02:34:56Z`."""
    form = "".join(["0" if character in _DIGITS else character for character in text.elems()])
    return form == "0000-00-00T00:00:00Z"
