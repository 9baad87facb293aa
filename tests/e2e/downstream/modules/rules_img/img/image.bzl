"""An image and an index, as far as they read their base: by providers, never by its files."""

load(":providers.bzl", "ImageIndexInfo", "ImageManifestInfo", "LayersInfo")

_TOOLCHAIN = "//img:toolchain_type"

def _base(ctx):
    base = ctx.attr.base
    if ImageManifestInfo in base:
        return base[ImageManifestInfo]

    # A variant is that of a constraint of rules_img's own; arm64 alone has one without (img/private/config there).
    wanted = {"_aarch64": ("arm64", "v8"), "_armv7": ("arm", ""), "_v7": ("arm", "v7"), "_x86_64": ("amd64", "")}
    found = [wanted[name] for name in wanted if ctx.target_platform_has_constraint(getattr(ctx.attr, name)[platform_common.ConstraintValueInfo])]
    for manifest in base[ImageIndexInfo].manifests:
        if (manifest.os, manifest.architecture, manifest.variant) == ("linux",) + found[-1]:
            return manifest
    fail("no matching base image found for os=linux architecture=%s" % found[-1][0])

def _image_manifest_impl(ctx):
    base = _base(ctx)
    layers = list(base.layers)
    for target in ctx.attr.layers:
        layers.extend(target[LayersInfo].layers)
    manifest = ctx.actions.declare_file(ctx.label.name + "_manifest.json")

    # Metadata alone: an action that had a blob among its inputs would not be what rules_img does. It is decoded as strictly.
    metadata = [layer.metadata for layer in layers]
    args = ctx.actions.args()
    args.add("img")
    args.add_all(metadata, before_each = "--metadata")
    args.add("--base-config", base.config)
    args.add("--base-manifest", base.manifest)
    args.add("--output", manifest)
    ctx.actions.run(
        executable = ctx.toolchains[_TOOLCHAIN].imgtoolchaininfo.tool_exe,
        arguments = [args],
        inputs = [base.manifest, base.config, base.descriptor] + metadata,
        outputs = [manifest],
        mnemonic = "ImageManifest",
    )
    info = ImageManifestInfo(
        architecture = base.architecture,
        config = base.config,
        descriptor = base.descriptor,
        layers = layers,
        manifest = manifest,
        mtree = None,
        os = base.os,
        soci_config = None,
        soci_descriptor = None,
        soci_manifest = None,
        soci_ztocs = [],
        sparse_oci_layout = None,
        structured_config = base.structured_config,
        variant = base.variant,
    )
    return [info, DefaultInfo(files = depset([manifest]))]

image_manifest = rule(
    implementation = _image_manifest_impl,
    doc = "An image on a base.",
    attrs = {
        "base": attr.label(),
        "cmd": attr.string_list(),
        "entrypoint": attr.string_list(),
        "layers": attr.label_list(providers = [LayersInfo]),
        "user": attr.string(),
        "_aarch64": attr.label(default = "@platforms//cpu:aarch64"),
        "_armv7": attr.label(default = "@platforms//cpu:armv7"),
        "_v7": attr.label(default = "//img/constraints/arm:v7"),
        "_x86_64": attr.label(default = "@platforms//cpu:x86_64"),
    },
    toolchains = [_TOOLCHAIN],
)

def _platforms_impl(_settings, attr):
    return {str(platform): {"//command_line_option:platforms": str(platform)} for platform in attr.platforms}

_platforms = transition(
    implementation = _platforms_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _image_index_impl(ctx):
    manifests = [target[ImageManifestInfo] for target in ctx.attr.manifests]
    found = [(manifest.architecture, manifest.variant) for manifest in manifests]
    if len({platform: None for platform in found}) != len(found):
        fail("not one image for each platform: %s" % found)
    return [DefaultInfo(files = depset([manifest.manifest for manifest in manifests]))]

image_index = rule(
    implementation = _image_index_impl,
    doc = "Images of several platforms.",
    attrs = {
        "manifests": attr.label_list(cfg = _platforms, providers = [ImageManifestInfo]),
        "platforms": attr.label_list(),
    },
)
