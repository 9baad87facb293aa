"""Tests of where packages are fetched from, and of what is said when no address has them."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:deb_repository.bzl", "addresses", "environment_variable", "fetch_problem")

_SNAPSHOT = [
    "https://snapshot.debian.org/archive/debian-security/20261121T023456Z/pool/a.deb",
    "https://snapshot.debian.org/archive/debian-security/20261122T023456Z/pool/a.deb",
]

def _addresses(environment = "", mirrors = [], snapshot = "2026-11-21T02:34:56Z"):
    return addresses("debian-security", "pool/a.deb", snapshot, environment, mirrors)

def _addresses_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "DEBIAN_SECURITY_MIRROR", environment_variable("debian-security"))
    asserts.equals(env, _SNAPSHOT, _addresses())
    for day, next_day in {
        "2026-02-28": "20260301",
        "2026-12-31": "20270101",
        "2028-02-28": "20280229",
        "2028-02-29": "20280301",
    }.items():
        asserts.equals(
            env,
            "https://snapshot.debian.org/archive/debian-security/%sT235959Z/pool/a.deb" % next_day,
            _addresses(snapshot = day + "T23:59:59Z")[-1],
        )
    asserts.equals(
        env,
        ["http://one/d/pool/a.deb", "http://two/pool/a.deb", "http://three/pool/a.deb"] + _SNAPSHOT,
        _addresses("http://one/d/ http://two", ["http://three"]),
    )
    return unittest.end(env)

addresses_test = unittest.make(_addresses_test_impl)

def _message_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, """\
cannot fetch package `netbase` 6.4 (all): no address gave a file with SHA-256 %s; tried
  http://one/pool/a.deb
  https://two/pool/a.deb
hint: set DEBIAN_MIRROR to the address of a mirror (`--repo_env=DEBIAN_MIRROR=https://…/debian`), or lock again if the version has left the archive""" % ("0" * 64), fetch_problem(
        package = "netbase",
        version = "6.4",
        architecture = "all",
        archive = "debian",
        sha256 = "0" * 64,
        urls = ["http://user:secret@one/pool/a.deb", "https://two/pool/a.deb"],
    ))
    return unittest.end(env)

message_test = unittest.make(_message_test_impl)

def deb_repository_test_suite(name):
    """All tests of the package repositories' pure parts."""
    unittest.suite(name, partial.make(addresses_test, size = "small"), partial.make(message_test, size = "small"))
