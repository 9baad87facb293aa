"""provenance_of: the action that writes the provenance of an image or an index."""

load("//rules/private/actions:evidence.bzl", "evidence_actions")
load("//rules/private/providers:build_facts_info.bzl", "BuildFactsInfo")

_RULES = Label("//rules:evidence.bzl")
_MODULE = "distroless"

def stated_label(label):
    """A label as provenance states it: with `@distroless` for a target of this module, and otherwise without repository.

    Args:
      label: a Label.

    Returns:
      A string that is the same in all workspaces.
    """
    repository = "@" + _MODULE if label.repo_name == _RULES.repo_name else ""
    return "%s//%s:%s" % (repository, label.package, label.name)

def _platform(images, is_index):
    if is_index:
        return ""
    image = images[0]
    return "/".join([part for part in [image.os, image.architecture, image.variant] if part])

def provenance_of(ctx, label, info, images, is_index, stem, module = ""):
    """Declares the provenance of an image or an index.

    Args:
      ctx: the context of a rule with BUILD_FACTS_ATTRS and TOOLCHAIN_TYPE.
      label: the label of the image or the index.
      info: its ImageInfo or ImageIndexInfo.
      images: list of ImageInfo: the image itself, or the images of the index.
      is_index: whether it is an index.
      stem: the beginning of the names of the files.
      module: `NAME@VERSION` of the module that contains the target. By default distroless for its own targets, and
        otherwise not stated.

    Returns:
      A struct of the Files `predicate` and `statement`; None if the contents of the image are not known.
    """
    contents = getattr(info, "contents", None)
    if not contents:
        return None
    facts = ctx.attr._build_facts[BuildFactsInfo]
    rules = "%s@%s" % (_MODULE, facts.version)
    if not module and label.repo_name == _RULES.repo_name:
        module = rules
    settings = {}
    for image in images:
        settings.update(getattr(image, "settings", None) or {})
    return evidence_actions.provenance(
        ctx,
        contents = contents,
        images = images,
        stem = stem,
        stated = [
            ("--target", ["//%s:%s" % (label.package, label.name)]),
            ("--module", [module] if module else []),
            ("--rules", [rules]),
            ("--platform", [_platform(images, is_index)] if not is_index else []),
            ("--setting", ["%s=%s" % (key, settings[key]) for key in sorted(settings)]),
            ("--builder", [facts.builder] if facts.builder else []),
        ],
        tools_lock = facts.tools_lock,
    )
