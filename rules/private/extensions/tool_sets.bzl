"""The programs of distroless, and the host platforms that they are released for. Data and pure functions."""

# The programs that actions and tests of images run. They do not depend on network code (ARCHITECTURE.md).
IMAGE_TOOLS = [
    "deb_extractor",
    "evidence_writer",
    "image_inspector",
    "image_test",
    "index_writer",
    "layer_assembler",
]

# Programs that few builds need: those that use the network, and the verifiers of signatures. They are a separate set,
# because they have most of the crates.
EXTRA_TOOLS = [
    "chain_verifier",
    "debian_lock",
    "image_push",
    "image_verifier",
]

ALL_TOOLS = sorted(IMAGE_TOOLS + EXTRA_TOOLS)

# The programs for users: `bazel run @distroless//tools:NAME`.
COMMANDS = [
    "chain_verifier",
    "debian_lock",
    "evidence_writer",
    "image_push",
    "image_test",
    "image_verifier",
]

_CPUS = {
    "aarch64": "arm64",
    "amd64": "amd64",
    "arm64": "arm64",
    "x86_64": "amd64",
}

# The constraint values of each host platform that archives can be locked for.
PLATFORMS = {
    "darwin_amd64": ["@platforms//os:macos", "@platforms//cpu:x86_64"],
    "darwin_arm64": ["@platforms//os:macos", "@platforms//cpu:aarch64"],
    "linux_amd64": ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    "linux_arm64": ["@platforms//os:linux", "@platforms//cpu:aarch64"],
}

def host_platform(os_name, cpu):
    """The key of PLATFORMS for a machine.

    Args:
      os_name: `repository_os.name`, such as `linux` or `mac os x`.
      cpu: `repository_os.arch`, such as `amd64` or `aarch64`.

    Returns:
      The key, or None if no archive is released for the machine.
    """
    os = "darwin" if os_name.lower().startswith("mac os") else os_name.lower()
    platform = "%s_%s" % (os, _CPUS.get(cpu, cpu))
    return platform if platform in PLATFORMS else None
