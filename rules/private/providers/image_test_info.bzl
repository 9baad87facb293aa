"""ImageTestInfo: the provider of image tests."""

ImageTestInfo = provider(
    doc = "An image test, for running several tests in one process.",
    fields = {
        "flags": "File: the command line options of `image_test`, one in each line.",
        "runfiles": "Runfiles: the files that the options name.",
    },
)
