"""passwd and group, with the attributes of rules_distroless."""

load("//rules/private/compat:content_file.bzl", "content_file")
load("//rules/private/compat:entries_layer.bzl", "entries_layer")
load("//rules/private/compat:fields.bzl", "field", "target_name")
load("//rules/private/compat:times.bzl", "octal", "seconds")
load("//rules/private/layer:account_file.bzl", "account_problem")
load("//rules/private/layer:entries.bzl", "entries")
load("//rules/private/layer:group.bzl", "GROUP_FORM")
load("//rules/private/layer:passwd.bzl", "PASSWD_FORM")

def _account_file(name, file, lines, form, mode, time, directory_time, kwargs):
    what = target_name(name)
    for line in lines:
        problem = account_problem(line, form)
        if problem:
            fail("cannot make `%s`: `%s` is not of the form `%s`: %s" % (what, line, form, problem))
    text = "".join([line + "\n" for line in lines])
    content_file(name, text, kwargs)
    entries_layer(
        name = name,
        created_by = file,
        entries = [json.encode(entry) for entry in [
            entries.directory("etc", mtime = seconds(what, directory_time)),
            entries.file(
                "etc/" + file,
                text,
                mode = octal(what, mode),
                mtime = seconds(what, time),
            ),
        ]],
        **kwargs
    )

def compat_passwd(name, entries, mode = "0644", time = "0.0", **kwargs):
    """`/etc/passwd` as a layer. The target `NAME_content` is the file itself, `NAME.content`.

    Args:
      name: the target's name.
      entries: dicts with `username`, `uid`, `gid`, `home` and `shell`, and optionally `password` (default `!`) and
        `gecos`, a list.
      mode: the mode of the file, octal.
      time: the modification time of the file, in seconds since 1970.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    what = target_name(name)
    lines = [
        ":".join([
            field(what, entry, "username"),
            field(what, entry, "password", "!"),
            str(field(what, entry, "uid")),
            str(field(what, entry, "gid")),
            ",".join(field(what, entry, "gecos", [])),
            field(what, entry, "home"),
            field(what, entry, "shell"),
        ])
        for entry in entries
    ]
    _account_file(name, "passwd", lines, PASSWD_FORM, mode, time, "0", kwargs)

def compat_group(name, entries, time = "0.0", mode = "0644", **kwargs):
    """`/etc/group` as a layer. The target `NAME_content` is the file itself, `NAME.content`.

    Args:
      name: the target's name.
      entries: dicts with `name` and `gid`, and optionally `password` (default `!`) and `users`, a list.
      time: the modification time of the file, in seconds since 1970.
      mode: the mode of the file, octal.
      **kwargs: common attributes of all rules, such as `visibility`.
    """
    what = target_name(name)
    lines = [
        ":".join([
            field(what, entry, "name"),
            field(what, entry, "password", "!"),
            str(field(what, entry, "gid")),
            ",".join(field(what, entry, "users", [])),
        ])
        for entry in entries
    ]
    _account_file(name, "group", lines, GROUP_FORM, mode, time, time, kwargs)
