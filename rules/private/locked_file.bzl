"""locked_file: a file of a repository, with the lock that names it."""

load("//rules/private/providers:layer_info.bzl", "LayerInfo")
load("//rules/private/providers:lock_info.bzl", "LockInfo")

def _locked_file_impl(ctx):
    return [
        DefaultInfo(files = depset([ctx.file.file])),
        LockInfo(lock = ctx.file.lock),
    ]

locked_file = rule(
    implementation = _locked_file_impl,
    doc = "A file, with the lock that names it. Its only output is the file, so it can be used as the file.",
    provides = [LockInfo],
    attrs = {
        "file": attr.label(doc = "The file.", mandatory = True, allow_single_file = True),
        "lock": attr.label(doc = "The lock.", mandatory = True, allow_single_file = True),
    },
)

def lock_of(target):
    """The lock of a file or a layer.

    Args:
      target: a target, or None.

    Returns:
      A File, or None if there is no lock.
    """
    if not target:
        return None
    if LockInfo in target:
        return target[LockInfo].lock
    return getattr(target[LayerInfo], "lock", None) if LayerInfo in target else None
