"""The provider of tests of images."""

ImageTestInfo = provider(
    doc = "A test of an image, so that several can be run in one process.",
    fields = {
        "flags": "A File: the flags of `image_test`, one a line.",
        "runfiles": "Runfiles: what the flags name.",
    },
)
