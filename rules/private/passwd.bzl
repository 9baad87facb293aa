"""passwd: /etc/passwd as a layer."""

load("//rules/private:account_file.bzl", "account_file_rule")

passwd = account_file_rule(
    name = "passwd",
    form = "NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL",
    doc = """`/etc/passwd` as a layer (passwd(5)).

```starlark
passwd(
    name = "passwd",
    entries = ["root:x:0:0:root:/root:/sbin/nologin"],
)
```""",
)
