"""passwd: /etc/passwd as a layer."""

load("//rules/private:account_file.bzl", "account_file_rule")

PASSWD_FORM = "NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL"

passwd = account_file_rule(
    name = "passwd",
    form = PASSWD_FORM,
    doc = """`/etc/passwd` as a layer (passwd(5)).

```starlark
passwd(
    name = "passwd",
    entries = ["root:x:0:0:root:/root:/sbin/nologin"],
)
```""",
)
