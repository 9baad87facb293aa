"""Versions of cargo, its workspace, and the messages if it cannot be used. Pure functions."""

# The path of the cargo that compiles the tools, if it is not the one on PATH.
CARGO_VARIABLE = "DISTROLESS_CARGO"

_DIGITS = "0123456789"

_SET_CARGO = "set %s to another cargo (`--repo_env=%s=/path/to/cargo`)" % (CARGO_VARIABLE, CARGO_VARIABLE)

def version_of(text):
    """The version in the output of cargo or rustc.

    Args:
      text: the output of `cargo --version` or `rustc --version`: `cargo 1.95.0 (f2d3ce0bd 2026-03-21)`.

    Returns:
      The version, such as `1.95.0`, or None if the text has no version.
    """
    words = text.split(" ")
    if len(words) < 2:
        return None
    version = words[1].strip().split("-")[0]
    parts = version.split(".")
    return version if len(parts) >= 2 and not [part for part in parts if not part or part.strip(_DIGITS)] else None

def reaches(version, oldest):
    """Whether a version is the oldest allowed one or newer.

    Args:
      version: the version, such as `1.95.0`.
      oldest: the oldest allowed version, such as `1.88`.

    Returns:
      True or False.
    """
    have = [int(part) for part in version.split(".")]
    want = [int(part) for part in oldest.split(".")]
    return have[:len(want)] >= want

def rust_version(manifest):
    """The oldest compiler version that a Cargo.toml allows (`rust-version`).

    https://doc.rust-lang.org/cargo/reference/manifest.html#the-rust-version-field

    Args:
      manifest: the text of Cargo.toml.

    Returns:
      The version, such as `1.88`, or None if the file has no version.
    """
    for line in manifest.split("\n"):
        key, equals, value = line.partition("=")
        if equals and key.strip() == "rust-version":
            return value.strip().strip("\"")
    return None

def members_of(manifest):
    """The directories of the members of a workspace (`[workspace] members`), which must be one in each line.

    Args:
      manifest: the text of Cargo.toml.

    Returns:
      A list of paths relative to the workspace.
    """
    _, _, list_and_rest = manifest.partition("members = [\n")
    lines, _, _ = list_and_rest.partition("]")
    return [line.strip().rstrip(",").strip("\"") for line in lines.split("\n") if line.strip()]

def host_triple(text):
    """The target triple of this machine.

    Args:
      text: the output of `rustc --version --verbose`.

    Returns:
      The triple, such as `x86_64-unknown-linux-gnu`, or None.
    """
    for line in text.split("\n"):
        if line.startswith("host: "):
            return line.removeprefix("host: ").strip()
    return None

def no_cargo_problem(oldest, given):
    """The message if there is no cargo.

    Args:
      oldest: the oldest allowed version.
      given: the value of CARGO_VARIABLE, or an empty string.

    Returns:
      The message.
    """
    if given:
        return "cannot compile the tools of distroless: %s is `%s`, and there is no such file\nhint: set it to the path of cargo %s or newer, or unset it to use the one on PATH" % (CARGO_VARIABLE, given, oldest)
    return "cannot compile the tools of distroless: no cargo on PATH\nhint: install Rust %s or newer (rustup, or packages of the system), or %s" % (oldest, _SET_CARGO)

def no_compiler_problem(cargo):
    """The message if there is no rustc for a cargo.

    Args:
      cargo: the path of cargo.

    Returns:
      The message.
    """
    return "cannot compile the tools of distroless: no rustc next to `%s` or on PATH\nhint: install rustc, or %s" % (cargo, _SET_CARGO)

def version_problem(program, path, found, oldest):
    """The message if a program is too old, or if its version is unknown.

    Args:
      program: `cargo` or `rustc`.
      path: the path of the program.
      found: its version, or None.
      oldest: the oldest allowed version.

    Returns:
      The message, or None if the version is allowed.
    """
    if found and reaches(found, oldest):
        return None
    cause = "`%s` prints no version" % path if not found else "%s %s (`%s`) is older than %s" % (program, found, path, oldest)
    return "cannot compile the tools of distroless: %s\nhint: update Rust (`rustup update`), or %s" % (cause, _SET_CARGO)

def build_problem(code, output):
    """The message if cargo fails.

    Args:
      code: the exit code.
      output: the text on standard error.

    Returns:
      The message, with the end of the output.
    """
    lines = output.strip().split("\n")
    return "\n".join(
        ["cannot compile the tools of distroless: `cargo build` ended with exit code %d" % code] +
        ["  | " + line for line in lines[-40:]] +
        ["hint: cargo needs a C compiler and its registry; `config.toml` in CARGO_HOME can name a vendored or mirrored registry"],
    )
