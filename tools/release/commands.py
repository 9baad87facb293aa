"""Runs other programs."""

import subprocess

from refused import Refused


def output_of(*command, **options):
    """The standard output of a program, as text."""
    return bytes_of(*command, **options).decode()


def bytes_of(*command, **options):
    """The standard output of a program. Its standard error is that of this program."""
    words = [str(word) for word in command]
    name = " ".join(words[:3])
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, check=False, **options)
    except FileNotFoundError as error:
        raise Refused(f"cannot run `{name}`: no program `{words[0]}` on PATH") from error
    if done.returncode:
        raise Refused(f"cannot run `{name}`: exit code {done.returncode}, see above")
    return done.stdout
