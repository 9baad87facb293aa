"""group: /etc/group as a layer."""

load("//rules/private:account_file.bzl", "account_file_rule")

group = account_file_rule(
    name = "group",
    form = "NAME:PASSWORD:GID:USERS",
    doc = """`/etc/group` as a layer (group(5)).

```starlark
group(
    name = "group",
    entries = ["root:x:0:"],
)
```""",
)
