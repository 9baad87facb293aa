"""ImageInfo: one image of one platform."""

ImageInfo = provider(
    doc = "One image of one platform, as metadata and the layers that it is made of.",
    fields = {
        "architecture": "string: the OCI spelling, `amd64`, `arm64`, `arm`, `s390x`, `ppc64le` or `riscv64`.",
        "config": "File: the OCI image configuration, JSON.",
        "descriptor": "File: the OCI descriptor of `manifest` with its platform, JSON.",
        "digest": "File: the digest of `manifest`, `sha256:HEX` without a newline.",
        "layers": "list of LayerInfo, lowest first, those of the base included.",
        "manifest": "File: the OCI image manifest, JSON.",
        "os": "string: `linux`.",
        "reference": "string: the name under which the image is published, `registry.example/static:latest`, or empty.",
        "report": "File: what the image is made of, and which effects of maintainer scripts it does without, as text.",
        "variant": "string: `v7` on arm, `v8` on arm64, empty elsewhere.",
    },
)
