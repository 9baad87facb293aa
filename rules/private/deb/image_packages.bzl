"""image_packages: a list of images and the locked packages in them."""

load("//rules/private:architectures.bzl", "architectures")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")
load("//rules/private/providers:publication_info.bzl", "PublicationInfo")

_VERSION = 1

_DOC = """A list of images and the locked packages in them, for [the report of an update](../guides/updating.md): a [JSON
file](formats/image_packages.md).

The list follows from the layers of the images. Building it builds no image and no package. Files of packages that are not
from a hub (`debian.install`) are not in it.

```starlark
image_packages(
    name = "packages",
    images = [":server", ":publish"],
)
```"""

def locked_package(repository):
    """The hub and the package of a repository of one Debian package.

    Args:
      repository: the canonical name: `+deb_packages_amd64+debian12_libstdc-p--p-6_amd64`.

    Returns:
      A tuple of hub and package, or None.
    """

    # Bazel 7 writes `~`.
    parts = repository.replace("~", "+").split("+")[-1].rsplit("_", 2)
    if len(parts) != 3 or not all(parts):
        return None
    hub, package, _key = parts
    return hub, package.replace("-p-", "+")

def _layer_packages(layers):
    packages = [locked_package(deb.owner.repo_name) for layer in layers for deb in layer.debs]
    return [package for package in packages if package]

def _add(images, name, tag, info):
    """Adds the packages of an image, or those of the images of an index."""
    tags = images.setdefault(name, {})
    packages = tags.setdefault(tag, {})
    for image in info.images if hasattr(info, "index") else [info]:
        architecture = architectures.debian.get(image.architecture)
        if not architecture:
            continue
        for hub, package in _layer_packages(image.layers):
            packages.setdefault(hub, {}).setdefault(package, {})[architecture] = None

def _listed(images):
    """One entry for the tags of an image that have the same packages."""
    entries = []
    for name in sorted(images):
        groups = {}
        for tag, hubs in images[name].items():
            packages = {
                hub: {package: " ".join(sorted(found)) for package, found in listed.items()}
                for hub, listed in hubs.items()
            }
            group = groups.setdefault(json.encode(packages), struct(packages = packages, tags = []))
            if tag:
                group.tags.append(tag)
        entries += [
            {"name": name, "packages": group.packages, "tags": sorted(group.tags)}
            for group in groups.values()
        ]
    return entries

def _image_packages_impl(ctx):
    images = {}
    for target in ctx.attr.images:
        if PublicationInfo in target:
            for published in target[PublicationInfo].images:
                if published.image:
                    name = "-".join([part for part in [published.name, published.distro] if part])
                    _add(images, name, published.variant or "latest", published.image)
        else:
            info = target[ImageInfo] if ImageInfo in target else target[ImageIndexInfo]
            _add(images, str(target.label).removeprefix("@@"), "", info)
    file = ctx.actions.declare_file(ctx.label.name + ".json")
    text = json.encode_indent({"images": _listed(images), "version": _VERSION}, indent = "  ")
    ctx.actions.write(file, text + "\n")
    return [DefaultInfo(files = depset([file]))]

image_packages = rule(
    implementation = _image_packages_impl,
    doc = _DOC,
    attrs = {
        "images": attr.label_list(
            doc = "Images, indexes and targets of `push_set`. Those of `push_set` have their published names.",
            mandatory = True,
            providers = [[ImageInfo], [ImageIndexInfo], [PublicationInfo]],
        ),
    },
)
