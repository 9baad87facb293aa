"""Checks of names in registries: tags, and names with a tag. Pure functions, so that every message has a test."""

_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_TAG_START = _LOWER + _LOWER.upper() + "_"
_TAG = _TAG_START + ".-"

def tag_problem(tag):
    """Checks a tag (OCI distribution, "Pulling manifests").

    Args:
      tag: the tag.

    Returns:
      A message, or None.
    """
    known = tag and tag[0] in _TAG_START and not [character for character in tag.elems() if character not in _TAG]
    if not known or len(tag) > 128:
        return "`%s` is not a tag; expected at most 128 letters, digits, `_`, `.` and `-`, with a letter, a digit or `_` first" % tag
    return None

def split_name(name):
    """Splits a name such as `team/server:1`.

    Args:
      name: the name, with a tag.

    Returns:
      A struct of `name`, `tag`, and `problem`, a message or None.
    """
    before, colon, tag = name.rpartition(":")
    if not colon or not before or "/" in tag:
        return struct(name = name, problem = "`%s` has no tag; expected `NAME:TAG`, such as `server:latest`" % name, tag = "")
    if before != before.lower():
        return struct(name = before, problem = "`%s` has capital letters, which no engine accepts in a name" % before, tag = tag)
    return struct(name = before, problem = tag_problem(tag), tag = tag)
