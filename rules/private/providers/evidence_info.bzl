"""EvidenceInfo: statements about images, for a push to sign and attach."""

EvidenceInfo = provider(
    doc = "Statements about images: SBOM, provenance, VEX. A push with a signer signs them and attaches them to the images.",
    fields = {
        "statements": """list of structs, one for each image or index that a statement is about:

- `predicate_type`: string: the URL of the type, such as `https://spdx.dev/Document`,
- `file`: File: the content of the statement (its predicate), a JSON object; or a whole [in-toto
  statement](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md), which must be about this image,
- `digest`: File: the digest of the image, `sha256:HEX` without a newline: `digest` of ImageInfo or ImageIndexInfo.""",
    },
)
