"""Stand-ins for rules_img, which cannot be fetched here: its providers with the fields of each time, and what its rules read of them."""

load("//rules:img.bzl", "IMG_FIELDS", "img_image", "img_layers")

_LayersInfo = provider(doc = "As rules_img's.", fields = ["layers"])

# Provider fields are strict: one that is not there is an error, as it is with the real ones.
_OldestIndexInfo = provider(
    doc = "ImageIndexInfo of 2025-08.",
    fields = IMG_FIELDS["2025-08"]["ImageIndexInfo"],
)
_OldestManifestInfo = provider(
    doc = "ImageManifestInfo of 2025-08.",
    fields = IMG_FIELDS["2025-08"]["ImageManifestInfo"],
)
_OldestLayerInfo = provider(
    doc = "LayerInfo of 2025-08.",
    fields = IMG_FIELDS["2025-08"]["LayerInfo"],
)
_NewestIndexInfo = provider(
    doc = "ImageIndexInfo of 2026-08.",
    fields = IMG_FIELDS["2026-08"]["ImageIndexInfo"],
)
_NewestManifestInfo = provider(
    doc = "ImageManifestInfo of 2026-08.",
    fields = IMG_FIELDS["2026-08"]["ImageManifestInfo"],
)
_NewestLayerInfo = provider(
    doc = "LayerInfo of 2026-08.",
    fields = IMG_FIELDS["2026-08"]["LayerInfo"],
)

oldest_image = img_image(_OldestManifestInfo, _OldestIndexInfo, _OldestLayerInfo, "2025-08")
oldest_layers = img_layers(_LayersInfo, _OldestLayerInfo, "2025-08")
newest_image = img_image(_NewestManifestInfo, _NewestIndexInfo, _NewestLayerInfo)
newest_layers = img_layers(_LayersInfo, _NewestLayerInfo)

def _select_base(base, manifest_info, index_info, architecture, variant):
    """As rules_img picks a base: by os, architecture and, where it knows variants, exactly that one."""
    if manifest_info in base:
        return base[manifest_info]
    for manifest in base[index_info].manifests:
        if manifest.os == "linux" and manifest.architecture == architecture and getattr(manifest, "variant", variant) == variant:
            return manifest
    fail("no base for linux/%s/%s" % (architecture, variant))

_SCRIPT = """#!/bin/sh
set -eu
for file in {metadata}; do
  for key in '"diff_id":"sha256:' '"digest":"sha256:' '"mediaType":"{media_type}"' '"name":"' '"size":' '"history":' '"annotations":'; do
    grep -qF "$key" "$file" || {{ echo "$file lacks $key:" >&2; cat "$file" >&2; exit 1; }}
  done
  grep -qF "$(sed -E 's/.*"digest":"([^"]*)".*/\\1/' "$file")" {manifest} || {{ echo "{manifest} lacks the layer of $file" >&2; exit 1; }}
done
grep -qF '"architecture":"{architecture}"' {config}
grep -qF '"digest":"sha256:' {descriptor}
test "$(echo {metadata} | wc -w)" = {count}
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
            manifest = files["manifest"].short_path,
            media_type = layers[0].media_type,
            metadata = " ".join([layer.metadata.short_path for layer in base.layers]),
        ), is_executable = True)
        runfiles = ctx.runfiles(files = files.values() + [layer.metadata for layer in layers])
        return [DefaultInfo(executable = test, runfiles = runfiles)]

    return rule(
        implementation = impl,
        doc = "What rules_img's image_manifest reads of its base and layers, as a test.",
        test = True,
        attrs = {
            "architecture": attr.string(),
            "base": attr.label(mandatory = True),
            "count": attr.int(doc = "How many layers the base has."),
            "layers": attr.label_list(providers = [_LayersInfo]),
            "variant": attr.string(),
        },
    )

oldest_consumer_test = _consumer_rule(_OldestManifestInfo, _OldestIndexInfo, _OldestLayerInfo)
newest_consumer_test = _consumer_rule(_NewestManifestInfo, _NewestIndexInfo, _NewestLayerInfo)
