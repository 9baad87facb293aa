"""The sources of each image, for the table of README.md."""

load("@nodejs//:lock.bzl", "LOCK")
load("//common:naming.bzl", "image_name")
load("//common:variables.bzl", "architectures_among")
load("//nodejs:config.bzl", "RUNTIMES")
load("//nodejs:version.bzl", "locked_version")

def rows_table():
    """The table of README.md.

    Returns:
      The lines of the table in Markdown: each image with its version, the architectures for which npm is a second
      source, and the architectures for which the official archive is the only source.
    """
    lines = [
        "| image | version | official archive or npm | official archive only |",
        "| --- | --- | --- | --- |",
    ]
    for distro, runtimes in RUNTIMES.items():
        for runtime in runtimes:
            version = locked_version(LOCK.archives, runtime.major)
            both, one = [], []
            for architecture in architectures_among(distro, runtime.architectures):
                second = LOCK.archives[version][architecture]["second_source"]
                (both if second else one).append(architecture)
            lines.append("| `%s` | %s | %s | %s |" % (
                image_name(distro, "nodejs%d" % runtime.major),
                version,
                " ".join(both),
                " ".join(one) or "—",
            ))
    return lines
