"""Tests of the layers that flatten makes, as content lists."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("//rules:layer.bzl", "flatten", "home", "layer", "passwd")

def flatten_test_suite(name):
    """Merges a layer of a user, a tar archive of another rule, and layers of distroless.

    Args:
      name: the name of the suite.
    """
    passwd(
        name = "flatten_passwd",
        entries = ["root:x:0:0:root:/root:/sbin/nologin"],
        tags = ["manual"],
    )
    home(
        name = "flatten_home",
        directories = {"/root": "0700 0:0"},
        tags = ["manual"],
    )
    layer(
        name = "flatten_below",
        directories = ["/etc"],
        files = {"fails.bzl": "/etc/replaced"},
        symlinks = {"/etc/link": "passwd"},
        tags = ["manual"],
    )
    layer(
        name = "flatten_above",
        files = {"BUILD.bazel": "/etc/replaced"},
        modes = {"/etc/replaced": "0600"},
        mtime = 7,
        tags = ["manual"],
    )

    # A tar of another rule, without a LayerInfo.
    native.filegroup(
        name = "flatten_tar",
        srcs = ["flatten_above"],
        tags = ["manual"],
    )
    flatten(
        name = "flatten",
        layers = [
            ":flatten_passwd",
            ":flatten_below",
            ":flatten_tar",
            ":flatten_home",
        ],
    )
    native.filegroup(
        name = "flatten_mtree",
        srcs = ["flatten"],
        output_group = "mtree",
    )
    native.genrule(
        name = "flatten_listing",
        srcs = [":flatten_mtree"],
        outs = ["flatten_listing.txt"],
        # The sizes depend on the sources of this package, which do not matter here.
        cmd = "sed 's/ size=.*//' $< > $@",
    )
    native.filegroup(
        name = "flatten_metadata",
        srcs = ["flatten"],
        output_group = "metadata",
    )
    native.genrule(
        name = "flatten_history",
        srcs = [":flatten_metadata"],
        outs = ["flatten_history.txt"],
        cmd = "sed 's/.*\\(\"history\":{[^}]*}\\).*/\\1/' $< > $@",
    )
    for what in ["listing", "history"]:
        diff_test(
            name = "flatten_%s_test" % what,
            size = "small",
            file1 = "testdata/flatten_%s.txt" % what,
            file2 = ":flatten_%s" % what,
        )
    native.test_suite(
        name = name,
        tests = [":flatten_%s_test" % what for what in ["listing", "history"]],
    )
