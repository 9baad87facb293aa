"""Stand-ins for rules_img, which cannot be fetched here: its providers by version, and the fields that its rules read.

`conformance img` reads the metadata of layers. It is as strict as the program of rules_img 0.3.19."""

load("//rules:img.bzl", "IMG_FIELDS", "img_image", "img_layers")

_LayersInfo = provider(doc = "The same as in rules_img.", fields = ["layers"])

# A provider with a list of fields fails on unknown ones, as those of rules_img do.
_OldestIndexInfo = provider(
    doc = "ImageIndexInfo of 0.0.1.",
    fields = IMG_FIELDS["0.0.1"]["ImageIndexInfo"],
)
_OldestManifestInfo = provider(
    doc = "ImageManifestInfo of 0.0.1.",
    fields = IMG_FIELDS["0.0.1"]["ImageManifestInfo"],
)
_OldestLayerInfo = provider(
    doc = "LayerInfo of 0.0.1.",
    fields = IMG_FIELDS["0.0.1"]["LayerInfo"],
)
_NewestIndexInfo = provider(
    doc = "ImageIndexInfo of 0.3.18.",
    fields = IMG_FIELDS["0.3.18"]["ImageIndexInfo"],
)
_NewestManifestInfo = provider(
    doc = "ImageManifestInfo of 0.3.18.",
    fields = IMG_FIELDS["0.3.18"]["ImageManifestInfo"],
)
_NewestLayerInfo = provider(
    doc = "LayerInfo of 0.3.18.",
    fields = IMG_FIELDS["0.3.18"]["LayerInfo"],
)

oldest_image = img_image(_OldestManifestInfo, _OldestIndexInfo, _OldestLayerInfo, "0.0.1")
oldest_layers = img_layers(_LayersInfo, _OldestLayerInfo, "0.0.1")
newest_image = img_image(_NewestManifestInfo, _NewestIndexInfo, _NewestLayerInfo)
newest_layers = img_layers(_LayersInfo, _NewestLayerInfo)

def _select_base(base, manifest_info, index_info, architecture, variant):
    """Chooses a base as rules_img does: by operating system, architecture and, in newer versions, the exact variant."""
    if manifest_info in base:
        return base[manifest_info]
    for manifest in base[index_info].manifests:
        if manifest.os == "linux" and manifest.architecture == architecture and getattr(manifest, "variant", variant) == variant:
            return manifest
    fail("no base for linux/%s/%s" % (architecture, variant))

_SCRIPT = """#!/bin/sh
set -eu
{program} img {metadata} --base-config {config} --base-manifest {manifest} {flags}
grep -qF '"architecture":"{architecture}"' {config}
grep -qF '"digest":"sha256:' {descriptor}
test "{found}" = {count}
"""

def _consumer_rule(manifest_info, index_info, layer_info):
    def impl(ctx):
        base = _select_base(ctx.attr.base, manifest_info, index_info, ctx.attr.architecture, ctx.attr.variant)
        if base.structured_config.get("history", []) != []:
            fail("history is in the config")
        layers = list(base.layers)
        for target in ctx.attr.layers:
            layers += target[_LayersInfo].layers
        for layer in layers:
            if layer_info == _NewestLayerInfo and (layer.sources != [] or layer.compact_stream != None or layer.mtree == None or layer.ztoc != None):
                fail("a layer that is here is fetched, streamed or rendered anew")
            if layer.blob == None or layer.estargz:
                fail("layers are here, and plain")
        files = {name: ctx.actions.declare_file("%s.%s" % (ctx.label.name, name)) for name in ["manifest", "config", "descriptor"]}
        for name, file in files.items():
            ctx.actions.symlink(output = file, target_file = getattr(base, name))
        test = ctx.actions.declare_file(ctx.label.name)
        ctx.actions.write(test, _SCRIPT.format(
            architecture = ctx.attr.architecture,
            config = files["config"].short_path,
            count = ctx.attr.count,
            descriptor = files["descriptor"].short_path,
            flags = "--without-history" if layer_info == _OldestLayerInfo else "",
            found = len(base.layers),
            program = ctx.executable._program.short_path,
            manifest = files["manifest"].short_path,
            metadata = " ".join(["--metadata " + layer.metadata.short_path for layer in layers]),
        ), is_executable = True)
        runfiles = ctx.runfiles(files = files.values() + [layer.metadata for layer in layers])
        runfiles = runfiles.merge(ctx.attr._program[DefaultInfo].default_runfiles)
        return [DefaultInfo(executable = test, runfiles = runfiles)]

    return rule(
        implementation = impl,
        doc = "Tests the fields that image_manifest of rules_img reads from its base and its layers.",
        test = True,
        attrs = {
            "architecture": attr.string(),
            "base": attr.label(mandatory = True),
            "count": attr.int(doc = "The number of layers of the base."),
            "layers": attr.label_list(providers = [_LayersInfo]),
            "variant": attr.string(),
            "_program": attr.label(default = "//tools/conformance", executable = True, cfg = "target"),
        },
    )

oldest_consumer_test = _consumer_rule(_OldestManifestInfo, _OldestIndexInfo, _OldestLayerInfo)
newest_consumer_test = _consumer_rule(_NewestManifestInfo, _NewestIndexInfo, _NewestLayerInfo)
