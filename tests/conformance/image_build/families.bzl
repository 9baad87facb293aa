"""Definitions of the images of the families, from the same data as the families. Each has all layers itself: no base."""

load("@debian_hubs//:hubs.bzl", "LOCKS")
load("//base:config.bzl", _BASE = "PACKAGES")
load("//cc:config.bzl", _CC = "PACKAGES")
load("//common:variables.bzl", "DISTROS", "ENV", "LINK_MTIME", "NONROOT", "debian_architecture")
load("//java:config.bzl", _JAVA_BASE = "BASE_PACKAGES", _JAVA_ENV = "ENV", _RUNTIMES = "RUNTIMES")
load("//java:version.bzl", "java_version")
load("//python3:config.bzl", _PYTHON = "IMAGES", _PYTHON_ENV = "ENV")
load("//python3:version.bzl", "python_version")
load("//static:config.bzl", _STATIC = "PACKAGES")

_ROOT = "../../.."

def _packages(names):
    return [{"package": name} for name in names]

def _links(created_by, links):
    return {
        "created_by": created_by,
        "mtime": LINK_MTIME,
        "symlinks": {path: {"mode": "0555", "target": target} for path, target in links.items()},
    }

def _common_layers(distro):
    number = DISTROS[distro].number
    return [
        {"created_by": "rootfs", "directories": {"/": {}}},
        {"passwd": [
            "root:x:0:0:root:/root:/sbin/nologin",
            "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
            "nonroot:x:{0}:{0}:nonroot:/home/nonroot:/sbin/nologin".format(NONROOT),
        ]},
        {"home": {
            "/root": {"mode": "0700"},
            "/home": {},
            "/home/nonroot": {"mode": "0700", "owner": "{0}:{0}".format(NONROOT)},
        }},
        {"group": ["root:x:0:", "nobody:x:65534:", "tty:x:5:", "staff:x:50:", "nonroot:x:%d:" % NONROOT]},
        {"created_by": "tmp", "directories": {"/tmp": {"mode": "1777"}}},
        {
            "created_by": "nsswitch",
            "files": {"/etc/nsswitch.conf": {"source": _ROOT + "/common/nsswitch.conf"}},
            "mtime": 1514722362,
        },
        {"os_release": {
            "PRETTY_NAME": "Distroless",
            "NAME": "Debian GNU/Linux",
            "ID": "debian",
            "VERSION_ID": number,
            "VERSION": "Debian GNU/Linux %s (%s)" % (number, DISTROS[distro].codename),
        }},
        {"cacerts": {}},
    ]

def _locked_version(distro, package, architecture):
    return LOCKS[distro].packages[package][debian_architecture(architecture)]["version"]

def _python(distro, architecture):
    image = _PYTHON[distro]
    program = "/usr/bin/python" + image.version
    locked = _locked_version(distro, "python%s-minimal" % image.version, architecture)
    return struct(
        annotations = {"com.google.distroless.python.version": python_version(locked)},
        entrypoint = [program],
        env = _PYTHON_ENV,
        layers = _packages(image.packages) +
                 [_links("python aliases", {"/usr/bin/python": program, "/usr/bin/python3": program})] +
                 ([{"ld_so_cache": {}}] if "libc-bin" in image.packages else []),
    )

def _java(distro, architecture):
    runtime = [runtime for runtime in _RUNTIMES[distro] if not runtime.package_distro][0]
    jre = "openjdk-%d-jre-headless" % runtime.version
    version = java_version(_locked_version(distro, jre, architecture))
    return struct(
        annotations = {"com.google.distroless.java.version": version},
        entrypoint = ["/usr/bin/java", "-jar"],
        env = _JAVA_ENV | {"JAVA_VERSION": version},
        layers = _packages(_JAVA_BASE[distro]) + [
            {"include": [DISTROS[distro].locale, "usr/share/doc/libc-bin/copyright"], "merged_usr": False, "package": "libc-bin"},
            {"java_keystore": {}},
        ] + _packages(runtime.libraries + [jre]) + [_links("java link", {
            "/usr/bin/java": "/usr/lib/jvm/java-%d-openjdk-%s/bin/java" % (runtime.version, debian_architecture(architecture)),
        })],
    )

def _plain(layers):
    return struct(annotations = {}, entrypoint = [], env = {}, layers = layers)

def _parts(distro, family, architecture):
    """The images that a family consists of, lowest first."""
    static = [_plain(_common_layers(distro))]
    base = static + [_plain(_packages(_BASE[""][distro]))]
    cc = base + [_plain(_packages(_CC[distro]))]
    if family == "java":
        return static + [_plain(_packages(_BASE["nossl"][distro])), _java(distro, architecture)]
    if family == "python3":
        return cc + [_python(distro, architecture)]
    return {"base": base, "cc": cc, "static": static}[family]

def family_target(distro, family, architecture):
    """The label of an image of a family.

    Args:
      distro: the distro, such as `debian12`.
      family: `static`, `base`, `cc`, `python3` or `java` (the lowest version of Java that the distro itself has).
      architecture: the OCI architecture name.

    Returns:
      A label.
    """
    prefix = ""
    if family == "java":
        prefix = "java%d_" % [runtime for runtime in _RUNTIMES[distro] if not runtime.package_distro][0].version
    return "//%s:%s%s_%s" % (family, prefix, distro, architecture)

def _ordered(content):
    """A dict of strings as JSON, in its order: json.encode sorts."""
    return "{%s}" % ",".join(["%s:%s" % (json.encode(key), json.encode(value)) for key, value in content.items()])

def _layer(layer):
    return '{"os_release":%s}' % _ordered(layer["os_release"]) if "os_release" in layer else json.encode(layer)

def family_definition(distro, family, architecture):
    """The definition of an image of a family.

    Args:
      distro: as for `family_target`.
      family: as for `family_target`.
      architecture: as for `family_target`.

    Returns:
      The definition, as JSON.
    """
    parts = _parts(distro, family, architecture)
    annotations = {"com.google.distroless.end-of-life": DISTROS[distro].end_of_life}
    env = dict(ENV)
    layers = []
    for part in parts:
        annotations |= part.annotations
        env |= part.env
        layers += part.layers
    fields = {
        "version": 1,
        "name": family,
        "annotations": annotations,
        "architectures": [architecture],
        "created": "lock",
        "entrypoint": parts[-1].entrypoint,
        "is_base": True,
        "lock": "%s/debian_packages/%s.lock.json" % (_ROOT, distro),
        "packages": _STATIC[distro],
        "standard_files": False,
        "user": "0",
        "workdir": "/",
    }

    # Variables, keys of os-release and layers have an order.
    return '%s,"env":%s,"layers":[%s]}' % (
        json.encode(fields).removesuffix("}"),
        _ordered(env),
        ",".join([_layer(layer) for layer in layers]),
    )

def family_packages(distro, families):
    """The packages of families, and those that layers are derived from.

    Args:
      distro: the distro, such as `debian12`.
      families: a list of families.

    Returns:
      A list of names.
    """
    names = {name: None for name in _STATIC[distro] + ["ca-certificates", "libc-bin"]}
    for family in families:
        for part in _parts(distro, family, "amd64"):
            names |= {layer["package"]: None for layer in part.layers if "package" in layer}
    return names.keys()
