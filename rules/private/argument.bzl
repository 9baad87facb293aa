"""argument: one argument as one line of a parameter file."""

# An escape is a backslash and one character. Carriage returns are escaped like newlines, because they end a line for
# Bazel.
_ESCAPES = [("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r")]

def argument(value):
    """One argument as one line of a parameter file (`docs/tool_contract.md`, "Parameter files").

    Bazel writes arguments without escapes, so a newline in an argument would begin another argument. If a worker runs
    the action, Bazel reads the file and replaces each line that begins with `@` with the lines of the file of that
    name.

    Args:
      value: a string, a File (for its path) or an integer.

    Returns:
      A string without line breaks that does not begin with `@`. The crate `worker` decodes the escapes.
    """
    text = value.path if type(value) == "File" else str(value)
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return "\\" + text if text.startswith("@") else text
