"""What the rules have in common that are made of a ca-certificates package."""

CERTIFICATES_ATTRS = {
    "deb": attr.label(
        doc = "The ca-certificates package.",
        mandatory = True,
        allow_single_file = [".deb"],
    ),
    "extra": attr.label_list(
        doc = "Files, PEM or DER, whose certificates are added at the end, in this order.",
        allow_files = [".pem", ".crt"],
    ),
    "mode": attr.string(
        doc = "Mode of each file, octal.",
        default = "0644",
    ),
}

def certificates_options(ctx):
    """The tool's flags for them."""
    return [("--mode", [ctx.attr.mode]), ("--extra-pem", ctx.files.extra)]
