"""closure: a package with all that it needs."""

def closure(packages, package, architecture):
    """A package with all that it needs, as far as the lock has it: the package last, before it what it needs, each once.

    Args:
      packages: what the lock says: package to architecture to facts, of which `depends` lists names of packages.
      package: the package.
      architecture: Debian's spelling.

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
