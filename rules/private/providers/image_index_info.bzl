"""ImageIndexInfo: images for several platforms under one digest."""

ImageIndexInfo = provider(
    doc = "Images for several platforms under one digest.",
    fields = {
        "contents": "File: the contents of all images, as `contents` of ImageInfo.",
        "descriptor": "File: the [OCI descriptor](https://github.com/opencontainers/image-spec/blob/main/descriptor.md) of `index`, JSON.",
        "digest": "File: the digest of `index`, `sha256:HEX` without a newline.",
        "images": "list of ImageInfo, in the order of the index.",
        "index": "File: the [OCI image index](https://github.com/opencontainers/image-spec/blob/main/image-index.md), JSON.",
    },
)
