"""os_release with the attributes of rules_distroless."""

load("//rules/private:entries.bzl", "entries", "relative_path")
load("//rules/private:os_release.bzl", "check_os_release_key")
load("//rules/private/compat:entries_layer.bzl", "entries_layer")
load("//rules/private/compat:fields.bzl", "target_name")
load("//rules/private/compat:times.bzl", "octal", "seconds")

def compat_os_release(name, content, path = "/usr/lib/os-release", mode = "0555", time = "0", **kwargs):
    """An os-release file as a layer.

    Args:
      name: the target's name.
      content: key to value, in the order of the file. Values are written as they are: quotes are for you to give.
      path: where the file goes.
      mode: its mode, octal.
      time: its time and that of the folders above it, seconds since 1970.
      **kwargs: attributes that all rules have.
    """
    what = target_name(name)
    for key, value in content.items():
        check_os_release_key("make", what, key)
        if "\n" in value:
            fail("cannot make `%s`: content: the value of `%s` has several lines" % (what, key))
    entries_layer(
        name = name,
        created_by = "os-release",
        entries = [json.encode(entries.file(
            relative_path(what, "path", "/" + path.lstrip("/")),
            "".join(["%s=%s\n" % pair for pair in content.items()]),
            mode = octal(what, mode),
            mtime = seconds(what, time),
        ))],
        **kwargs
    )
