"""flatten with the attributes of rules_distroless."""

load("//rules/private:flatten.bzl", "flatten")
load("//rules/private/compat:compressions.bzl", "compression_of")
load("//rules/private/compat:fields.bzl", "target_name")

# buildifier: disable=unused-variable
def compat_flatten(name, tars, deduplicate = False, compress = "", **kwargs):
    """Several tars as one layer.

    A layer has each path once, so it is always without duplicates; what comes later wins, as with `tar --extract`.

    Args:
      name: the target's name.
      tars: layers and tars, lowest first.
      deduplicate: accepted; there is nothing else.
      compress: `gzip`, `zstd`, or empty for what the build makes.
      **kwargs: attributes that all rules have.
    """
    flatten(
        name = name,
        compression = compression_of(target_name(name), "compress", compress),
        created_by = "flatten",
        layers = tars,
        **kwargs
    )
