"""PublicationInfo: images to publish, with the values that their names are made of."""

PublicationInfo = provider(
    doc = "Images to publish, with the values that their names in a registry are made of.",
    fields = {
        "images": """list of structs, one for each image, index or artifact:

- `image`: ImageInfo or ImageIndexInfo; None if `layout` is set,
- `layout`: File: a directory or an archive in OCI image layout format; None if `image` is set,
- `runfiles`: Runfiles: the files that links in `layout` point to, or None,
- `name`, `distro`, `variant`, `architecture`, `tag`: string: parts of the name, such as `static`, `debian12`, `nonroot`,
  `arm64` and `nonroot-arm64`; empty if unknown,
- `date`: string: the time of the packages, RFC 3339 in UTC, or empty,
- `runtime`: string: the version of the language, such as `21.0.9`, or empty,
- `tags`: list of string: further tags,
- `tag_files`: list of File: text files with a tag in each line.""",
        "statements": "list of structs: `statements` of EvidenceInfo, about these images.",
    },
)
