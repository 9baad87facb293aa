"""signed_image: an image that is used only if a trusted signer signed it."""

load("//rules/private:canonical.bzl", "TRANSITION_ATTRS")
load("//rules/private:tool_settings.bzl", "host_program")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:evidence.bzl", "evidence_actions")
load("//rules/private/actions:verify.bzl", "verify_actions")
load("//rules/private/image:attribute_targets.bzl", "check_image_or_index")
load("//rules/private/image:image_outputs.bzl", "OUTPUT_ATTRS", "image_outputs", "local_name")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

_DOC = """An image or an index that is used only if a trusted signer signed it: a base for other images.

The target has the same digest as `image`, and can replace it everywhere. Its descriptor, manifests, configurations and
index are outputs of the action that verifies the signature, so no image is built on a base that is not signed, or is
signed by someone else. The action uses no network and no clock: the signatures are files of the build.

```starlark
signed_image(
    name = "base",
    bundles = ["base.sigstore.json"],
    image = "@distroless//base:debian12",
    keys = ["platform_team.pub"],
)

image(name = "server", base = ":base", layers = [":app"])
```

A bundle is the layer of the artifact that `image_push sign` and `cosign sign` attach to an image. One bundle that is
signed by one of the signers is enough; so a key and its successor can both be trusted while keys change. For a keyless
signature, set `identities` and `trusted_root` instead of `keys`."""

def _check(ctx):
    problem = None
    if not ctx.files.bundles:
        problem = "bundles: expected the signature of the image\nhint: add the bundle that the publisher attached to it"
    elif not ctx.files.keys and not ctx.attr.identities:
        problem = "no signer is trusted\nhint: set `keys`, or `identities` and `trusted_root`"
    elif bool(ctx.attr.identities) != bool(ctx.file.trusted_root):
        problem = "`identities` and `trusted_root` must be set together"
    if problem:
        fail("cannot build `%s`: %s" % (ctx.label, problem))

def _copy(ctx, copies, file, stem, ending):
    """Declares the verified copy of a file, and adds both to `copies`."""
    output = ctx.actions.declare_file(stem + ending)
    copies.append((file, output))
    return output

def _image(ctx, copies, image, stem):
    documents = struct(
        config = _copy(ctx, copies, image.config, stem, ".config.json"),
        descriptor = _copy(ctx, copies, image.descriptor, stem, ".descriptor.json"),
        layers = image.layers,
        manifest = _copy(ctx, copies, image.manifest, stem, ".manifest.json"),
    )
    return ImageInfo(
        architecture = image.architecture,
        config = documents.config,
        contents = evidence_actions.image_contents(ctx, documents, image.reference or local_name(ctx), stem),
        descriptor = documents.descriptor,
        digest = _copy(ctx, copies, image.digest, stem, ".digest"),
        layers = image.layers,
        manifest = documents.manifest,
        os = image.os,
        reference = image.reference,
        report = image.report,
        settings = getattr(image, "settings", {}),
        variant = image.variant,
    )

def _index(ctx, copies, index, stem):
    images = [
        _image(ctx, copies, image, "_".join([part for part in [stem, image.architecture, image.variant] if part]))
        for image in index.images
    ]
    document = _copy(ctx, copies, index.index, stem, ".index.json")
    return ImageIndexInfo(
        contents = evidence_actions.index_contents(ctx, document, images, local_name(ctx), stem),
        descriptor = _copy(ctx, copies, index.descriptor, stem, ".descriptor.json"),
        digest = _copy(ctx, copies, index.digest, stem, ".digest"),
        images = images,
        index = document,
    )

def _signed_image_impl(ctx):
    check_image_or_index(ctx, "image", ctx.attr.image)
    _check(ctx)
    copies = []
    if ImageInfo in ctx.attr.image:
        unverified = ctx.attr.image[ImageInfo]
        info = _image(ctx, copies, unverified, ctx.label.name)
        images = [info]
    else:
        unverified = ctx.attr.image[ImageIndexInfo]
        info = _index(ctx, copies, unverified, ctx.label.name)
        images = info.images
    verifier = ctx.attr._image_verifier
    verifier = verifier[0] if type(verifier) == "list" else verifier
    verify_actions.copies(ctx, verifier[DefaultInfo].files_to_run, unverified.descriptor, copies, struct(
        bundles = ctx.files.bundles,
        identities = ctx.attr.identities,
        keys = ctx.files.keys,
        trusted_root = ctx.file.trusted_root,
    ))
    return image_outputs(ctx, info, images)

signed_image = rule(
    implementation = _signed_image_impl,
    doc = _DOC,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "bundles": attr.label_list(doc = "Signatures: [Sigstore bundles](https://docs.sigstore.dev/about/bundle/) of version 0.3.", mandatory = True, allow_files = True),
        "identities": attr.string_dict(doc = "Names in the certificates of keyless signatures to the URL of the issuer that confirmed the name: `{\"release@example.com\": \"https://accounts.example\"}`."),
        "image": attr.label(doc = "The `image` or `image_index`.", mandatory = True, allow_files = True),
        "keys": attr.label_list(doc = "Public keys in PEM.", allow_files = True),
        "trusted_root": attr.label(doc = "The certificate authorities and logs of keyless signatures: Sigstore's `trusted_root.json`.", allow_single_file = True),
        # Not in the toolchain: it would compile the crates of Sigstore for everybody.
        "_image_verifier": attr.label(
            default = "//tools:image_verifier",
            allow_files = True,
            cfg = host_program,
            executable = True,
        ),
    } | OUTPUT_ATTRS | TRANSITION_ATTRS,
)
