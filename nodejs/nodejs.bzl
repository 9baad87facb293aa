"""The Node.js images: `node` and its license from the official archives, on top of the cc images."""

load("@nodejs//:lock.bzl", "LOCK")
load("//common:family.bzl", "image_content", "image_family")
load("//common:packages.bzl", "package_layers")
load("//common:variables.bzl", "architectures_among")
load("//nodejs:config.bzl", "ARCHITECTURE_PACKAGES", "UNSEEN")
load("//nodejs:version.bzl", "locked_version")

def nodejs_images(name, runtime):
    """All images of one Node.js version for a distro.

    Args:
      name: the distro, such as `debian12`.
      runtime: an entry of RUNTIMES in `config.bzl`.
    """
    version = locked_version(LOCK.archives, runtime.major)
    made = architectures_among(name, runtime.architectures)

    def content(architecture):
        packages = runtime.packages + ARCHITECTURE_PACKAGES.get(architecture, [])
        return image_content(
            annotations = {"com.google.distroless.nodejs.version": version},
            version = version,
            layers = package_layers(name, packages, architecture) +
                     ["@nodejs//%s/%s:data" % (version, architecture)],
        )

    image_family(
        name = name,
        content = content,
        end_of_life = runtime.end_of_life,
        entrypoint = ["/nodejs/bin/node"],
        lacks = runtime.lacks,
        licenses = [LOCK.license],
        made = made,
        prefix = "nodejs%d" % runtime.major,
        unseen = {
            architecture: UNSEEN
            for architecture in made
            if not LOCK.archives[version][architecture]["second_source"]
        },
    )
