"""The attributes and options of the rules that read a ca-certificates package."""

CERTIFICATES_ATTRS = {
    "deb": attr.label(
        doc = "The Debian package ca-certificates, such as `@debian12//ca-certificates:deb`.",
        mandatory = True,
        allow_single_file = [".deb"],
    ),
    "extra": attr.label_list(
        doc = "Files with further certificates, PEM or DER, which follow those of the package in this order.",
        allow_files = [".pem", ".crt"],
    ),
    "mode": attr.string(
        doc = "Mode of each file, octal, such as `0644`.",
        default = "0644",
    ),
}

def certificates_options(ctx):
    """The command line options of the tool for these attributes."""
    return [("--mode", [ctx.attr.mode]), ("--extra-pem", ctx.files.extra)]
