"""nearest: the names that a message offers in place of one that is not there."""

# The maximum number of names in a message.
_NEAREST = 3

# The minimum number of common letters of similar names.
_LETTERS = 4

def _letters_in_common(one, other):
    """How many letters two names begin alike with."""
    for number in range(min(len(one), len(other))):
        if one[number] != other[number]:
            return number
    return min(len(one), len(other))

def nearest(name, names):
    """The names that begin most like `name`, the nearest first.

    Args:
      name: a name that is not among them.
      names: those that are there.

    Returns:
      A list of three at most.
    """
    shared = {other: _letters_in_common(name, other) for other in names}
    near = [(-letters, other) for other, letters in shared.items() if letters >= _LETTERS]
    return [other for _, other in sorted(near)[:_NEAREST]]
