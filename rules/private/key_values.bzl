"""key_values: a dictionary of strings as `KEY=VALUE` arguments."""

def key_values(label, attribute, values):
    """A dictionary of strings as `KEY=VALUE` arguments.

    Args:
      label: the target, for messages.
      attribute: the attribute that has the dictionary, for messages.
      values: a dictionary of strings.

    Returns:
      A list of strings in the dictionary's order; fails for a key that is empty or has a `=`, which ends a key.
    """
    for key in values:
        if not key or "=" in key:
            fail("cannot build `%s`: %s: key `%s`: expected a key that is not empty and has no `=`" % (label, attribute, key))
    return ["%s=%s" % pair for pair in values.items()]
