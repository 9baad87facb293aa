"""java_keystore with the attributes of rules_distroless."""

load("//rules/private:actions.bzl", "actions")
load("//rules/private:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private:layer_outputs.bzl", "layer_outputs")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/compat:times.bzl", "octal", "seconds")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Certificates as a key store for Java, `/etc/ssl/certs/java/cacerts`, as a layer; the output group `jks` is the store itself.

Its password is `changeit`. Entries are named by their subjects and dated by `notBefore`."""

def _compat_java_keystore_impl(ctx):
    store = ctx.actions.declare_file(ctx.label.name + ".jks")
    layer = actions.derived_layer(
        ctx,
        command = "java-keystore",
        debs = [],
        options = [
            ("--extra-pem", ctx.files.certificates),
            ("--mode", [octal(ctx.label, ctx.attr.mode)]),
            ("--mtime", [str(seconds(ctx.label, ctx.attr.time))]),
        ],
        files = ctx.files.certificates,
        created_by = "java keystore",
        store = store,
    )
    return layer_outputs(layer, jks = depset([store]))

compat_java_keystore = rule(
    implementation = _compat_java_keystore_impl,
    doc = _DOC,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = COMPRESSION_ATTRS | {
        "certificates": attr.label_list(
            doc = "PEM files, each of one certificate or more.",
            mandatory = True,
            allow_empty = False,
            allow_files = True,
        ),
        "mode": attr.string(doc = "Mode of the file, octal.", default = "0755"),
        "time": attr.string(doc = "Time of every entry, seconds since 1970.", default = "0.0"),
    },
)
