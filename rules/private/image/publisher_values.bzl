"""The statements of an image about its publisher: annotations, and the name under which it is published."""

load("//rules/private:repository_name.bzl", "is_tag", "path_problem", "repository_problem")
load("//rules/private/providers:publisher_info.bzl", "PublisherInfo")

PUBLISHER_ATTRS = {
    "publisher": attr.label(doc = "The `publisher`. The image gets its annotations, unless `annotations` has the same keys, and `reference` is a name in its repository. By default none. The images of distroless have `@distroless//common:publisher`.", providers = [PublisherInfo]),
}

_ANNOTATED = ["documentation", "source", "url", "vendor"]

def reference_problem(reference):
    """Checks the name of an image in the repository of a publisher.

    Args:
      reference: `NAME` or `NAME:TAG`.

    Returns:
      A message, or None.
    """
    name, colon, tag = reference.partition(":")
    if path_problem(name) or (colon and not is_tag(tag)) or not repository_problem(name):
        return "reference: expected `NAME:TAG` in the repository of the publisher, found `%s`\nhint: write `app:1`, without host; `repository` of the publisher has the host" % reference
    return None

def published_as(publisher, reference, name):
    """The statements of an image about its publisher.

    Args:
      publisher: the PublisherInfo.
      reference: `NAME:TAG`, or an empty string.
      name: the name of the image if it has no reference.

    Returns:
      A struct of `annotations`, a dict of strings, and `reference`, the complete name or an empty string.
    """
    named = {"documentation": publisher.documentation.replace("{name}", reference.partition(":")[0] or name)}
    stated = {key: named.get(key, getattr(publisher, key)) for key in _ANNOTATED}
    return struct(
        annotations = {"org.opencontainers.image." + key: value for key, value in stated.items() if value},
        reference = "%s/%s" % (publisher.repository, reference) if publisher.repository and reference else "",
    )

def published(ctx):
    """The statements of an image about its publisher.

    Args:
      ctx: the context of a rule with PUBLISHER_ATTRS and `reference`.

    Returns:
      The same as `published_as`; without a publisher, no annotations and the unchanged reference.
    """
    if not ctx.attr.publisher:
        return struct(annotations = {}, reference = ctx.attr.reference)
    problem = reference_problem(ctx.attr.reference) if ctx.attr.reference else None
    if problem:
        fail("cannot build `%s`: %s" % (ctx.label, problem))
    return published_as(ctx.attr.publisher[PublisherInfo], ctx.attr.reference, ctx.label.name)
