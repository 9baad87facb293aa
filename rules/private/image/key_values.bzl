"""key_values: a dictionary of strings as `KEY=VALUE` arguments."""

def key_values(label, attribute, values):
    """A dictionary of strings as `KEY=VALUE` arguments.

    Args:
      label: the target, for messages.
      attribute: the name of the attribute, for messages.
      values: a dictionary of strings.

    Returns:
      A list of strings in the order of the dictionary. Fails if a key is empty or contains `=`, which ends a key.
    """
    for key in values:
        if not key or "=" in key:
            fail("cannot build `%s`: %s: key `%s`: expected a key that is not empty and has no `=`" % (label, attribute, key))
    return ["%s=%s" % pair for pair in values.items()]
