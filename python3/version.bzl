"""The version of Python, derived from the version of its package."""

def python_version(version):
    """The version of Python: that of its package without epoch and Debian revision (3.11.2 for `3.11.2-6+deb12u9`).

    Args:
      version: the version of `pythonX.Y-minimal`.

    Returns:
      The version that `python3 --version` prints.
    """
    upstream = version.split(":", 1)[-1]
    return upstream.rsplit("-", 1)[0]
