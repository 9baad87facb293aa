//! The examples in the help of each command.

/// A command and its examples. Two blanks are before a remark.
pub(crate) const EXAMPLES: &[(&str, &[&str])] = &[
    ("init", &[
        "distroless init",
        "distroless init --family python3 --distro debian13 python.yaml",
    ]),
    ("lock", &[
        "distroless lock                       new versions of all packages",
        "distroless lock --security            only security updates",
        "distroless lock --exit-code           exit code 10 if a package changed",
    ]),
    ("build", &[
        "distroless build                      image.oci from image.yaml",
        "distroless build server.yaml --architecture arm64 --output arm64.oci",
        "distroless build --offline            only from the cache",
    ]),
    ("test", &[
        "distroless test                       the tests that image.yaml names, or the checks that run by default",
        "distroless test --check closure,secrets",
        "distroless test image.oci --config test.yaml --platform linux/arm64",
    ]),
    ("load", &[
        "distroless load --name app:dev        into Docker",
        "distroless load --name app:dev --into podman",
        "distroless load server.yaml --name app:1 --into oci-archive:app.tar",
    ]),
    ("push", &[
        "distroless push image.yaml registry.example/team/app:1",
        "distroless push image.yaml registry.example/team/app:1 --key team.key",
    ]),
    ("generate-key", &[
        "distroless generate-key --output-key team.key",
    ]),
    ("sign", &[
        "distroless sign registry.example/team/app:1 --key team.key",
    ]),
    ("attach", &[
        "distroless attach registry.example/team/app:1 --predicate app.cdx.json --type cyclonedx --key team.key",
    ]),
    ("verify", &[
        "distroless verify registry.example/team/app:1 --key team.pub",
        "distroless verify registry.example/team/app:1 --key team.pub --require cyclonedx",
    ]),
    ("copy", &[
        "distroless copy registry.example/team/app:1 mirror.example/team/app:1",
        "distroless copy registry.example/team/app oci:app        all tags, for a network without a connection",
    ]),
    ("diff", &[
        "distroless diff registry.example/team/app:1 image.yaml --summary",
    ]),
    ("sbom", &[
        "distroless sbom --format cyclonedx-1.6 --output app.cdx.json",
    ]),
    ("schema", &[
        "distroless schema > image.schema.json",
    ]),
    ("cache", &[
        "distroless cache clean --older-than 7",
    ]),
];
