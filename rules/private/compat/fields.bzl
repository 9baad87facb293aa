"""The entries that users of rules_distroless write: dicts, or structs."""

def field(what, entry, name, default = None):
    """A field of an entry; fails where there is none and no default.

    Args:
      what: the target, for the message.
      entry: a dict or struct.
      name: the field.
      default: what it is where it is left out.

    Returns:
      The value.
    """
    value = entry.get(name) if type(entry) == "dict" else getattr(entry, name, None)
    if value != None:
        return value
    if default != None:
        return default
    fail("cannot make `%s`: an entry lacks `%s`: %s" % (what, name, entry))

def target_name(name):
    """A target of the package that is being loaded, as messages name it."""
    return "//%s:%s" % (native.package_name(), name)
