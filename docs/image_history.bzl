"""image_history: the history of the images, with a new record if an image changed."""

load("//tools/toolchain:host_tools.bzl", "host_tools")
load(":image_list.bzl", "ImageListInfo", "write_from_images")

def _image_history_impl(ctx):
    history = ctx.actions.declare_file(ctx.label.name + ".json")
    return write_from_images(
        ctx,
        "history",
        history,
        inputs = {"--history": ctx.file.history},
        mnemonic = "ImageHistory",
    )

image_history = rule(
    implementation = _image_history_impl,
    doc = "A history of images ([format](reference/formats/image_history.md)) whose last record is that of the current images.",
    attrs = {
        "history": attr.label(doc = "The history so far.", allow_single_file = [".json"], mandatory = True),
        "images": attr.label(doc = "The list of the images.", mandatory = True, providers = [ImageListInfo]),
        "_docs_writer": attr.label(
            default = "//tools/docs_writer",
            cfg = host_tools,
            executable = True,
        ),
    },
)
