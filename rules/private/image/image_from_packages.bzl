"""image_from_packages: an image without a base, from Debian packages and the files that are derived from them."""

load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("//rules/private/image:image.bzl", "image")
load("//rules/private/layer:cacerts.bzl", "cacerts")
load("//rules/private/layer:group.bzl", "group")
load("//rules/private/layer:home.bzl", "home")
load("//rules/private/layer:layer.bzl", "constant_layer")
load("//rules/private/layer:ld_so_cache.bzl", "ld_so_cache")
load("//rules/private/layer:os_release.bzl", "os_release")
load("//rules/private/layer:passwd.bzl", "passwd")

_NOBODY = "65534"

# The lookup order of users and hosts: files first.
_NSSWITCH = ["passwd: files", "group: files", "shadow: files", "hosts: files dns", ""]

def arguments_problem(hub, packages, users):
    """Checks arguments of `image_from_packages`.

    Args:
      hub: its `hub`.
      packages: its `packages`.
      users: its `users`.

    Returns:
      A message, or None.
    """
    if type(hub) != "string" or not hub.startswith("@"):
        return "hub: expected a repository such as `@packages`, found `%s`" % str(hub)
    if type(packages) not in ["list", "tuple"]:
        return "packages: expected a list of names, found `%s`" % packages
    if type(users) != "dict":
        return "users: expected a dictionary such as `{\"app\": \"1000\"}`, found `%s`" % str(users)
    if not packages:
        return "packages: an image needs at least one"
    seen = {}
    for package in packages:
        if type(package) != "string":
            return "packages: expected the name of a package, found `%s`" % str(package)
        if package in seen:
            return "packages: `%s` occurs twice" % package
        seen[package] = True
    ids = {"0": "root", _NOBODY: "nobody"}
    for user, uid in users.items():
        if type(user) != "string" or not user or ":" in user or "/" in user:
            return "users: `%s` is not a valid name" % user
        if type(uid) == "int":
            return "users: expected the number of `%s` as a string, \"%d\"" % (user, uid)
        if type(uid) != "string" or not uid.isdigit():
            return "users: expected the number of `%s`, found `%s`" % (user, uid)
        if uid in ids:
            return "users: `%s` has the number %s, which `%s` has too" % (user, uid, ids[uid])
        for known, name in ids.items():
            if name == user:
                return "users: `%s` already exists, with the number %s" % (user, known)
        ids[uid] = user
    return None

def image_from_packages(
        name,
        hub,
        packages,
        users = {},
        os_release_content = {},
        layers = [],
        env = {},
        visibility = None,
        tags = [],
        testonly = False,
        **kwargs):
    """An image without a base, for the target platform: packages of a hub, and the files that are derived from them.

    The image contains, in addition to `layers` and below them:

    - the packages in their order, each with its files below `/var/lib/dpkg/status.d`;
    - `/etc/passwd` and `/etc/group` with root, nobody and `users`, and home directories of root and `users`;
    - `/etc/nsswitch.conf` and `/tmp`;
    - the CA bundle and the variable `SSL_CERT_FILE`, if `ca-certificates` is one of the packages; the image contains no
      other file of this package except its copyright file;
    - `/etc/ld.so.cache`, if `libc-bin` is one of the packages;
    - `/usr/lib/os-release`, if `os_release_content` is set; otherwise the image has the file of `base-files`.

    The derived files are separate targets, such as `NAME_passwd`.

    ```starlark
    image_from_packages(
        name = "tool",
        hub = "@packages",
        entrypoint = ["/usr/bin/jq"],
        packages = ["base-files", "ca-certificates", "libc-bin", "libc6", "libonig5", "libjq1", "jq"],
        user = "app",
        users = {"app": "1000"},
    )
    ```

    Args:
      name: the name of the image.
      hub: the repository of `debian.install`, such as `@packages`.
      packages: names of packages of the hub, lowest first. Their dependencies are not added.
      users: dict of user names to numbers, such as `{"app": "1000"}`. Each user has a group of the same name and
        number.
      os_release_content: dict of keys to values of os-release(5). By default the image has the file of base-files.
        The URLs of `publisher`, an attribute of `image`, are added.
      layers: labels of further layers, on top of all others.
      env: environment variables, in addition to `PATH` and `SSL_CERT_FILE`.
      visibility: the visibility of the image.
      tags: the tags of all targets.
      testonly: the `testonly` of all targets.
      **kwargs: further attributes of `image`.
    """
    problem = arguments_problem(hub, packages, users)
    if problem:
        fail("cannot make image `%s`: %s" % (name, problem))
    common = {"tags": tags, "testonly": testonly}
    content = ["%s//%s" % (hub, package) for package in packages if package != "ca-certificates"]
    made = []

    def add(suffix):
        made.append(":%s_%s" % (name, suffix))
        return "%s_%s" % (name, suffix)

    accounts = {"root": ("0", "/root"), "nobody": (_NOBODY, "/nonexistent")} | {user: (uid, "/home/" + user) for user, uid in users.items()}
    passwd(
        name = add("passwd"),
        entries = ["{0}:x:{1}:{1}:{0}:{2}:/sbin/nologin".format(user, uid, home_directory) for user, (uid, home_directory) in accounts.items()],
        **common
    )
    group(name = add("group"), entries = ["%s:x:%s:" % (user, uid) for user, (uid, _) in accounts.items()], **common)
    home(
        name = add("home"),
        directories = {"/root": "0700 0:0"} | ({"/home": "0755 0:0"} if users else {}) | {"/home/" + user: "0700 {0}:{0}".format(uid) for user, uid in users.items()},
        **common
    )
    write_file(name = name + "_nsswitch.conf", out = name + ".nsswitch.conf", content = _NSSWITCH, **common)
    constant_layer(
        name = add("files"),
        created_by = "nsswitch, tmp",
        directories = ["/tmp"],
        files = {name + "_nsswitch.conf": "/etc/nsswitch.conf"},
        modes = {"/tmp": "1777"},
        **common
    )
    defaults = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    if "ca-certificates" in packages:
        cacerts(name = add("cacerts"), deb = hub + "//ca-certificates:deb", **common)
        defaults["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt"
    if os_release_content:
        os_release(
            name = add("os_release"),
            content = os_release_content,
            publisher = kwargs.get("publisher"),
            **common
        )
    if "libc-bin" in packages:
        ld_so_cache(
            name = add("ld_so_cache"),
            layering = kwargs.get("layering"),
            layers = content,
            **common
        )
    image(
        name = name,
        env = defaults | env,
        layers = content + made + layers,
        visibility = visibility,
        **(common | kwargs)
    )
