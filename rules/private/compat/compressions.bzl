"""The names of compressions in rules_distroless."""

# Compressions of bsdtar that no container engine reads or that are not permitted for layers.
_FOREIGN = ["bzip2", "compress", "lrzip", "lz4", "lzma", "lzop", "xz"]

_KNOWN = {"": "", "gzip": "gzip", "zstd": "zstd"}

def compression_of(what, attribute, compression):
    """The compression of a layer. Fails for a compression that layers cannot have.

    Args:
      what: the target, for the message.
      attribute: the name of the attribute, for the message.
      compression: the name in rules_distroless. If empty, the build setting decides.

    Returns:
      `gzip`, `zstd`, or an empty string.
    """
    if compression in _KNOWN:
        return _KNOWN[compression]
    why = "layers cannot have this compression" if compression in _FOREIGN else "unknown compression"
    fail("cannot make `%s`: %s: `%s`: %s\nhint: leave it out, or use `gzip` or `zstd`" % (what, attribute, compression, why))
