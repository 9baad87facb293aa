"""The messages about values of a lock, and the formats of single values. Pure functions."""

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

SHA256_LENGTH = 64

_HEX = "0123456789abcdef"

_NAME = "abcdefghijklmnopqrstuvwxyz0123456789+-."

_PACKAGE_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" + _NAME

# The characters of a file name that is also the name of a target.
_FILE_NAME = _PACKAGE_NAME + "~%"

_DIGITS = "0123456789"

# The control characters of ASCII: a BUILD file cannot have them in texts.
_CONTROL = "\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037\177"

# The least and the largest number of each part of a time such as `2026-11-21T02:34:56Z`, by the position of the part.
_PARTS_OF_TIME = {
    5: (1, 12),
    8: (1, 31),
    11: (0, 23),
    14: (0, 59),
    17: (0, 60),
}

def without_credentials(url):
    """A URL for messages.

    Args:
      url: the URL.

    Returns:
      The URL without user and password.
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
    """A value for messages.

    Args:
      value: a decoded value.

    Returns:
      A small value as JSON, another one by its type.
    """
    if type(value) == "string":
        return json.encode(without_credentials(value))
    if type(value) in ["int", "float", "bool"]:
        # Not JSON: a number that is too large for a fraction is `+inf`.
        return json.encode(value) if type(value) == "bool" else str(value)
    return _EMPTY.get(type(value), _KINDS[type(value)]) if not value else _KINDS[type(value)]

def lock_problem(file, path, expected, found, hint = ""):
    """The message about one value of a lock: the file, the JSON path, the expected and the found value."""
    text = "cannot read lock `%s`: %s: expected %s, found %s" % (file, path, expected, found)
    return text + ("\nhint: " + hint if hint else "")

def fields_problem(file, path, value, fields, optional = {}):
    """Checks the fields of an object.

    Args:
      file: the lock, for messages.
      path: the JSON path of the object.
      value: the value, which should be an object.
      fields: dict of required fields to their Starlark types.
      optional: dict of optional fields to their Starlark types.

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

def is_url(text):
    """Whether a text is a URL that builds may fetch: `https://…`, `http://…` or `file:///…`, without spaces and control characters.

    Args:
      text: the text.

    Returns:
      True or False.
    """
    if not is_text(text) or [character for character in [" ", "\"", "\\"] if character in text]:
        return False
    for scheme in _SCHEMES:
        if text.startswith(scheme) and len(text) > len(scheme) and not text[len(scheme):].startswith("/"):
            return True
    return False

def is_relative_path(text):
    """Whether a path stays inside of the directory that it is relative to.

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

def are_relative_paths(texts):
    """Whether all paths stay inside of the directory that they are relative to: `is_relative_path` for many paths.

    Args:
      texts: the texts.

    Returns:
      True or False.
    """
    text = "/%s/" % "/".join(texts or ["a"])
    return "//" not in text and "/./" not in text and "/../" not in text and "\\" not in text

def is_hex(text):
    """Whether a text has no other characters than lower-case hexadecimal digits."""
    return not text.strip(_HEX)

def is_sha256(text):
    """Whether a text is a SHA-256 in the notation of the lock."""
    return len(text) == SHA256_LENGTH and is_hex(text)

def is_name(text):
    """Whether a text is a name of lower-case letters, digits, `+`, `-` and `.`, such as the name of an architecture."""
    return bool(text) and not text.strip(_NAME) and text[0] not in "+-."

def is_package_name(text):
    """Whether dpkg accepts a package name: the characters of Debian Policy 5.6.1, also `_` and upper-case letters."""
    return bool(text) and not text.strip(_PACKAGE_NAME) and text[0] not in "+-._"

def is_text(text):
    """Whether a text has no control characters."""
    return not [character for character in _CONTROL.elems() if character in text]

def deb_file_name(filename, package, version, architecture):
    """The file name of a package in a Bazel repository.

    Args:
      filename: the path of the file in its Debian repository, or an empty string. It may have any extension, such as
        `.ddeb`.
      package: the name of the package.
      version: its version.
      architecture: its architecture.

    Returns:
      The last part of the path if it ends in `.deb` and can be the name of a target, otherwise the name that dpkg-name(1)
      gives it. Characters of the version that the name of a target cannot have are `_` in it.
    """
    name = filename.split("/")[-1]
    if name.endswith(".deb") and not name.strip(_FILE_NAME):
        return name
    version = "".join([character if character in _FILE_NAME else "_" for character in version.split(":")[-1].elems()])
    return "%s_%s_%s.deb" % (package, version, architecture)

def is_timestamp(text):
    """Whether a text is a time such as `2026-11-21T02:34:56Z`.

    Args:
      text: the text.

    Returns:
      True or False.
    """
    form = "".join(["0" if character in _DIGITS else character for character in text.elems()])
    if form != "0000-00-00T00:00:00Z":
        return False
    for start, (least, largest) in _PARTS_OF_TIME.items():
        part = int(text[start:start + 2])
        if part < least or part > largest:
            return False
    return True
