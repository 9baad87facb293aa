"""LockInfo: the lock of a file."""

LockInfo = provider(
    doc = "The lock that names a file, a package or an archive. Only evidence reads it: layers do not depend on it.",
    fields = {
        "lock": "File: the lock.",
    },
)
