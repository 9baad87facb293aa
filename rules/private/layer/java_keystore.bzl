"""java_keystore: the certificates of a ca-certificates package as a Java key store."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical_mode")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:certificates.bzl", "CERTIFICATES_ATTRS", "certificates_options")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """The certificates of a ca-certificates package as a Java key store: `/etc/ssl/certs/java/cacerts`.

Debian's OpenJDK has a link to this file. The key store contains the same certificates as the CA bundle of `cacerts`.
Its password is `changeit`.

```starlark
java_keystore(name = "keystore", deb = "@debian12//ca-certificates:deb")
```"""

def _java_keystore_impl(ctx):
    return layer_outputs(layer_actions.derived_layer(
        ctx,
        command = "java-keystore",
        debs = [ctx.file.deb],
        options = certificates_options(ctx) + [("--format", [ctx.attr.format])],
        files = ctx.files.extra,
        created_by = "java keystore",
    ))

java_keystore = rule(
    implementation = _java_keystore_impl,
    doc = _DOC,
    cfg = canonical_mode,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | CERTIFICATES_ATTRS | {
        "format": attr.string(
            doc = "Format of the key store: `jks`, which every Java version reads, or `pkcs12`.",
            default = "jks",
            values = ["jks", "pkcs12"],
        ),
    },
)
