"""What a package's version says of Python's."""

def python_version(version):
    """Python's version: that of its package, without epoch and Debian revision (`3.11.2-6+deb12u9` is 3.11.2).

    Args:
      version: the version of `pythonX.Y-minimal`.

    Returns:
      The version that `python3 --version` prints.
    """
    upstream = version.split(":", 1)[-1]
    return upstream.rsplit("-", 1)[0]
