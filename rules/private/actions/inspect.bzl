"""The command lines of the tool that checks images and reports on them. `docs/tool_contract.md` describes them."""

load("//rules/private/actions:run.bzl", "add", "add_each", "run")
load("//rules/private/layer:layer_parts.bzl", "layer_parts")

def _add_listings(args, layers):
    """Adds the options for the content lists of layers. Returns the files."""
    layers = layer_parts(layers)
    metadata = [layer.metadata for layer in layers]
    mtrees = [layer.mtree for layer in layers]
    add_each(args, "--metadata", metadata)
    add_each(args, "--mtree", mtrees)
    return metadata + mtrees

def _inspect(ctx, mnemonic, args, inputs, output, message):
    add(args, "--output", output)
    run(ctx, "image_inspector", mnemonic, args, depset(inputs), [output], message)
    return output

def _image_check(ctx, layers, base_layers, config = None, unchecked = [], merged = False):
    """Checks that layers fit together. `merged`: the layers were merged into one."""
    args = ctx.actions.args()
    args.add("check")
    add(args, "--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    add(args, "--base-layers", len(layer_parts(base_layers)))
    if merged:
        add(args, "--parts", len(layer_parts(layers)))
    elif [layer for layer in layers if layer.merged]:
        add_each(args, "--parts", [len(layer_parts([layer])) for layer in layers])
    inputs = _add_listings(args, layers)
    if config:
        add(args, "--config", config)
        inputs.append(config)
    add_each(args, "--unchecked", unchecked)
    output = ctx.actions.declare_file(ctx.label.name + ".checked")
    return _inspect(ctx, "ImageCheck", args, inputs, output, "Checking image %{label}")

def _image_report(ctx, image):
    args = ctx.actions.args()
    args.add("report")
    add(args, "--image", "//%s:%s" % (ctx.label.package, ctx.label.name))
    add(args, "--platform", "/".join([image.os, image.architecture]))
    inputs = _add_listings(args, image.layers)

    # Several layers may come from one package.
    layers = layer_parts(image.layers)
    packages = {deb.path: deb for layer in layers for deb in layer.debs}
    whole = {deb.path: None for layer in layers if layer.whole for deb in layer.debs}
    add_each(args, "--deb", [deb for path, deb in packages.items() if path in whole])
    add_each(args, "--part", [deb for path, deb in packages.items() if path not in whole])
    _inspect(ctx, "ImageReport", args, inputs + packages.values(), image.report, "Reporting on image %{label}")

def _image_reports(ctx, images, output):
    reports = [image.report for image in images]
    args = ctx.actions.args()
    args.add("join")
    add_each(args, "--report", reports)
    _inspect(ctx, "ImageReport", args, reports, output, "Reporting on images of %{label}")

inspect_actions = struct(
    image_check = _image_check,
    image_report = _image_report,
    image_reports = _image_reports,
)
