"""plan: the file that tells `image_push` which images to push or load. `docs/tool_contract.md` describes it."""

# The version of the format.
_VERSION = 1

# The names of our images: those of Google's images.
DEFAULT_TEMPLATE = "{{ name }}-{{ distro }}:{{ tag }}"

def _place(file):
    """The path of a file below the directory of runfiles.

    The default path does not have the configuration, so the images of an index that are built from one target for
    several platforms would have one path.
    """
    return "images/" + file.path.removeprefix("bazel-out/")

def _documents(info):
    """The files with the root descriptor, and the indexes, manifests and configurations below it."""
    images = info.images if hasattr(info, "index") else [info]
    documents = [file for image in images for file in [image.config, image.manifest]]
    return [info.descriptor] + ([info.index] if hasattr(info, "index") else []) + documents

def _layers(info):
    images = info.images if hasattr(info, "index") else [info]
    return [layer for image in images for layer in image.layers]

def _content(info, positions):
    """The fields of an image whose files are named one by one."""
    documents = [_place(file) for file in _documents(info)]
    return {
        "documents": documents[1:],
        "layers": {positions[layer.metadata.path]: None for layer in _layers(info)}.keys(),
        "root": documents[0],
    }

def _image(image, positions):
    return {
        "architecture": image.architecture,
        "date": image.date,
        "distro": image.distro,
        "name": image.name,
        "runtime": image.runtime,
        "tag": image.tag,
        "tags": image.tags,
        "variant": image.variant,
    } | (
        {"tag_files": [_place(file) for file in image.tag_files]} if image.tag_files else {}
    ) | (
        _content(image.image, positions) if image.image else {"layout": _place(image.layout)}
    )

def _statement(statement):
    return {
        "digest": _place(statement.digest),
        "file": _place(statement.file),
        "type": statement.predicate_type,
    }

def plan(ctx, command, images, repositories, template, local, statements = []):
    """The plan for a list of images.

    Args:
      ctx: the context of the rule.
      command: `push` or `load`.
      images: elements of `PublicationInfo.images`.
      repositories: `HOST/PATH` of each repository.
      template: the template of the names; empty if the images have no names.
      local: whether the layers are files of this machine. Otherwise the program gets them from a remote cache.
      statements: elements of `EvidenceInfo.statements`.

    Returns:
      A struct of `text`, the JSON, and `runfiles`, the files that it names.
    """
    layers = {}
    files = []
    runfiles = []
    for image in images:
        files += image.tag_files
        if image.image:
            files += _documents(image.image)
            for layer in _layers(image.image):
                layers[layer.metadata.path] = layer
        else:
            files.append(image.layout)
            runfiles.append(image.runfiles)
    for statement in statements:
        files += [statement.file, statement.digest]
    positions = {path: number for number, path in enumerate(layers)}
    for layer in layers.values():
        files.append(layer.metadata)
        if local:
            files.append(layer.blob)
    return struct(
        runfiles = ctx.runfiles(root_symlinks = {_place(file): file for file in files}).merge_all(runfiles),
        text = json.encode({
            "command": command,
            "images": [_image(image, positions) for image in images],
            "layers": [
                {
                    "blob": _place(layer.blob) if local else "",
                    "metadata": _place(layer.metadata),
                }
                for layer in layers.values()
            ],
            "repositories": repositories,
            "version": _VERSION,
        } | (
            {"statements": [_statement(statement) for statement in statements]} if statements else {}
        ) | (
            {"template": template} if template else {}
        )),
    )
