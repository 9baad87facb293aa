"""java_keystore: the certificates of a ca-certificates package as a key store for Java."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The certificates of a ca-certificates package as a key store for Java: `/etc/ssl/certs/java/cacerts`.

Debian's OpenJDK reads it by a link of its own. It holds what `cacerts` puts into the CA bundle; its password is `changeit`.

```starlark
java_keystore(name = "keystore", deb = "@debian12//ca-certificates:deb")
```"""

def _java_keystore_impl(ctx):
    return layer_outputs(actions.derived_layer(
        ctx,
        command = "java-keystore",
        debs = [ctx.file.deb],
        options = [
            ("--format", [ctx.attr.format]),
            ("--mode", [ctx.attr.mode]),
            ("--extra-pem", ctx.files.extra),
        ],
        files = ctx.files.extra,
        created_by = "java keystore",
    ))

java_keystore = rule(
    implementation = _java_keystore_impl,
    doc = _DOC,
    cfg = canonical,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "deb": attr.label(
            doc = "The ca-certificates package.",
            mandatory = True,
            allow_single_file = [".deb"],
        ),
        "extra": attr.label_list(
            doc = "PEM files whose certificates are added at the end, in this order.",
            allow_files = [".pem", ".crt"],
        ),
        "format": attr.string(
            doc = "`jks`, which every Java reads, or `pkcs12`.",
            default = "jks",
            values = ["jks", "pkcs12"],
        ),
        "mode": attr.string(
            doc = "Mode of the file, octal.",
            default = "0644",
        ),
    },
)
