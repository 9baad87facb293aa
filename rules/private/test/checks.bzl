"""The checks that the rule `image_test` accepts, from the registry of the tool (tools/image_test/src/checks/registry.rs).

Written by `./bazelw run //docs/reference:update`; a test there compares. Do not edit.
"""

CHECKS = [
    "all",
    "closure",
    "layers",
    "links",
    "modes",
    "ownership",
    "programs",
    "secrets",
    "user",
]
