"""The choice of a locked version for an image."""

def locked_version(versions, major):
    """The locked version of Node.js with a major version.

    Args:
      versions: the locked versions, such as `22.23.2`.
      major: the major version.

    Returns:
      The version. Fails if there is none, or more than one.
    """
    found = [version for version in versions if version.split(".")[0] == str(major)]
    if len(found) != 1:
        fail("cannot pick Node.js `%d`: the lock has %s; it must have one version of it" % (
            major,
            ", ".join(["`%s`" % version for version in sorted(found)]) or "none",
        ))
    return found[0]
