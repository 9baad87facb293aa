"""The provenance of a release: SLSA 1 (https://slsa.dev/spec/v1.0/provenance), docs/reference/formats/release.md."""

import checksums

PAGE = "docs/reference/formats/release.md"


def statement(directory, names, source, options, platforms, lock, compilers):
    """The in-toto statement about files of the release, a JSON value. `lock` is the path of Cargo.lock."""
    page = f"https://github.com/{options.repository}/blob/main/{PAGE}"
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": f"{page}#build-type-v1",
                "externalParameters": {
                    "platforms": platforms,
                    "profile": options.profile,
                    "repository": options.repository,
                    "url": options.url,
                    "version": source.version,
                },
                "resolvedDependencies": [
                    {
                        "digest": {"gitCommit": source.commit, "gitTree": source.git_tree},
                        "name": "source",
                        "uri": f"git+https://github.com/{options.repository}@{source.commit}",
                    },
                    {"digest": {"sha256": checksums.sha256(lock)}, "name": "tools/Cargo.lock"},
                ],
            },
            "runDetails": {"builder": {"id": options.builder or f"{page}#unstated-builder", "version": compilers}},
        },
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"digest": {"sha256": checksums.sha256(directory / name)}, "name": name} for name in sorted(names)],
    }
