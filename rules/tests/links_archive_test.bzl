"""Tests of the archive of links. The step `hubs_of_a_user` gives it to `tar` and to Bazel."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:links_archive.bzl", "can_be_link", "links_archive")

_NUL = "\000"

def _header_test_impl(ctx):
    env = unittest.begin(ctx)
    text = links_archive({"g++": "A_z-9.", "libc6": "A_z-9."})
    asserts.equals(env, 2 * 512 + 1024, len(text))

    # The checksums are those that Python's `tarfile` computes.
    for number, (name, checksum) in enumerate([("g++", "007121"), ("libc6", "007544")]):
        header = text[512 * number:][:512]
        asserts.equals(env, name + _NUL * (100 - len(name)), header[:100])
        asserts.equals(env, "0000777" + _NUL, header[100:108])
        asserts.equals(env, checksum + _NUL + " ", header[148:156])
        asserts.equals(env, "2A_z-9." + _NUL, header[156:164])
        asserts.equals(env, "ustar" + _NUL + "00" + _NUL, header[257:266])
    asserts.equals(env, _NUL * 1024, text[1024:])
    return unittest.end(env)

header_test = unittest.make(_header_test_impl)

def _length_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.true(env, can_be_link("a" * 100))
    asserts.false(env, can_be_link("a" * 101))
    asserts.equals(env, "a" * 100 + "0000777", links_archive({"a" * 100: "b" * 100})[:107])
    return unittest.end(env)

length_test = unittest.make(_length_test_impl)

def links_archive_test_suite(name):
    """All tests of the archive of links."""
    unittest.suite(
        name,
        partial.make(header_test, size = "small"),
        partial.make(length_test, size = "small"),
    )
