"""The command line of the tool that verifies signatures. `docs/tool_contract.md` describes it."""

load("//rules/private/actions:run.bzl", "add", "add_each", "add_pair", "run")

def _copies(ctx, verifier, image, copies, signers):
    """Copies files of an image, if a trusted signer signed it.

    Args:
      ctx: the context of the rule.
      verifier: FilesToRunProvider: the program `image_verifier`.
      image: File: the descriptor of the image or index.
      copies: list of (File, File): the files of the image, and the outputs.
      signers: a struct of `bundles`, `keys` (lists of File), `trusted_root` (File or None) and `identities` (dict of
        names to issuers).
    """
    args = ctx.actions.args()
    add(args, "--name", "//%s:%s" % (ctx.label.package, ctx.label.name))
    add(args, "--image", image)
    add_each(args, "--bundle", signers.bundles)
    add_each(args, "--key", signers.keys)
    if signers.trusted_root:
        add(args, "--trusted-root", signers.trusted_root)
    for identity, issuer in signers.identities.items():
        add(args, "--identity", identity)
        add(args, "--issuer", issuer)
    for source, output in copies:
        add_pair(args, "--copy", source, output)
    inputs = [image] + signers.bundles + signers.keys + ([signers.trusted_root] if signers.trusted_root else [])
    run(
        ctx,
        verifier,
        "ImageVerify",
        args,
        depset(inputs + [source for source, _ in copies]),
        [output for _, output in copies],
        "Verifying signatures of %{label}",
    )

verify_actions = struct(copies = _copies)
