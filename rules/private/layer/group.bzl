"""group: /etc/group as a layer."""

load("//rules/private/layer:account_file.bzl", "account_file_rule")

GROUP_FORM = "NAME:PASSWORD:GID:USERS"

group = account_file_rule(
    name = "group",
    form = GROUP_FORM,
    doc = """`/etc/group` as a layer.

The format is [group(5)](https://man7.org/linux/man-pages/man5/group.5.html).

```starlark
group(
    name = "group",
    entries = ["root:x:0:"],
)
```""",
)
