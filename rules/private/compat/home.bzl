"""home with the attributes of rules_distroless."""

load("//rules/private:entries.bzl", "entries", "relative_path")
load("//rules/private/compat:entries_layer.bzl", "entries_layer")
load("//rules/private/compat:fields.bzl", "field", "target_name")
load("//rules/private/compat:times.bzl", "octal", "seconds")

def compat_home(name, dirs, **kwargs):
    """Home directories as a layer.

    Folders above them come along (0755, root): a layer has no entry without them.

    Args:
      name: the target's name.
      dirs: dicts of `home`, `uid`, `gid`, and where wanted `mode` (`700`) and `time` (0).
      **kwargs: attributes that all rules have.
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
