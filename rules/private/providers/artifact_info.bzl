"""ArtifactInfo: an OCI artifact, files that are not an image."""

ArtifactInfo = provider(
    doc = "An OCI artifact: files under one digest that are not an image.",
    fields = {
        "config": "File: the configuration; the empty JSON object if the artifact has no configuration.",
        "descriptor": "File: the [OCI descriptor](https://github.com/opencontainers/image-spec/blob/main/descriptor.md) of `manifest`, JSON.",
        "digest": "File: the digest of `manifest`, `sha256:HEX` without a newline.",
        "files": "list of tuples: a File and its media type, in the order of the manifest.",
        "manifest": "File: the [OCI image manifest](https://github.com/opencontainers/image-spec/blob/main/manifest.md), JSON.",
    },
)
