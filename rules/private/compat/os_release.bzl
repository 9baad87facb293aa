"""os_release, with the attributes of rules_distroless."""

load("//rules/private/compat:content_file.bzl", "content_file")
load("//rules/private/compat:entries_layer.bzl", "entries_layer")
load("//rules/private/compat:fields.bzl", "target_name")
load("//rules/private/compat:modes.bzl", "MODES")
load("//rules/private/compat:times.bzl", "octal", "seconds")
load("//rules/private/layer:entries.bzl", "entries", "relative_path")
load("//rules/private/layer:os_release.bzl", "check_os_release_key")

def compat_os_release(name, content, path = "/usr/lib/os-release", mode = MODES.v0_8, time = "0", **kwargs):
    """An os-release file as a layer. The target `NAME_content` is the file itself, `NAME.content`.

    Args:
      name: the target's name.
      content: dict of keys to values, in the order of the file. The values are written without added quotes.
      path: the absolute path of the file.
      mode: the mode of the file, octal.
      time: the modification time of the file and of its parent directories, in seconds since 1970.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    what = target_name(name)
    for key, value in content.items():
        check_os_release_key("make", what, key)
        if "\n" in value:
            fail("cannot make `%s`: content: the value of `%s` has several lines" % (what, key))
    text = "".join(["%s=%s\n" % pair for pair in content.items()])
    content_file(name, text, kwargs)
    entries_layer(
        name = name,
        created_by = "os-release",
        entries = [json.encode(entries.file(
            relative_path(what, "path", "/" + path.lstrip("/")),
            text,
            mode = octal(what, mode),
            mtime = seconds(what, time),
        ))],
        **kwargs
    )

def compat_os_release_0_9(name, content, path = "/usr/lib/os-release", mode = MODES.v0_9, time = "0", **kwargs):
    """An os-release file as a layer, with the default mode of rules_distroless 0.9.

    Args:
      name: the target's name.
      content: dict of keys to values, in the order of the file. The values are written without added quotes.
      path: the absolute path of the file.
      mode: the mode of the file, octal.
      time: the modification time of the file and of its parent directories, in seconds since 1970.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    compat_os_release(name, content, path, mode, time, **kwargs)
