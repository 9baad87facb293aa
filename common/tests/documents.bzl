"""documents: the JSON documents of images."""

load("//rules:providers.bzl", "ImageIndexInfo", "ImageInfo")

def _documents_of(target):
    index = target[ImageIndexInfo] if ImageIndexInfo in target else None
    files = [index.descriptor, index.index] if index else []
    for image in index.images if index else [target[ImageInfo]]:
        files += [image.config, image.descriptor, image.manifest]
        files += [layer.metadata for layer in image.layers]
    return files

def _documents_impl(ctx):
    return [DefaultInfo(files = depset([file for image in ctx.attr.images for file in _documents_of(image)]))]

documents = rule(
    implementation = _documents_impl,
    doc = "The configurations, manifests, descriptors and indexes of images, and the metadata of their layers.",
    attrs = {"images": attr.label_list(mandatory = True, providers = [[ImageInfo], [ImageIndexInfo]])},
)
