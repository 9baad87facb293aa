"""certificates_rule: the common part of the rules that make a layer from a ca-certificates package."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:locked_file.bzl", "lock_of")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_ATTRS = {
    "deb": attr.label(
        doc = "The Debian package ca-certificates, such as `@debian12//ca-certificates:deb`.",
        mandatory = True,
        allow_single_file = [".deb"],
    ),
    "extra": attr.label_list(
        doc = "Files with further certificates, PEM or DER, which follow those of the package in this order.",
        allow_files = [".pem", ".crt"],
    ),
    "mode": attr.string(
        doc = "Mode of each file, octal, such as `0644`.",
        default = "0644",
    ),
}

def certificates_rule(command, created_by, doc, attrs = {}):
    """A rule that makes a layer from a ca-certificates package and further certificates.

    Args:
      command: the command of the layer assembler.
      created_by: the text for the layer in the history of the image.
      doc: the documentation of the rule.
      attrs: further attributes, strings. Each is an option of the command: `--NAME`.

    Returns:
      A rule with the attributes `deb`, `extra`, `mode` and `attrs`.
    """

    def impl(ctx):
        return layer_outputs(layer_actions.derived_layer(
            ctx,
            command = command,
            debs = [ctx.file.deb],
            options = [("--mode", [ctx.attr.mode]), ("--extra-pem", ctx.files.extra)] +
                      [("--" + name, [getattr(ctx.attr, name)]) for name in attrs],
            files = ctx.files.extra,
            created_by = created_by,
            lock = lock_of(ctx.attr.deb),
        ))

    return rule(
        implementation = impl,
        doc = doc,
        cfg = canonical_mode,
        provides = [LayerInfo],
        toolchains = [TOOLCHAIN_TYPE],
        attrs = CANONICAL_ATTRS | _ATTRS | attrs,
    )
