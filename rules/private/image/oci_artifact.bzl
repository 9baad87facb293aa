"""oci_artifact: files for a registry that are not an image."""

load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:image.bzl", "image_actions")
load("//rules/private/image:image_outputs.bzl", "OUTPUT_ATTRS", "image_outputs")
load("//rules/private/image:key_values.bzl", "key_values")
load("//rules/private/providers:artifact_info.bzl", "ArtifactInfo")

_DOC = """Files of any media type under one digest, as an OCI artifact: a WebAssembly module, a chart, a policy.

The manifest follows the OCI [guidelines for artifact
usage](https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage). The default
output is a directory in [OCI image layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md)
format with one manifest, as for `image`; the output groups are the same as far as they apply. The annotation
`org.opencontainers.image.title` of each descriptor is the name of the file. With `wasm`, the rule writes the
configuration that WebAssembly runtimes expect (https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact),
and all files must be modules or components.

```starlark
oci_artifact(name = "hello", files = {":hello.wasm": "application/wasm"}, wasm = "wasip1")

oci_artifact(name = "policy", artifact_type = "application/vnd.example.policy", files = {"policy.rego": "text/plain"})
```"""

def _files(ctx):
    files = []
    names = {}
    for target, media_type in ctx.attr.files.items():
        given = target[DefaultInfo].files.to_list()
        if len(given) != 1:
            fail("cannot build `%s`: files: `%s` provides %d files; expected one" % (ctx.label, target.label, len(given)))
        if "/" not in media_type or "=" in media_type:
            fail("cannot build `%s`: files: `%s` is not a media type, such as `application/wasm`" % (ctx.label, media_type))
        name = given[0].basename
        if name in names:
            fail("cannot build `%s`: files: `%s` and `%s` are both named `%s`" % (ctx.label, names[name], target.label, name))
        names[name] = target.label
        files.append((given[0], media_type))
    if not files:
        fail("cannot build `%s`: files: an artifact needs at least one file" % ctx.label)
    return files

def _check(ctx):
    if bool(ctx.attr.config) != bool(ctx.attr.config_media_type):
        fail("cannot build `%s`: `config` and `config_media_type` must be set together" % ctx.label)
    if ctx.attr.config and ctx.attr.wasm:
        fail("cannot build `%s`: `wasm` and `config` cannot be set together, because `wasm` writes the configuration" % ctx.label)
    if not ctx.attr.config and not ctx.attr.wasm and not ctx.attr.artifact_type:
        fail("cannot build `%s`: its type is unknown: set `artifact_type`, `config` or `wasm`" % ctx.label)

def _oci_artifact_impl(ctx):
    _check(ctx)
    name = ctx.label.name
    info = ArtifactInfo(
        config = ctx.actions.declare_file(name + ".config.json"),
        descriptor = ctx.actions.declare_file(name + ".descriptor.json"),
        digest = ctx.actions.declare_file(name + ".digest"),
        files = _files(ctx),
        manifest = ctx.actions.declare_file(name + ".manifest.json"),
    )
    image_actions.artifact(ctx, info, [
        ("--artifact-type", [ctx.attr.artifact_type] if ctx.attr.artifact_type else []),
        ("--config-file", ctx.files.config),
        ("--config-type", [ctx.attr.config_media_type] if ctx.attr.config else []),
        ("--wasm", [ctx.attr.wasm] if ctx.attr.wasm else []),
        ("--created", [ctx.attr.created] if ctx.attr.created else []),
        ("--annotation", key_values(ctx.label, "annotations", ctx.attr.annotations)),
    ])
    return image_outputs(ctx, info, [])

oci_artifact = rule(
    implementation = _oci_artifact_impl,
    doc = _DOC,
    provides = [ArtifactInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "annotations": attr.string_dict(doc = "Annotations of the manifest."),
        "artifact_type": attr.string(doc = "Media type that says what the artifact is (`artifactType` of the manifest). Required if there is no configuration."),
        "config": attr.label(doc = "File with the configuration. By default the empty JSON object.", allow_single_file = True),
        "config_media_type": attr.string(doc = "Media type of `config`."),
        "created": attr.string(doc = "Time in the configuration of `wasm`, [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) in UTC. By default `1970-01-01T00:00:00Z`. The rule never reads the clock."),
        "files": attr.label_keyed_string_dict(doc = "Targets of one file each to the media type of the file, in the order of the manifest.", allow_files = True, mandatory = True),
        "wasm": attr.string(doc = "WebAssembly system interface that the files are for: `wasip1` (modules) or `wasip2` (components).", values = ["", "wasip1", "wasip2"]),
    } | OUTPUT_ATTRS,
)
