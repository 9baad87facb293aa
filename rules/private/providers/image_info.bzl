"""ImageInfo: one image for one platform."""

ImageInfo = provider(
    doc = "One image for one platform: its metadata and its layers.",
    fields = {
        "architecture": "string: the OCI architecture name, such as `arm64`.",
        "config": "File: the [OCI image configuration](https://github.com/opencontainers/image-spec/blob/main/config.md), JSON.",
        "contents": "File: the packages, files, settings and origins of the image, JSON: the input of SBOMs and other evidence. No other action depends on it. None if the toolchain lacks `evidence_writer`; images of other rules may lack the field.",
        "descriptor": "File: the [OCI descriptor](https://github.com/opencontainers/image-spec/blob/main/descriptor.md) of `manifest` with its platform, JSON.",
        "digest": "File: the digest of `manifest`, `sha256:HEX` without a newline.",
        "layers": "list of LayerInfo: all layers with those of the base, lowest first.",
        "manifest": "File: the [OCI image manifest](https://github.com/opencontainers/image-spec/blob/main/manifest.md), JSON.",
        "os": "string: `linux`.",
        "reference": "string: the name under which the image is published, such as `registry.example/static:latest`, or an empty string.",
        "report": "File: a text that lists the packages in the image, and the effects of maintainer scripts that the image lacks.",
        "settings": "dict: the build settings that the image depends on: the label of each, such as `@distroless//rules/settings:compression`, to its value. Images of other rules may lack the field.",
        "variant": "string: the OCI variant of the architecture: `v7` for `arm`, `v8` for `arm64`, otherwise empty.",
    },
)
