"""passwd: /etc/passwd as a layer."""

load("//rules/private/layer:account_file.bzl", "account_file_rule")

PASSWD_FORM = "NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL"

passwd = account_file_rule(
    name = "passwd",
    form = PASSWD_FORM,
    doc = """`/etc/passwd` as a layer.

The format is [passwd(5)](https://man7.org/linux/man-pages/man5/passwd.5.html).

```starlark
passwd(
    name = "passwd",
    entries = ["root:x:0:0:root:/root:/sbin/nologin"],
)
```""",
)
