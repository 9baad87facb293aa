"""The signature of the provenance: `image_push sign-statement` makes a bundle that cosign verifies."""

import subprocess

from refused import Refused

# The options of `image_push` that name the signer, and those that need one.
SIGNERS = ["key", "plugin", "identity-token"]
DETAILS = ["password-file", "signing-config", "trusted-root"]

# Those whose value is a file.
FILES = ["key", *DETAILS]


def add_options(parser):
    group = parser.add_argument_group("signature of the provenance (default: none); docs/guides/signing.md describes the options")
    for name in SIGNERS + DETAILS:
        group.add_argument(f"--{name}", help=f"as `image_push sign --{name}`")
    group.add_argument("--plugin-argument", action="append", default=[], help="as `image_push sign --plugin-argument`; may be given several times")


def is_requested(options):
    return any(_value(options, name) for name in SIGNERS)


def check(options, directory):
    """Refuses files that do not exist, before anything is compiled. Relative paths of the options are those of `directory`."""
    for name in FILES:
        value = _value(options, name)
        # A value may also be that of a variable (env://NAME).
        if value and "://" not in value and not (directory / value).is_file():
            raise Refused(f"cannot sign with `--{name}={value}`: there is no such file", "`image_push generate-key` makes a key")


def sign(image_push, statement, bundle, options, directory):
    """Writes the bundle. Relative paths of the options are those of `directory`."""
    command = [image_push, "sign-statement", statement, "--output", bundle]
    for name in SIGNERS + DETAILS:
        if _value(options, name):
            command.append(f"--{name}={_value(options, name)}")
    command += [f"--plugin-argument={argument}" for argument in options.plugin_argument]
    if subprocess.run(command, cwd=directory, stdout=subprocess.DEVNULL, check=False).returncode:
        raise Refused(f"cannot sign `{statement.name}`: see above")


def _value(options, name):
    return getattr(options, name.replace("-", "_"))
