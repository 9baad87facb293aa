"""PublisherInfo: the publisher of images."""

PublisherInfo = provider(
    doc = "The publisher of images: values that images state about their origin. Each is an empty string if images do not state it.",
    fields = {
        "bug_report_url": "string: where users report bugs: `BUG_REPORT_URL` of os-release.",
        "documentation": "string: the annotation `org.opencontainers.image.documentation`. `{name}` is the name of the image.",
        "repository": "string: `HOST/PATH`; the repositories of the images are below it.",
        "source": "string: the annotation `org.opencontainers.image.source`.",
        "support_url": "string: where users get support: `SUPPORT_URL` of os-release.",
        "url": "string: the annotation `org.opencontainers.image.url`, and `HOME_URL` of os-release.",
        "vendor": "string: the annotation `org.opencontainers.image.vendor`.",
    },
)
