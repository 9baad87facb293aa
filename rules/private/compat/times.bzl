"""Times and modes in the notation of rules_distroless."""

def seconds(what, time):
    """A time such as `0`, `"0"` or `"0.0"`. Fails if the value is not a time, or has a fraction.

    Args:
      what: the target, for the message.
      time: the time.

    Returns:
      Seconds since 1970-01-01 UTC.
    """
    whole, _, fraction = str(time).partition(".")
    if not whole.isdigit() or fraction.strip("0"):
        fail("cannot make `%s`: time: expected whole seconds since 1970, such as `0.0`, found `%s`" % (what, time))
    return int(whole)

def octal(what, mode):
    """A mode with at least four digits. Fails if the value is not a mode.

    Args:
      what: the target, for the message.
      mode: the mode, octal: `700`, `"0644"`.

    Returns:
      The mode in the notation of the layer assembler.
    """
    text = str(mode)
    if not text or text.strip("01234567") or len(text) > 5:
        fail("cannot make `%s`: mode: expected octal such as `0644`, found `%s`" % (what, mode))
    return "0" * (4 - len(text)) + text
