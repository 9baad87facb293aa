"""publisher: who publishes images, and where."""

load("//rules/private:repository_name.bzl", "repository_problem")
load("//rules/private/providers:publisher_info.bzl", "PublisherInfo")

_DOC = """Who publishes images, and where: values that images state about their origin.

The images of distroless use the publisher of the build setting `@distroless//common:publisher`. Its default,
`@distroless//common:no_publisher`, has no values, so the images state no source, no URL, no vendor and no name of their
base.

```starlark
publisher(
    name = "publisher",
    repository = "registry.example/distroless",
    source = "https://git.example/images",
    vendor = "Example Ltd",
    visibility = ["//visibility:public"],
)
```

```text
# .bazelrc
common --@distroless//common:publisher=//:publisher
```

Your images use it with the attribute `publisher` of `image`. Images do not state a value that is not set."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

# The characters of RFC 3986 except `$`, which os-release(5) requires to be escaped in another way.
_URL_CHARACTERS = _LETTERS + _LETTERS.upper() + "0123456789-._~:/?#[]@!&'()*+,;=%"

# The longest value. OCI has no limit; engines and registries limit a manifest to 4 MiB.
_MAX_BYTES = 1000

def _shown(url):
    """A URL for a message. The text before an `@` may be a password."""
    return "…" + url[url.rindex("@"):] if "@" in url else url

def _url_problem(url, schemes):
    """A struct of `cause` and `hint`, or None."""
    incomplete = struct(
        cause = "expected a URL that begins with %s, found `%s`" % (" or ".join(["`%s`" % scheme for scheme in schemes]), _shown(url)),
        hint = "write a complete URL, such as `https://git.example/images`",
    )
    matching = [scheme for scheme in schemes if url.startswith(scheme) and url != scheme]
    if not matching:
        return incomplete
    if matching[0] != "mailto:":
        authority = url.removeprefix(matching[0]).split("/")[0].split("?")[0].split("#")[0]
        if "@" in authority:
            return struct(cause = "the URL has a user or a password, which everyone could read in the images", hint = "remove the text before `@`")
        if not authority.split(":")[0]:
            return incomplete
    for character in url.elems():
        if character not in _URL_CHARACTERS:
            return struct(cause = "`%s` contains `%s`" % (_shown(url), character), hint = "in URLs, write `%` and two hexadecimal digits for each byte of such a character")
    if len(url) > _MAX_BYTES:
        return struct(cause = "the URL has more than %d bytes" % _MAX_BYTES, hint = "use a shorter one")
    return None

def _vendor_problem(vendor):
    """A struct of `cause` and `hint`, or None."""
    if vendor.strip() != vendor or [character for character in vendor.elems() if character < " " or character == "\177"]:
        return struct(cause = "it has control characters, or blanks at its begin or end", hint = "write a name, such as `Example Ltd`")
    if len(vendor) > _MAX_BYTES:
        return struct(cause = "it has more than %d bytes" % _MAX_BYTES, hint = "use a shorter one")
    return None

def publisher_problem(repository = "", source = "", url = "", documentation = "", vendor = "", support_url = "", bug_report_url = ""):
    """Checks the values of a publisher.

    Args:
      repository: as the attribute of `publisher`; so are the other arguments.
      source: a URL.
      url: a URL.
      documentation: a URL, which may contain `{name}`.
      vendor: a name.
      support_url: a URL.
      bug_report_url: a URL.

    Returns:
      A text with the causes of all problems and their hints, or None.
    """
    web = ["https://", "http://"]
    contact = web + ["mailto:"]
    problems = [(attribute, problem) for attribute, problem in [
        ("repository", repository_problem(repository) if repository else None),
        ("source", _url_problem(source, web) if source else None),
        ("url", _url_problem(url, web) if url else None),
        ("documentation", _url_problem(documentation.replace("{name}", "name"), web) if documentation else None),
        ("vendor", _vendor_problem(vendor)),
        ("support_url", _url_problem(support_url, contact) if support_url else None),
        ("bug_report_url", _url_problem(bug_report_url, contact) if bug_report_url else None),
    ] if problem]
    if not problems:
        return None
    causes = "; ".join(["%s: %s" % (attribute, problem.cause) for attribute, problem in problems])
    hints = {"\nhint: " + problem.hint: None for _, problem in problems}
    return causes + "".join(hints.keys())

def _publisher_impl(ctx):
    attributes = ["bug_report_url", "documentation", "repository", "source", "support_url", "url", "vendor"]
    values = {name: getattr(ctx.attr, name) for name in attributes}
    problem = publisher_problem(**values)
    if problem:
        fail("cannot use publisher `%s`: %s" % (ctx.label, problem))
    url = values["url"] or values["source"]
    return [PublisherInfo(**(values | {
        "documentation": values["documentation"] or url,
        "url": url,
    }))]

publisher = rule(
    implementation = _publisher_impl,
    doc = _DOC,
    provides = [PublisherInfo],
    attrs = {
        "bug_report_url": attr.string(doc = "Where users report bugs, such as `https://git.example/images/issues` or `mailto:images@example.com`: `BUG_REPORT_URL` of [os-release](https://www.freedesktop.org/software/systemd/man/latest/os-release.html) in the images of distroless."),
        "documentation": attr.string(doc = "URL of the documentation: the annotation `org.opencontainers.image.documentation`. `{name}` becomes the name of the image: `https://docs.example/{name}` is `https://docs.example/static-debian12`. By default `url`."),
        "repository": attr.string(doc = "`HOST/PATH` of the registry. The images of distroless are named `HOST/PATH/NAME-DISTRO:TAG`; an image that is built on one of them states this name in the annotation `org.opencontainers.image.base.name`."),
        "source": attr.string(doc = "URL of the source: the annotation `org.opencontainers.image.source`."),
        "support_url": attr.string(doc = "Where users get support: `SUPPORT_URL` of os-release in the images of distroless."),
        "url": attr.string(doc = "URL of a page about the images: the annotation `org.opencontainers.image.url`, and `HOME_URL` of os-release in the images of distroless. By default `source`."),
        "vendor": attr.string(doc = "Name of the organisation: the annotation `org.opencontainers.image.vendor`."),
    },
)
