"""What image() and image_index() return besides their own provider: the layout folder and the output groups."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:stamp.bzl", "status_files")

def image_outputs(ctx, info, images, checked = []):
    """The providers of a rule that gives an image or an index.

    Args:
      ctx: the rule context; the layout takes the target's name.
      info: ImageInfo or ImageIndexInfo.
      images: the images below it, a list of ImageInfo.
      checked: files that are there when checks went well; a build makes them, and nothing waits for them.

    Returns:
      A list of providers. The default output is one folder of real files, an OCI image layout; nothing that an image is
      computed from depends on it.
    """
    layout = actions.layout(ctx, info, images, status_files(ctx))
    layers = [layer for image in images for layer in image.layers]

    # The name of a loaded archive; repository names are in lower case (OCI distribution, "Pulling manifests").
    tag = "%s:%s" % ((ctx.label.package or ctx.label.name).lower(), ctx.label.name)
    return [
        info,
        DefaultInfo(files = depset([layout])),
        OutputGroupInfo(
            _validation = depset(checked),
            descriptor = depset([info.descriptor]),
            digest = depset([info.digest]),
            layers = depset([layer.blob for layer in layers]),
            mtree = depset([layer.mtree for layer in layers]),
            oci_image_config = depset([image.config for image in images]),
            oci_layout = depset([layout]),
            oci_tarball = depset([actions.archive(ctx, info, images, tag)]),
        ),
    ]
