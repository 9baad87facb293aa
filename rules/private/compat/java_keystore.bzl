"""java_keystore, with the attributes of rules_distroless."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/compat:modes.bzl", "MODES")
load("//rules/private/compat:times.bzl", "octal", "seconds")
load("//rules/private/layer:compression.bzl", "COMPRESSION_ATTRS")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")

_DOC = """Certificates as a Java key store in a layer: `/etc/ssl/certs/java/cacerts`.

The output group `jks` is the key store itself. Its password is `changeit`. The alias of an entry is the subject of the
certificate; the date of an entry is its `notBefore`."""

# In rules_distroless, only `/etc` has this time, 2000-01-01.
_ETC_TIME = "946684800"

def _compat_java_keystore_impl(ctx, file_mode):
    store = ctx.actions.declare_file(ctx.label.name + ".jks")
    layer = layer_actions.derived_layer(
        ctx,
        command = "java-keystore",
        debs = [],
        options = [
            ("--extra-pem", ctx.files.certificates),
            ("--mode", [file_mode]),
            ("--directory-mode", [octal(ctx.label, ctx.attr.mode)]),
            ("--etc-mtime", [_ETC_TIME]),
            ("--mtime", [str(seconds(ctx.label, ctx.attr.time))]),
        ],
        files = ctx.files.certificates,
        created_by = "java keystore",
        store = store,
    )
    return layer_outputs(layer, jks = depset([store]))

def _java_keystore_rule(file_mode):
    return rule(
        implementation = lambda ctx: _compat_java_keystore_impl(ctx, file_mode),
        doc = _DOC,
        provides = [LayerInfo],
        toolchains = [TOOLCHAIN_TYPE],
        attrs = COMPRESSION_ATTRS | {
            "certificates": attr.label_list(
                doc = "PEM files with one or more certificates each.",
                mandatory = True,
                allow_empty = False,
                allow_files = True,
            ),
            "mode": attr.string(doc = "Mode of the directories, octal. The mode of the file is the default of rules_distroless.", default = "0755"),
            "time": attr.string(doc = "Modification time of the file and of the directories below `/etc`, in seconds since 1970.", default = "0.0"),
        },
    )

compat_java_keystore = _java_keystore_rule(MODES.v0_8)
compat_java_keystore_0_9 = _java_keystore_rule(MODES.v0_9)
