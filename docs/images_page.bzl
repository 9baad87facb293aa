"""images_page: the page with the list of images, written from built images."""

load("//tools/toolchain:host_tools.bzl", "host_tools")
load(":image_list.bzl", "ImageListInfo", "write_from_images")

def _images_page_impl(ctx):
    page = ctx.actions.declare_file(ctx.label.name + ".md")
    return write_from_images(ctx, "images", page, mnemonic = "ImagesPage")

images_page = rule(
    implementation = _images_page_impl,
    doc = "The Markdown page with all images, from their manifests and configurations, and with the reasons why others do not exist.",
    attrs = {
        "images": attr.label(doc = "The list of the images.", mandatory = True, providers = [ImageListInfo]),
        "_docs_writer": attr.label(
            default = "//tools/docs_writer",
            cfg = host_tools,
            executable = True,
        ),
    },
)
