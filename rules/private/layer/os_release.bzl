"""os_release: /usr/lib/os-release as a layer."""

load("//rules/private:canonical.bzl", "CANONICAL_ATTRS", "canonical")
load("//rules/private:toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/private/actions:layer.bzl", "layer_actions")
load("//rules/private/layer:entries.bzl", "entries")
load("//rules/private/layer:layer_outputs.bzl", "layer_outputs")
load("//rules/private/providers:layer_info.bzl", "LayerInfo")
load("//rules/private/providers:publisher_info.bzl", "PublisherInfo")

_DOC = """`/usr/lib/os-release` as a layer.

The format is [os-release(5)](https://www.freedesktop.org/software/systemd/man/latest/os-release.html). The package
base-files contains the link `/etc/os-release` to this file.

```starlark
os_release(
    name = "os_release",
    content = {"ID": "debian", "VERSION_ID": "12"},
)
```"""

# Keys of os-release(5) to fields of PublisherInfo, in the order of the file.
_PUBLISHER_KEYS = {
    "HOME_URL": "url",
    "SUPPORT_URL": "support_url",
    "BUG_REPORT_URL": "bug_report_url",
}

_KEY_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

def check_os_release_key(verb, label, key):
    """Fails if a key is not the name of a shell variable, as os-release(5) requires.

    A line break in a key would begin another line.

    Args:
      verb: the action that fails, for the message.
      label: the target, for the message.
      key: the key to check.
    """
    wrong = [character for character in key.elems() if character not in _KEY_CHARACTERS]
    if not key or wrong or key[0].isdigit():
        fail("cannot %s `%s`: content: key `%s`: expected letters, digits and `_`, not a digit first" % (verb, label, key))

def _quote(label, key, value):
    check_os_release_key("write", label, key)
    for character in ["\"", "\\", "$", "`", "\n"]:
        if character in value:
            fail("cannot write `%s`: content: the value of `%s` contains `%s`, which os-release(5) requires to be escaped" % (label, key, character))
    return '%s="%s"\n' % (key, value)

def publisher_content(content, publisher):
    """The content of os-release with the URLs of a publisher.

    Args:
      content: dict of keys to values. Its keys override those of the publisher.
      publisher: a PublisherInfo.

    Returns:
      A dict: the content, and then the URLs that the publisher has.
    """
    urls = {key: getattr(publisher, field) for key, field in _PUBLISHER_KEYS.items()}
    return content | {key: url for key, url in urls.items() if url and key not in content}

def _os_release_impl(ctx):
    content = ctx.attr.content
    if ctx.attr.publisher:
        content = publisher_content(content, ctx.attr.publisher[PublisherInfo])
    content = "".join([_quote(ctx.label, key, value) for key, value in content.items()])
    return layer_outputs(layer_actions.entries_layer(ctx, [entries.file("usr/lib/os-release", content)], [], "os-release"))

os_release = rule(
    implementation = _os_release_impl,
    doc = _DOC,
    cfg = canonical,
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
    attrs = CANONICAL_ATTRS | {
        "content": attr.string_dict(
            doc = "Keys to values, in the order of the file. The rule writes each value in double quotes. A value cannot contain a double quote, `$`, a backquote, a backslash or a line break.",
            mandatory = True,
        ),
        "publisher": attr.label(
            doc = "The `publisher`, whose `url`, `support_url` and `bug_report_url` become the keys `HOME_URL`, `SUPPORT_URL` and `BUG_REPORT_URL` if `content` does not have them. By default none.",
            providers = [PublisherInfo],
        ),
    },
)
