"""Analysis tests of wrong uses. Each test pins the message."""

load("//rules:architectures.bzl", "architectures")
load("//rules:image.bzl", "image", "image_for_platform", "image_index")
load("//rules:layer.bzl", "archive_layer", "flatten", "group", "home", "layer", "ld_so_cache", "os_release", "passwd")
load(":fails.bzl", "fails_case")

def failure_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    for architecture in ["amd64", "arm64"]:
        image(
            name = "base_" + architecture,
            architecture = architecture,
            tags = ["manual"],
        )
    image_index(
        name = "base",
        images = ["base_amd64", "base_arm64"],
        tags = ["manual"],
    )
    layer(
        name = "a_layer",
        directories = ["/app"],
        tags = ["manual"],
    )
    tests = [
        fails_case(
            image,
            "unknown_architecture",
            "cannot build `@@//rules/tests:unknown_architecture_subject`: architecture: " + architectures.problem("mips"),
            architecture = "mips",
        ),
        fails_case(
            image,
            "debian_name",
            "architecture: architecture `armhf` is named `arm` in OCI images",
            architecture = "armhf",
        ),
        fails_case(
            image,
            "base_lacks_architecture",
            "the base `@@//rules/tests:base` has no image for linux/s390x; it has `linux/amd64`, `linux/arm64/v8`",
            architecture = "s390x",
            base = ":base",
        ),
        fails_case(
            image,
            "base_of_another_architecture",
            "it is for linux/s390x, but the base `@@//rules/tests:base_amd64` is `linux/amd64`",
            architecture = "s390x",
            base = ":base_amd64",
        ),
        fails_case(
            image,
            "file_as_layer",
            "layers: `@@//rules/tests:fails.bzl` is not a layer\nhint: `layer(files = …)` makes a layer of files, `flatten(layers = …)` of tar archives",
            architecture = "amd64",
            layers = ["fails.bzl"],
        ),
        fails_case(
            image,
            "image_as_layer",
            "layers: `@@//rules/tests:base_amd64` is an image, not a layer\nhint: set `base` to an image or an index",
            architecture = "amd64",
            layers = [":base_amd64"],
        ),
        fails_case(
            image,
            "file_as_base",
            "base: `@@//rules/tests:fails.bzl` is not an image or an index\nhint: use an `image`, an `image_index`, or an image of distroless such as `@distroless//base:debian12`",
            architecture = "amd64",
            base = "fails.bzl",
        ),
        fails_case(
            ld_so_cache,
            "layer_as_base",
            "base: `@@//rules/tests:a_layer` is a layer, not an image or an index\nhint: add a layer to `layers`",
            architecture = "amd64",
            base = ":a_layer",
        ),
        fails_case(
            ld_so_cache,
            "index_as_layer_of_a_cache",
            "layers: `@@//rules/tests:base` is an image index, not a layer",
            architecture = "amd64",
            layers = [":base"],
        ),
        fails_case(
            image_index,
            "index_in_index",
            "images: `@@//rules/tests:base` is an image index, not an image of one architecture\nhint: use an `image`",
            images = [":base"],
        ),
        fails_case(
            image_for_platform,
            "layer_for_platform",
            "image: `@@//rules/tests:a_layer` is a layer, not an image of one architecture",
            image = ":a_layer",
        ),
        fails_case(
            image,
            "unchecked_what",
            "unchecked: unknown check `users`; expected one of `directories`, `entrypoint`, `user`",
            architecture = "amd64",
            unchecked = ["users"],
        ),
        fails_case(
            image,
            "key_with_equals_sign",
            "cannot build `@@//rules/tests:key_with_equals_sign_subject`: labels: key `a=b`: expected a key that is not empty and has no `=`",
            architecture = "amd64",
            labels = {"a=b": "c"},
        ),
        fails_case(
            image_index,
            "same_platform_twice",
            "images: `@@//rules/tests:base_amd64` and `@@//rules/tests:base_amd64_again` are both for linux/amd64",
            images = [":base_amd64", ":base_amd64_again"],
        ),
        fails_case(
            image_index,
            "empty_index",
            "images: an index needs at least one image",
            images = [],
        ),
        fails_case(
            image_index,
            "image_without_platforms",
            "cannot build `@@//rules/tests:image_without_platforms_subject`: `image` is set alone\nhint: set `images`, or `image` and `platforms`",
            image = ":base_amd64",
        ),
        fails_case(
            image_index,
            "image_and_images",
            "cannot build `@@//rules/tests:image_and_images_subject`: `image` and `images` cannot be set together\nhint: set `images`, or `image` and `platforms`",
            image = ":base_amd64",
            images = [":base_arm64"],
        ),
        fails_case(
            ld_so_cache,
            "cache_of_nothing",
            "cannot write `@@//rules/tests:cache_of_nothing_subject`: there is no package in `base` or `layers`, so there are no libraries\nhint: set `base` and `layers` as for the image",
            architecture = "amd64",
        ),
        fails_case(
            passwd,
            "passwd_fields",
            "entries: `root:x:0` is not of the form `NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL`: it has 3 fields",
            entries = ["root:x:0"],
        ),
        fails_case(
            group,
            "group_number",
            "entries: `root:x:zero:` is not of the form `NAME:PASSWORD:GID:USERS`: GID `zero` is not a number",
            entries = ["root:x:zero:"],
        ),
        fails_case(
            home,
            "home_form",
            "directories: expected `MODE UID:GID` for `/root`, found `0700`",
            directories = {"/root": "0700"},
        ),
        fails_case(
            os_release,
            "os_release_key",
            "content: key `A\nB`: expected letters, digits and `_`, not a digit first",
            content = {"A\nB": "c"},
        ),
        fails_case(
            os_release,
            "os_release_quote",
            "content: the value of `NAME` contains `$`, which os-release(5) requires to be escaped",
            content = {"NAME": "a$b"},
        ),
        fails_case(
            layer,
            "relative_path",
            "directories: `etc/../tmp` is not an absolute path without `.`, `..` and empty parts",
            directories = ["etc/../tmp"],
        ),
        fails_case(
            layer,
            "owner_of_nothing",
            "owners: `/var` is not a path of this layer; it has `/tmp`",
            directories = ["/tmp"],
            owners = {"/var": "0:0"},
        ),
        fails_case(
            layer,
            "owner_form",
            "owners: expected `UID:GID` in digits, found `nobody`",
            directories = ["/tmp"],
            owners = {"/tmp": "nobody"},
        ),
        fails_case(
            archive_layer,
            "archive_without_files",
            "files: a layer of an archive needs at least one file",
            archive = "a.tar.gz",
            files = {},
        ),
        fails_case(
            archive_layer,
            "archive_outside",
            "files: `/LICENSE` is not a path below the top-level directory of the archive",
            archive = "a.tar.gz",
            files = {"/LICENSE": "/LICENSE"},
        ),
        fails_case(
            archive_layer,
            "archive_relative_target",
            "files: `nodejs/LICENSE` is not an absolute path without `.`, `..` and empty parts",
            archive = "a.tar.gz",
            files = {"LICENSE": "nodejs/LICENSE"},
        ),
        fails_case(
            archive_layer,
            "archive_one_target",
            "files: `LICENSE` and `README` both become `/a`",
            archive = "a.tar.gz",
            files = {"LICENSE": "/a", "README": "/a"},
        ),
        fails_case(
            archive_layer,
            "archive_digest_of_nothing",
            "file_sha256: `bin/npm` is not in `files`; expected one of `LICENSE`",
            archive = "a.tar.gz",
            file_sha256 = {"bin/npm": "0" * 64},
            files = {"LICENSE": "/LICENSE"},
        ),
        fails_case(
            flatten,
            "flatten_nothing",
            "cannot flatten `@@//rules/tests:flatten_nothing_subject`: layers: expected at least one layer",
            layers = [],
        ),
    ]
    image(
        name = "base_amd64_again",
        architecture = "amd64",
        tags = ["manual"],
    )
    native.test_suite(
        name = name,
        tests = tests,
    )
