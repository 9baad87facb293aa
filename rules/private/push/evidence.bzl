"""evidence: the statements that a push signs and attaches."""

load("//rules/private/providers:evidence_info.bzl", "EvidenceInfo")

EVIDENCE_ATTR = attr.label_list(
    doc = "Statements about the images: targets of `image_sbom`, `image_provenance` and `image_vex`. The command signs them with `--key` or another signer, and attaches each one to the image with its digest. Without a signer, the command fails, except with `--no-statements`.",
    providers = [EvidenceInfo],
)

def statements_of(targets, more = []):
    """The statements of targets, each once.

    Args:
      targets: targets with EvidenceInfo.
      more: statements of other commands.

    Returns:
      A list of elements of `EvidenceInfo.statements`.
    """
    statements = [statement for target in targets for statement in target[EvidenceInfo].statements] + more
    return {
        (statement.predicate_type, statement.file.path, statement.digest.path): statement
        for statement in statements
    }.values()
