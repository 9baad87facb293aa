"""Access to the entries that users of rules_distroless write, which are dicts or structs."""

def field(what, entry, name, default = None):
    """A field of an entry. Fails if the entry has no such field and there is no default.

    Args:
      what: the target, for the message.
      entry: a dict or struct.
      name: the name of the field.
      default: the value if the entry does not have the field.

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
    """The label of a target in the current package, for messages."""
    return "//%s:%s" % (native.package_name(), name)
