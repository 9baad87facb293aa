"""Refused: a release that cannot be made, with the reason and what to do."""


class Refused(Exception):
    """A message of the form "cannot VERB `OBJECT`: cause", and a hint, which may be empty."""

    def __init__(self, message, hint=""):
        super().__init__(message)
        self.message, self.hint = message, hint

    def text(self):
        return f"error: {self.message}" + (f"\nhint: {self.hint}" if self.hint else "")
