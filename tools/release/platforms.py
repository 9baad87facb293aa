"""The host platforms of a release, and the programs for them."""

TRIPLES = {
    "darwin_amd64": "x86_64-apple-darwin",
    "darwin_arm64": "aarch64-apple-darwin",
    "linux_amd64": "x86_64-unknown-linux-gnu",
    "linux_arm64": "aarch64-unknown-linux-gnu",
}

DEFAULT = ["linux_amd64", "linux_arm64"]

# The programs that rules run: ALL_TOOLS of rules/private/extensions/tool_sets.bzl.
TOOLS = [
    "chain_verifier",
    "deb_extractor",
    "debian_lock",
    "evidence_writer",
    "image_inspector",
    "image_push",
    "image_test",
    "image_verifier",
    "index_writer",
    "layer_assembler",
]

# The program for users without Bazel.
CLI = "distroless"

PROGRAMS = sorted([*TOOLS, CLI])

# They look up names of hosts.
NETWORK_PROGRAMS = ["debian_lock", "distroless", "image_push"]
