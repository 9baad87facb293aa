"""java_keystore: the certificates of a ca-certificates package as a Java key store."""

load("//rules/private/layer:certificates.bzl", "certificates_rule")

_DOC = """The certificates of a ca-certificates package as a Java key store: `/etc/ssl/certs/java/cacerts`.

Debian's OpenJDK has a link to this file. The key store contains the same certificates as the CA bundle of `cacerts`.
Its password is `changeit`.

```starlark
java_keystore(name = "keystore", deb = "@debian12//ca-certificates:deb")
```"""

java_keystore = certificates_rule(
    command = "java-keystore",
    created_by = "java keystore",
    doc = _DOC,
    attrs = {
        "format": attr.string(
            doc = "Format of the key store: `jks`, which every Java version reads, or `pkcs12`.",
            default = "jks",
            values = ["jks", "pkcs12"],
        ),
    },
)
