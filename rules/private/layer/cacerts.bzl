"""cacerts: the CA bundle of a ca-certificates package as a layer."""

load("//rules/private/layer:certificates.bzl", "certificates_rule")

_DOC = """The CA bundle of a ca-certificates package as a layer: `/etc/ssl/certs/ca-certificates.crt`.

The bundle contains every certificate below `/usr/share/ca-certificates` of the package, sorted by the bytes of their
names, followed by those of `extra`. The layer also contains the copyright file of the package, and its files below
`/var/lib/dpkg/status.d`, so that scanners find the package. `md5sums` lists only the files that the layer contains.

```starlark
cacerts(name = "cacerts", deb = "@debian12//ca-certificates:deb")
```"""

cacerts = certificates_rule(
    command = "cacerts",
    created_by = "cacerts",
    doc = _DOC,
)
