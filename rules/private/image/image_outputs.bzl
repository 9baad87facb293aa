"""The outputs that image() and image_index() have in common: the layout directory and the output groups."""

load("//rules/private/actions:evidence.bzl", "SBOM_FORMATS", "evidence_actions")
load("//rules/private/actions:image.bzl", "image_actions")
load("//rules/private/image:build_facts.bzl", "BUILD_FACTS_ATTRS")
load("//rules/private/image:provenance_of.bzl", "provenance_of")
load("//rules/private/image:stamp.bzl", "STAMP_ATTRS", "status_files")

# The attributes of every rule that calls `image_outputs`.
OUTPUT_ATTRS = STAMP_ATTRS | BUILD_FACTS_ATTRS

def local_name(ctx):
    """The name of an image that is not published: `PACKAGE:TARGET`, such as `static:debian12`."""
    return "%s:%s" % ((ctx.label.package or ctx.label.name).split("/")[-1].lower(), ctx.label.name)

def image_outputs(ctx, info, images, checked = []):
    """The providers of a rule that makes an image or an index.

    Args:
      ctx: the rule context. The layout directory has the name of the target.
      info: ImageInfo, ImageIndexInfo or ArtifactInfo.
      images: a list of ImageInfo: the image itself, or the images of the index.
      checked: files that exist if the checks succeed. A build of the target makes them, but no other action waits for
        them.

    Returns:
      A list of providers. The default output is one directory of regular files in OCI image layout format. Actions that
      compute images do not depend on it.
    """
    contents = getattr(info, "contents", None)
    sbom = evidence_actions.sbom(ctx, contents, SBOM_FORMATS.keys(), ctx.label.name) if contents else []
    provenance = provenance_of(ctx, ctx.label, info, images, hasattr(info, "index"), ctx.label.name)
    layout = image_actions.layout(ctx, info, images, status_files(ctx))
    layers = [layer for image in images for layer in image.layers]

    # The name of a loaded archive; repository names are in lower case (OCI distribution, "Pulling manifests").
    tag = "%s:%s" % ((ctx.label.package or ctx.label.name).lower(), ctx.label.name)
    return [
        info,
        DefaultInfo(files = depset([layout])),
        OutputGroupInfo(
            _validation = depset(checked),
            contents = depset([contents] if contents else []),
            descriptor = depset([info.descriptor]),
            digest = depset([info.digest]),
            layers = depset([layer.blob for layer in layers]),
            mtree = depset([layer.mtree for layer in layers]),
            oci_image_config = depset([image.config for image in images]),
            oci_layout = depset([layout]),
            oci_tarball = depset([image_actions.archive(ctx, info, images, tag)]),
            provenance = depset([provenance.predicate, provenance.statement] if provenance else []),
            sbom = depset(sbom),
        ),
    ]
