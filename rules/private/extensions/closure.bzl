"""closure: a package with all its dependencies."""

def closure(packages, package, architecture):
    """A package with all its dependencies in the lock, each once. The package itself is last.

    Args:
      packages: the packages of the lock: name to architecture to a dict, in which `depends` is a list of package names.
      package: the name of the package.
      architecture: the Debian architecture name.

    Returns:
      A list of names, in the order in which they were found.
    """
    found = {package: None}
    fresh = [package]

    # Each iteration adds at least one package, or it is the last one.
    for _ in packages:
        needed = {
            name: None
            for one in fresh
            for name in packages[one][architecture]["depends"]
            if name not in found and architecture in packages.get(name, {})
        }
        found |= needed
        fresh = needed.keys()
        if not fresh:
            break
    return found.keys()[1:] + [package]
