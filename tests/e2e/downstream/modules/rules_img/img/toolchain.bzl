"""The toolchain, by the fields of the real one."""

def _image_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(imgtoolchaininfo = struct(tool_exe = ctx.file.tool_exe))]

image_toolchain = rule(
    implementation = _image_toolchain_impl,
    doc = "The program of rules_img.",
    attrs = {"tool_exe": attr.label(allow_single_file = True)},
)
