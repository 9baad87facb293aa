"""Tests of the reader of locks: each message names the file, the JSON path, the expected and the found value."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:lock.bzl", "lock_dependencies", "lock_names", "parse_lock", "repository_name")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:package_repository.bzl", "package_repository")

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

_ZEROS = "0" * 64

# The required fields of a package with URLs.
_BY_URL = {"depends": [], "reason": "requested", "sha256": _ZEROS, "urls": ["https://a.example/pool/a.deb"], "version": "1:2"}

def _source(**source):
    return _lock(sources = {"bookworm": source})

def _by_url(**changes):
    return _lock(packages = {"netbase": {"all": _BY_URL | changes}})

def _two(first, second):
    return _lock(packages = {"a": {"all": _PACKAGE | first}, "b": {"all": _PACKAGE | second}})

_CASES = {
    "cannot read lock `a.lock.json`: $: expected JSON, found other text\nhint: restore it from version control, or lock again": "{",
    "cannot read lock `a.lock.json`: $: expected an object, found an empty list": [],
    "cannot read lock `a.lock.json`: $.version: expected a whole number, found null": {},
    "cannot read lock `a.lock.json`: $.version: expected 1 or older, found 2\nhint: update the distroless module, or lock again with `bazel run //debian_packages:lock`": _lock(version = 2),
    "cannot read lock `a.lock.json`: $: expected a field `architectures`, found none": {"version": 1},
    "cannot read lock `a.lock.json`: $.packages: expected an object, found \"all\"": _lock(packages = "all"),
    "cannot read lock `a.lock.json`: $.packages.netbase: expected an object with one or more entries, found an empty object": _lock(packages = {"netbase": {}}),
    "cannot read lock `a.lock.json`: $.packages.netbase: expected `all` or one of amd64, s390x, found \"mips\"": _lock(packages = {"netbase": {"mips": _PACKAGE}}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.size: expected a whole number, found \"12\"": _lock({"size": "12"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.sha256: expected 64 lower-case hexadecimal digits, found \"abc\"": _lock({"sha256": "abc"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.filename: expected a relative path, without `..`, found \"../netbase.deb\"": _lock({"filename": "../netbase.deb"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.suite: expected one of bookworm, found \"sid\"": _lock({"suite": "sid"}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all: expected the fields `suite` and `filename`, or `urls`, found none": _lock(packages = {"netbase": {"all": {"depends": [], "reason": "", "sha256": _ZEROS, "version": "1"}}}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all: expected a field `filename`, found none": _lock(packages = {"netbase": {"all": {key: value for key, value in _PACKAGE.items() if key != "filename"}}}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.filename: expected a string, found null": _lock({"filename": None}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.depends: expected a list, found true": _lock({"depends": True}),
    "cannot read lock `a.lock.json`: $.packages.netbase.all.size: expected a whole number, found 1.5": _lock({"size": 1.5}),
    "cannot read lock `a.lock.json`: $.packages: expected names of packages (letters, digits, `+`, `-`, `.`, `_`), found \"../etc\"": _lock(packages = {"../etc": {"all": _PACKAGE}}),
    "cannot read lock `a.lock.json`: $.snapshot: expected a time such as `2026-11-21T02:34:56Z`, found \"yesterday\"": _lock(snapshot = "yesterday"),
    "cannot read lock `a.lock.json`: $.architectures[1]: expected a Debian architecture name, found a list": _lock(architectures = ["amd64", ["s390x"]]),
    "cannot read lock `a.lock.json`: $.architectures[0]: expected a Debian architecture name, found \"data\"": _lock(architectures = ["data"]),
    "cannot read lock `a.lock.json`: $.version: expected a whole number, found +inf": "{\"version\": 1e999}",
    "cannot read lock `a.lock.json`: $.version: expected 1 or newer, found 0": _lock(version = 0),
    "cannot read lock `a.lock.json`: $.snapshot: expected a time such as `2026-11-21T02:34:56Z`, found \"2026-13-01T00:00:00Z\"": _lock(snapshot = "2026-13-01T00:00:00Z"),
    "cannot read lock `a.lock.json`: $.snapshot: expected a time such as `2026-11-21T02:34:56Z`, found \"2026-01-01T24:00:00Z\"": _lock(snapshot = "2026-01-01T24:00:00Z"),
    "cannot read lock `a.lock.json`: $.distro: expected a text without control characters, found \"a\\u0000\"": _lock(distro = "a\000"),
    "cannot read lock `a.lock.json`: $.packages: expected names that no file of a hub has, found \"names.bzl\"": _lock(packages = {"names.bzl": {"all": _PACKAGE}}),
    "cannot read lock `a.lock.json`: $.packages: expected names that differ where `+` is `-p-`, found \"a+b\" and \"a-p-b\"": _lock(packages = {name: {"all": _PACKAGE} for name in ["a+b", "a-p-b"]}),
    "cannot read lock `a.lock.json`: $.packages: expected names that differ where `+` is `-p-`, found \"a-p-+\" and \"a+-p-\"": _lock(packages = {name: {"all": _PACKAGE} for name in ["a+-p-", "a-p-+"]}),
}

_PLACE_CASES = {
    "$.sources.bookworm: expected an object, found \"debian\"": _lock(sources = {"bookworm": "debian"}),
    "$.sources.bookworm: expected exactly one of the fields `archive`, `url`, `folder`, found none": _source(),
    "$.sources.bookworm: expected exactly one of the fields `archive`, `url`, `folder`, found `archive` and `url`": _source(archive = "debian", url = "https://a.example"),
    "$.sources.bookworm.archive: expected a string, found 1": _source(archive = 1),
    "$.sources.bookworm.archive: expected the name of a repository, found \"\"": _source(archive = ""),
    "$.sources.bookworm.url: expected a URL `https://…`, `http://…` or `file:///…`, found \"ftp://a.example/debs\"": _source(url = "ftp://user:secret@a.example/debs"),
    "$.sources.bookworm.url: expected a URL `https://…`, `http://…` or `file:///…`, found \"a.example/debs\"": _source(url = "user:secret@a.example/debs"),
    "$.sources.bookworm.url: expected a URL `https://…`, `http://…` or `file:///…`, found \"file://debs\"": _source(url = "file://debs"),
    "$.sources.bookworm.url: expected a URL `https://…`, `http://…` or `file:///…`, found \"https://\"": _source(url = "https://"),
    "$.sources.bookworm.url: expected a URL `https://…`, `http://…` or `file:///…`, found \"https://a b\"": _source(url = "https://a b"),
    "$.sources.bookworm.folder: expected a path relative to the directory of the lock, without `..`, found \"../debs\"": _source(folder = "../debs"),
    "$.sources.bookworm.folder: expected a path relative to the directory of the lock, without `..`, found \"/debs\"": _source(folder = "/debs"),
    "$.sources.bookworm.folder: expected a path relative to the directory of the lock, without `..`, found \"\"": _source(folder = ""),
    "$.packages.netbase.all.urls: expected a list of one or more URLs, found an empty list": _by_url(urls = []),
    "$.packages.netbase.all.urls: expected a list, found \"https://a.example/a.deb\"": _by_url(urls = "https://a.example/a.deb"),
    "$.packages.netbase.all.urls[1]: expected a URL `https://…`, `http://…` or `file:///…`, found \"pool/a.deb\"": _by_url(urls = ["https://a.example/a.deb", "pool/a.deb"]),
    "$.packages.netbase.all.urls[0]: expected a URL `https://…`, `http://…` or `file:///…`, found null": _by_url(urls = [None]),
    "$.packages.netbase.all.sha256: expected 64 lower-case hexadecimal digits, found \"%s\"" % ("A" * 64): _by_url(sha256 = "A" * 64),
    "$.packages.netbase.all.source: expected a string, found 1": _by_url(source = 1),
    # Values that all packages have together are right: the second package is wrong, or the lengths of both are.
    "$.packages.b.all.filename: expected a relative path, without `..`, found \"/b.deb\"": _two({}, {"filename": "/b.deb"}),
    "$.packages.b.all.filename: expected a relative path, without `..`, found \"b/./b.deb\"": _two({}, {"filename": "b/./b.deb"}),
    "$.packages.a.all.filename: expected a relative path, without `..`, found \"a/..\"": _two({"filename": "a/.."}, {}),
    "$.packages.a.all.filename: expected a relative path, without `..`, found \"a\\\\b\"": _two({"filename": "a\\b"}, {}),
    "$.packages.b.all.filename: expected a relative path, without `..`, found \"\"": _two({}, {"filename": ""}),
    "$.packages.a.all.sha256: expected 64 lower-case hexadecimal digits, found \"%s\"" % ("0" * 63): _two({"sha256": "0" * 63}, {"sha256": "0" * 65}),
    "$.packages.b.all.sha256: expected 64 lower-case hexadecimal digits, found \"%s\"" % ("G" + "0" * 63): _two({}, {"sha256": "G" + "0" * 63}),
    "$.packages.b.all.size: expected a whole number, found null": _two({}, {"size": None}),
    "$.packages.b.all.size: expected a number of bytes, found -1": _two({}, {"size": -1}),
    "$.packages.b.all.depends[1]: expected the name of a package, found a list": _two({}, {"depends": ["a", ["a"]]}),
    "$.packages.b.all.version: expected one or more characters, without control characters, found \"\"": _two({}, {"version": ""}),
    "$.packages.b.all.source: expected one or more characters, without control characters, found \"b\\u0000\"": _two({}, {"source": "b\000"}),
    "$.packages.netbase.all.source_version: expected one or more characters, without control characters, found \"\\n\"": _by_url(source_version = "\n"),
    "$.packages.netbase.all.architecture: expected `all`, found \"../amd64\"": _by_url(architecture = "../amd64"),
    "$.packages.b.all.filename: expected a relative path, without `..`, found \"b\\n.deb\"": _two({}, {"filename": "b\n.deb"}),
    "$.sources.bookworm.archive: expected the name of a repository, found \"a\\n\"": _source(archive = "a\n"),
    "$.sources.debian@x: expected a key `NAME@TIME` with a time such as `2026-11-21T02:34:56Z`, found \"x\"": _lock(sources = {"debian@x": {"archive": "debian"}}),
}

def _messages_test_impl(ctx):
    env = unittest.begin(ctx)
    for message, value in _CASES.items():
        asserts.equals(env, message, _problem(value))
    for message, value in _PLACE_CASES.items():
        asserts.equals(env, "cannot read lock `a.lock.json`: " + message, _problem(value))
    for good in [
        _lock(),
        _lock({"filename": "pool/main/n/netbase/netbase-dbgsym_6.4_amd64.ddeb"}),
        _lock(packages = {"mongodb_exporter": {"all": _PACKAGE}, "R": {"all": _PACKAGE}}),
        _source(url = "https://user:secret@a.example/debs"),
        _source(url = "http://a.example:8080"),
        _source(url = "file:///srv/debs"),
        _source(folder = "third_party/debs"),
        _source(folder = "debs/"),
        _source(folder = "."),
        _two({}, {"urls": ["https://a.example/b.deb"], "architecture": "all"}),
        _two({"depends": ["b"]}, {"depends": ["a", "c"], "size": 1 << 40, "source": "A b", "version": "1_é 2\\"}),
        _lock(sources = {"bookworm": {"archive": "debian"}, "bookworm@2026-11-21T02:34:56Z": {"archive": "debian"}, "a@b": {"url": "https://a.example"}}),
        _lock(packages = {name: {"all": _PACKAGE} for name in ["a+b", "a++b", "a-p-", "BUILD", "lock.json"]}),
        _by_url(),
        _by_url(suite = "elsewhere", size = 12),
    ]:
        asserts.equals(env, None, _problem(good))
    return unittest.end(env)

messages_test = unittest.make(_messages_test_impl)

def _defaults_test_impl(ctx):
    env = unittest.begin(ctx)
    package = parse_lock("a.lock.json", json.encode(_by_url())).lock["packages"]["netbase"]["all"]
    asserts.equals(env, ("netbase", "1:2"), (package["source"], package["source_version"]))
    package = parse_lock("a.lock.json", json.encode(_by_url(source = "net", source_version = "3"))).lock["packages"]["netbase"]["all"]
    asserts.equals(env, ("net", "3"), (package["source"], package["source_version"]))
    return unittest.end(env)

def _keys_test_impl(ctx):
    env = unittest.begin(ctx)

    def amd64(key):
        return key == "amd64"

    def problem(entries):
        return parse_lock("a.lock.json", json.encode(_lock(packages = {"netbase": entries})), has = amd64).problem

    asserts.equals(env, None, problem({"all": {}, "s390x": _PACKAGE | {"size": None}, "amd64": _PACKAGE}))
    for entry in [{"urls": []}, {"urls": None}, {"suite": "sid"}]:
        asserts.equals(env, None, problem({"all": entry, "amd64": _BY_URL}))
    for message, entries in {
        ".amd64.size: expected a whole number, found null": {"all": {}, "amd64": _PACKAGE | {"size": None}},
        ".s390x: expected an object, found an empty list": {"s390x": []},
        ": expected `all` or one of amd64, s390x, found \"mips\"": {"mips": {}},
    }.items():
        asserts.equals(env, "cannot read lock `a.lock.json`: $.packages.netbase" + message, problem(entries))
    return unittest.end(env)

keys_test = unittest.make(_keys_test_impl)

defaults_test = unittest.make(_defaults_test_impl)

def _lookup_test_impl(ctx):
    env = unittest.begin(ctx)
    lock = {
        "architectures": ["amd64", "s390x"],
        "packages": {
            "tzdata": {"all": {"depends": []}, "s390x": {"depends": ["base-files"]}},
            "base-files": {"amd64": {"depends": ["tzdata"], "version": "12"}},
            "bash": {"amd64": {"depends": [], "version": "5"}},
        },
    }
    asserts.equals(
        env,
        {
            "architectures": ["amd64", "s390x"],
            "packages": {"tzdata": 0, "base-files": 1, "bash": 1},
            "shapes": [{"amd64": "all", "s390x": "s390x"}, {"amd64": "amd64"}],
        },
        lock_names(lock),
    )
    asserts.equals(env, ["tzdata", "base-files", "bash"], lock_names(lock)["packages"].keys())
    asserts.equals(
        env,
        {
            "tzdata": {"amd64": {"depends": []}, "s390x": {"depends": ["base-files"]}},
            "base-files": {"amd64": {"depends": ["tzdata"]}},
            "bash": {"amd64": {"depends": []}},
        },
        lock_dependencies(lock),
    )
    asserts.equals(env, "hub_libstdc-p--p-6_amd64", repository_name("hub", "libstdc++6", "amd64"))
    for key, extension in {"all": "all", "amd64": "amd64", "mips64el": "other"}.items():
        parts = package_repository("hub", "g++", key).replace("~", "+").split("+")
        asserts.equals(env, ["deb_packages_" + extension, "hub_g-p--p-_" + key], parts[-2:])
    return unittest.end(env)

lookup_test = unittest.make(_lookup_test_impl)

def lock_test_suite(name):
    """All tests of the reader of locks."""
    unittest.suite(
        name,
        partial.make(messages_test, size = "small"),
        partial.make(defaults_test, size = "small"),
        partial.make(keys_test, size = "small"),
        partial.make(lookup_test, size = "small"),
    )
