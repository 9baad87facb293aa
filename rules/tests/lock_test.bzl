"""Tests of the lock's reader: each message names file, JSON path, what was expected and what was found."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:lock.bzl", "entry_for", "parse_lock", "repository_name")

_PACKAGE = {
    "depends": [],
    "filename": "pool/main/n/netbase/netbase_6.4_all.deb",
    "reason": "requested",
    "sha256": "0" * 64,
    "size": 12,
    "source": "netbase",
    "source_version": "6.4",
    "suite": "bookworm",
    "version": "6.4",
}

def _lock(package = {}, **changes):
    return {
        "architectures": ["amd64", "s390x"],
        "distro": "debian12",
        "packages": {"netbase": {"all": _PACKAGE | package}},
        "snapshot": "2026-11-21T02:34:56Z",
        "sources": {"bookworm": {"archive": "debian"}},
        "version": 1,
    } | changes

def _problem(value):
    text = value if type(value) == "string" else json.encode(value)
    return parse_lock("a.lock.json", text).problem

_CASES = {
    "cannot read lock `a.lock.json`: $: expected JSON, found text that is not\nhint: restore it from version control, or lock again": "{",
    "cannot read lock `a.lock.json`: $: expected an object, found a list": [],
    "cannot read lock `a.lock.json`: $.version: expected a number, found null": {},
    "cannot read lock `a.lock.json`: $.version: expected 1 or older, found 2\nhint: update the distroless module, or lock again with `bazel run //debian_packages:lock`": _lock(version = 2),
    "cannot read lock `a.lock.json`: $: expected a field `architectures`, found none": {"version": 1},
    "cannot read lock `a.lock.json`: $.packages: expected a dict, found \"all\"": _lock(packages = "all"),
    "cannot read lock `a.lock.json`: $.sources.bookworm: expected a field `archive`, found none": _lock(sources = {"bookworm": {}}),
    "cannot read lock `a.lock.json`: $.packages.netbase: expected an object with one entry or more, found a dict": _lock(packages = {"netbase": {}}),
    "cannot read lock `a.lock.json`: $.packages.netbase: expected `all` or one of amd64, s390x, found \"mips\"": _lock(packages = {"netbase": {"mips": _PACKAGE}}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.size: expected a int, found \"12\"": _lock({"size": "12"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.sha256: expected 64 lower-case hexadecimal digits, found \"abc\"": _lock({"sha256": "abc"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.filename: expected a relative path to a .deb, found \"../netbase.deb\"": _lock({"filename": "../netbase.deb"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.suite: expected one of bookworm, found \"sid\"": _lock({"suite": "sid"}),
}

def _messages_test_impl(ctx):
    env = unittest.begin(ctx)
    for message, value in _CASES.items():
        asserts.equals(env, message, _problem(value))
    asserts.equals(env, None, _problem(_lock()))
    return unittest.end(env)

messages_test = unittest.make(_messages_test_impl)

def _lookup_test_impl(ctx):
    env = unittest.begin(ctx)
    lock = {"packages": {
        "base-files": {"amd64": {}},
        "tzdata": {"all": {}, "s390x": {}},
    }}
    asserts.equals(env, "amd64", entry_for(lock, "base-files", "amd64"))
    asserts.equals(env, None, entry_for(lock, "base-files", "s390x"))
    asserts.equals(env, "all", entry_for(lock, "tzdata", "amd64"))
    asserts.equals(env, "s390x", entry_for(lock, "tzdata", "s390x"))
    asserts.equals(env, None, entry_for(lock, "bash", "amd64"))
    asserts.equals(env, "hub_libstdc-p--p-6_amd64", repository_name("hub", "libstdc++6", "amd64"))
    return unittest.end(env)

lookup_test = unittest.make(_lookup_test_impl)

def lock_test_suite(name):
    """All tests of the lock's reader."""
    unittest.suite(name, partial.make(messages_test, size = "small"), partial.make(lookup_test, size = "small"))
