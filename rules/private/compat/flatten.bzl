"""flatten, with the attributes of rules_distroless."""

load("//rules/private/compat:compressions.bzl", "compression_of")
load("//rules/private/compat:fields.bzl", "target_name")
load("//rules/private/layer:flatten.bzl", "flatten")

# buildifier: disable=unused-variable
def compat_flatten(name, tars, deduplicate = False, compress = "", **kwargs):
    """Merges several tar archives into one layer.

    The layer contains each path once. A later entry replaces an earlier one, as with `tar --extract`.

    Args:
      name: the target's name.
      tars: layers and tar archives, lowest first.
      deduplicate: accepted and ignored: the layer never contains duplicates.
      compress: `gzip` or `zstd`. If empty, the build setting decides.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    flatten(
        name = name,
        compression = compression_of(target_name(name), "compress", compress),
        created_by = "flatten",
        layers = tars,
        **kwargs
    )
