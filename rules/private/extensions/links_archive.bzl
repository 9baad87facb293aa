"""links_archive: symbolic links as the text of a tar archive. Pure functions.

`rctx.symlink` makes absolute links only, one for each call. The format is the
[ustar interchange format](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06) of POSIX.
"""

# The bytes of the fields `name` and `linkname`.
_NAME_LENGTH = 100

_NUL = "\000"
_ZEROS = _NUL * 512

# The characters that names may have, with their codes.
_CODES = {
    character: first + number
    for first, characters in {
        43: "+",
        45: "-.",
        48: "0123456789",
        65: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        95: "_",
        97: "abcdefghijklmnopqrstuvwxyz",
    }.items()
    for number, character in enumerate(characters.elems())
}

# The fields `mode`, `uid`, `gid`, `size` and `mtime`.
_FACTS = "0000777" + _NUL + ("0000000" + _NUL) * 2 + ("00000000000" + _NUL) * 2

# The fields `typeflag` (a symbolic link), and `magic` and `version`.
_TYPE = "2"
_MAGIC = "ustar" + _NUL + "00"

# The field `linkname` is at byte 157 of 512.
_REST = _MAGIC + _NUL * (512 - 157 - _NAME_LENGTH - len(_MAGIC))

# The sum of all bytes that are the same in each header. The checksum itself counts as eight spaces.
_SUM = 3046

def _sum(text):
    total = 0
    for character in text.elems():
        total += _CODES[character]
    return total

def _octal(number):
    """Six octal digits."""
    return "".join([str(number // place % 8) for place in [32768, 4096, 512, 64, 8, 1]])

def can_be_link(name):
    """Whether a name is short enough for `links_archive`.

    Args:
      name: a name of the characters that `is_package_name` accepts.

    Returns:
      True or False.
    """
    return len(name) <= _NAME_LENGTH

def links_archive(links):
    """A tar archive of symbolic links.

    Args:
      links: dict of names to targets. All are in one directory, and `can_be_link` accepts them.

    Returns:
      The bytes of the archive, as text of ASCII characters.
    """
    ends = {
        target: (_sum(target), _TYPE + target + _ZEROS[:_NAME_LENGTH - len(target)] + _REST)
        for target in {target: None for target in links.values()}
    }
    headers = []
    for name, target in links.items():
        total, end = ends[target]
        headers += [
            name,
            _ZEROS[:_NAME_LENGTH - len(name)],
            _FACTS,
            _octal(_SUM + total + _sum(name)),
            _NUL + " ",
            end,
        ]
    return "".join(headers) + _ZEROS * 2
