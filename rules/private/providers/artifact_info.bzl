"""ArtifactInfo: files under one digest that are no image."""

ArtifactInfo = provider(
    doc = "Files under one digest that are no image.",
    fields = {
        "config": "File: the configuration; the empty JSON object where there is none.",
        "descriptor": "File: the OCI descriptor of `manifest`, JSON.",
        "digest": "File: the digest of `manifest`, `sha256:HEX` without a newline.",
        "files": "list of tuples: a File and its media type, in the order of the manifest.",
        "manifest": "File: the OCI image manifest, JSON.",
    },
)
