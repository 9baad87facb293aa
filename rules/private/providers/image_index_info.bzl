"""ImageIndexInfo: images of several platforms under one digest."""

ImageIndexInfo = provider(
    doc = "Images of several platforms under one digest.",
    fields = {
        "descriptor": "File: the OCI descriptor of `index`, JSON.",
        "digest": "File: the digest of `index`, `sha256:HEX` without a newline.",
        "images": "list of ImageInfo, in the order of the index.",
        "index": "File: the OCI image index, JSON.",
    },
)
