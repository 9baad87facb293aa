"""Greets in several languages."""

_WORDS = {"de": "hallo", "en": "hello", "fr": "bonjour"}


def greeting(name, language="en"):
    """A greeting; in English where the language is not known."""
    return f"{_WORDS.get(language, _WORDS['en'])}, {name}"
