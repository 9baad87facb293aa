"""home, with the attributes of rules_distroless."""

load("//rules/private/compat:entries_layer.bzl", "entries_layer")
load("//rules/private/compat:fields.bzl", "field", "target_name")
load("//rules/private/compat:times.bzl", "octal", "seconds")
load("//rules/private/layer:entries.bzl", "entries", "relative_path")

def compat_home(name, dirs, **kwargs):
    """Home directories as a layer.

    The layer also contains the parent directories, with mode 0755 and owner root.

    Args:
      name: the target's name.
      dirs: dicts with `home`, `uid` and `gid`, and optionally `mode` (default `700`) and `time` (default 0).
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    what = target_name(name)
    entries_layer(
        name = name,
        created_by = "home",
        entries = [
            json.encode(entries.directory(
                relative_path(what, "dirs", "/" + field(what, dir, "home").lstrip("/")),
                mode = octal(what, field(what, dir, "mode", "700")),
                uid = int(field(what, dir, "uid")),
                gid = int(field(what, dir, "gid")),
                mtime = seconds(what, field(what, dir, "time", 0)),
            ))
            for dir in dirs
        ],
        **kwargs
    )
