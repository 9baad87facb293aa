"""nearest: similar names, for messages about unknown names."""

# The maximum number of names in a message.
_NEAREST = 3

# The minimum number of common letters of similar names.
_LETTERS = 4

def _letters_in_common(one, other):
    """The length of the common prefix of two names."""
    for number in range(min(len(one), len(other))):
        if one[number] != other[number]:
            return number
    return min(len(one), len(other))

def nearest(name, names):
    """The names with the longest common prefix with `name`, the most similar first.

    Args:
      name: a name that is not in `names`.
      names: the known names.

    Returns:
      A list of at most three names.
    """
    shared = {other: _letters_in_common(name, other) for other in names}
    near = [(-letters, other) for other, letters in shared.items() if letters >= _LETTERS]
    return [other for _, other in sorted(near)[:_NEAREST]]
