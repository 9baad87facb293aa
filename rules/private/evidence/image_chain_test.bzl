"""image_chain_test: the chain from the signatures of repositories to an image."""

load("//rules/private:argument.bzl", "argument")
load("//rules/private:canonical.bzl", "TRANSITION_ATTRS")
load("//rules/private:tool_settings.bzl", "host_program")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/evidence:contents_of.bzl", "contents_of")
load("//rules/private/image:build_facts.bzl", "BUILD_FACTS_ATTRS")
load("//rules/private/image:provenance_of.bzl", "provenance_of")
load("//rules/private/providers:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/providers:image_info.bzl", "ImageInfo")

# The variable with the options: the executable of a test cannot have arguments, and `args` is for users.
_FLAGS_VARIABLE = "CHAIN_VERIFIER_FLAGS"

_DOC = """Tests the chain from the signatures of Debian's repositories to an image, without network.

Each link is verified: signature → index → package → `.deb` file → layer → manifest → image index → provenance
([guide](../guides/provenance.md)). The test fails if a link is broken, and names it. It also fails if a link is unknown,
for example because a file of the chain is missing; `args = ["--allow-unknown"]` accepts this.

```starlark
image_chain_test(
    name = "chain_test",
    chain = glob(["chain/**"]),      # written by `debian_lock chain debian12.lock.json --output chain`
    chain_directory = "chain",
    image = ":server",
    keyrings = ["keyrings/debian-archive-keyring.asc"],
)
```"""

def _layers(images):
    layers = [layer for image in images for layer in image.layers]
    return [part for layer in layers for part in [layer] + layer.merged]

def _unique(files):
    return {file.path: file for file in files}.values()

def _image_chain_test_impl(ctx):
    target = ctx.attr.image
    contents_of(ctx, "image", target)
    is_index = ImageIndexInfo in target
    info = target[ImageIndexInfo] if is_index else target[ImageInfo]
    images = info.images if is_index else [info]
    layout = ctx.file.image
    layers = _layers(images)
    debs = _unique([deb for layer in layers for deb in layer.debs])
    locks = _unique([lock for lock in [getattr(layer, "lock", None) for layer in layers] if lock])
    provenance = provenance_of(ctx, target.label, info, images, is_index, ctx.label.name)
    flags = ["--layout=" + layout.short_path]
    flags += ["--lock=" + lock.short_path for lock in locks]
    flags += ["--keyring=" + keyring.short_path for keyring in ctx.files.keyrings]
    flags += ["--deb=" + deb.short_path for deb in debs]
    flags.append("--provenance=" + provenance.statement.short_path)
    if ctx.attr.chain_directory:
        parts = [part for part in [ctx.label.package, ctx.attr.chain_directory] if part]
        flags.append("--chain=" + "/".join(parts))
    program = ctx.attr._chain_verifier
    program = (program[0] if type(program) == "list" else program)[DefaultInfo].files_to_run.executable
    test = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = test, target_file = program, is_executable = True)
    file = ctx.actions.declare_file(ctx.label.name + ".flags")
    ctx.actions.write(file, "".join([argument(flag) + "\n" for flag in flags]))
    inputs = [file, program, layout, provenance.statement] + locks + debs + ctx.files.keyrings + ctx.files.chain
    return [
        DefaultInfo(executable = test, runfiles = ctx.runfiles(files = inputs)),
        RunEnvironmentInfo(environment = {_FLAGS_VARIABLE: file.short_path}),
    ]

image_chain_test = rule(
    implementation = _image_chain_test_impl,
    doc = _DOC,
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
    attrs = {
        "chain": attr.label_list(doc = "The files that `debian_lock chain` wrote.", allow_files = True),
        "chain_directory": attr.string(doc = "The directory of `chain`, relative to the package. Without one, no signature can be verified, and the test needs `--allow-unknown`."),
        "image": attr.label(doc = "The `image` or `image_index`.", mandatory = True, allow_single_file = True),
        "keyrings": attr.label_list(doc = "The public keys of the repositories, as for the lock.", allow_files = [".asc", ".gpg"]),
        # Not in the toolchain: it would compile the crates of OpenPGP for everybody.
        "_chain_verifier": attr.label(
            default = "//tools:chain_verifier",
            allow_files = True,
            cfg = host_program,
            executable = True,
        ),
    } | BUILD_FACTS_ATTRS | TRANSITION_ATTRS,
)
