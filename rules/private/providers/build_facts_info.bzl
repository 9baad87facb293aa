"""BuildFactsInfo: the facts about a build that provenance states."""

BuildFactsInfo = provider(
    doc = "The facts about a build that provenance states, in addition to those of the image.",
    fields = {
        "builder": "string: a URI of the builder, or an empty string.",
        "tools_lock": "File: the lock of the released programs.",
        "version": "string: the version of the module with the rules.",
    },
)
