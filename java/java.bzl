"""The Java images: Debian's OpenJDK, with the fonts and libraries that it needs."""

load("//common:cacerts.bzl", "java_keystore_name")
load("//common:family.bzl", "image_content", "image_family")
load("//common:locale.bzl", "locale_name")
load("//common:packages.bzl", "package_label", "package_layers", "package_version")
load("//common:variables.bzl", "LINK_MTIME", "architectures_among", "debian_architecture")
load("//java:config.bzl", "ARCHITECTURES", "ENV", "LACKS")
load("//java:version.bzl", "java_version")
load("//rules:layer.bzl", "layer")

def java_base_images(name, packages):
    """All java-base images of a distro, which contain all dependencies of Java, but not Java itself.

    Args:
      name: the distro, such as `debian12`.
      packages: the packages, in layer order. The locale and the key store follow them.
    """
    image_family(
        name = name,
        content = lambda architecture: image_content(
            env = ENV,
            layers = package_layers(name, packages, architecture) +
                     ["//common:" + locale_name(name, architecture)] +
                     ["//common:" + java_keystore_name(name, architecture)],
        ),
        lacks = LACKS,
        made = architectures_among(name, ARCHITECTURES),
        prefix = "base",
    )

def java_images(name, runtime):
    """All images of one Java version for a distro. The debug variants contain the JDK.

    Args:
      name: the distro, such as `debian12`.
      runtime: an entry of RUNTIMES in `config.bzl`.
    """
    image = "java%d" % runtime.version
    jre = "openjdk-%d-jre-headless" % runtime.version
    jdk = "openjdk-%d-jdk-headless" % runtime.version
    distro = runtime.package_distro or name
    made = architectures_among(name, runtime.architectures)
    for architecture in made:
        layer(
            name = _link_name(image, name, architecture),
            created_by = "java link",
            modes = {"/usr/bin/java": "0555"},
            mtime = LINK_MTIME,
            # The directory of the package contains the Debian architecture.
            symlinks = {"/usr/bin/java": "/usr/lib/jvm/java-%d-openjdk-%s/bin/java" % (
                runtime.version,
                debian_architecture(architecture),
            )},
        )

    def content(architecture):
        version = java_version(package_version(distro, jre, architecture))
        return image_content(
            annotations = {"com.google.distroless.java.version": version},
            debug_layers = [package_label(distro, jdk, architecture)],
            env = {"JAVA_VERSION": version},
            version = version,
            layers = package_layers(name, runtime.libraries, architecture) + [
                package_label(distro, jre, architecture),
                ":" + _link_name(image, name, architecture),
            ],
        )

    image_family(
        name = name,
        content = content,
        entrypoint = ["/usr/bin/java", "-jar"],
        lacks = runtime.lacks,
        made = made,
        prefix = image,
    )

def _link_name(image, distro, architecture):
    return "link_%s_%s_%s" % (image, distro, architecture)
