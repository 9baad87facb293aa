"""Tests of the URLs of packages, and of the messages if no URL has a package."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:lock_fields.bzl", "deb_file_name", "without_credentials")

# buildifier: disable=bzl-visibility
load("//rules/private/extensions:urls.bzl", "directory_problem", "environment_variable", "fetch_problem", "file_url", "file_urls", "snapshot_urls")

def _variable_test_impl(ctx):
    env = unittest.begin(ctx)
    for source, variable in {
        "bookworm/": "BOOKWORM__MIRROR",
        "debian": "DEBIAN_MIRROR",
        "debian-security": "DEBIAN_SECURITY_MIRROR",
        "my.debs+1": "MY_DEBS_1_MIRROR",
    }.items():
        asserts.equals(env, variable, environment_variable(source))
    return unittest.end(env)

variable_test = unittest.make(_variable_test_impl)

def _snapshot_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "https://snapshot.debian.org/archive/debian-security/20261121T023456Z",
        "https://snapshot.debian.org/archive/debian-security/20261122T023456Z",
    ], snapshot_urls("debian-security", "2026-11-21T02:34:56Z"))
    for day, next_day in {
        "2026-02-28": "20260301",
        "2026-12-31": "20270101",
        "2028-02-28": "20280229",
        "2028-02-29": "20280301",
    }.items():
        asserts.equals(
            env,
            "https://snapshot.debian.org/archive/debian/%sT235959Z" % next_day,
            snapshot_urls("debian", day + "T23:59:59Z")[-1],
        )
    return unittest.end(env)

snapshot_test = unittest.make(_snapshot_test_impl)

def _file_urls_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["http://three/pool/a.deb"], file_urls("pool/a.deb", "", ["http://three/"]))
    asserts.equals(
        env,
        ["http://one/d/pool/a.deb", "http://two/pool/a.deb", "http://three/pool/a.deb"],
        file_urls("pool/a.deb", "http://one/d/  http://two", ["http://three"]),
    )
    for path, escaped in {
        "a b/c#d_1%3a2+b~1.deb": "a%20b/c%23d_1%253a2%2Bb~1.deb",
        "a?b[c]{d}|^`<e>\"f.deb": "a%3Fb%5Bc%5D%7Bd%7D%7C%5E%60%3Ce%3E%22f.deb",
        "pool/a_1:1-2,(x)=@&;'!$*.deb": "pool/a_1:1-2,(x)=@&;'!$*.deb",
    }.items():
        asserts.equals(env, ["https://one/d/" + escaped], file_urls(path, "", ["https://one/d/"]))
        asserts.equals(env, "file:///" + escaped, file_url("/" + path))
    return unittest.end(env)

file_urls_test = unittest.make(_file_urls_test_impl)

_NETBASE = {"architecture": "all", "package": "netbase", "sha256": "0" * 64, "version": "6.4"}

def _message_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, """\
cannot fetch package `netbase` 6.4 (all): no URL has a file with SHA-256 %s; tried
  http://one/pool/a.deb
  https://two/pool/a.deb
hint: set DEBIAN_MIRROR to the URL of a mirror (`--repo_env=DEBIAN_MIRROR=https://…/debian`), or lock again if the repository no longer has the version""" % ("0" * 64), fetch_problem(
        source = "debian",
        urls = ["http://user:secret@one/pool/a.deb", "https://two/pool/a.deb"],
        **_NETBASE
    ))
    asserts.equals(env, """\
cannot fetch package `netbase` 6.4 (all): no URL has a file with SHA-256 %s; tried
  https://one/a.deb
hint: lock again if the file has moved; `~/.netrc` or a credential helper provides credentials""" % ("0" * 64), fetch_problem(
        source = "",
        urls = ["https://secret@one/a.deb"],
        **_NETBASE
    ))
    asserts.equals(env, """\
cannot use package `netbase` 6.4 (all): there is no file `debs/a.deb` next to the lock
hint: add the file, or lock again without it""", directory_problem(path = "debs/a.deb", found = None, **_NETBASE))
    asserts.equals(env, """\
cannot use package `netbase` 6.4 (all): `debs/a.deb` next to the lock has SHA-256 %s; expected %s
hint: restore the file, or lock again if it was changed on purpose""" % ("1" * 64, "0" * 64), directory_problem(path = "debs/a.deb", found = "1" * 64, **_NETBASE))
    return unittest.end(env)

message_test = unittest.make(_message_test_impl)

def _file_name_test_impl(ctx):
    env = unittest.begin(ctx)
    for filename, name in {
        "": "hello_1.0-1_amd64.deb",
        "pool/h/hello_1%3a1.0-1_amd64.deb": "hello_1%3a1.0-1_amd64.deb",
        "pool/h/hello-dbgsym_1.0-1_amd64.ddeb": "hello_1.0-1_amd64.deb",
        "pool/h/hello.udeb": "hello_1.0-1_amd64.deb",
        "pool/h/hello_1:1.0-1_amd64.deb": "hello_1.0-1_amd64.deb",
        "pool/h/@hello 1.0.deb": "hello_1.0-1_amd64.deb",
        "pool/h/hello_1.0-1+b1~x_amd64.deb": "hello_1.0-1+b1~x_amd64.deb",
    }.items():
        asserts.equals(env, name, deb_file_name(filename, "hello", "1:1.0-1", "amd64"))
    asserts.equals(env, "hello_1_0_2_amd64.deb", deb_file_name("", "hello", "1\\0/2", "amd64"))
    return unittest.end(env)

file_name_test = unittest.make(_file_name_test_impl)

def _credentials_test_impl(ctx):
    env = unittest.begin(ctx)
    for url, shown in {
        "a.example/debian": "a.example/debian",
        "http://[::1]:80/x@y": "http://[::1]:80/x@y",
        "http://a.example:80/x@y": "http://a.example:80/x@y",
        "https://user:p/ss@a.example/x": "https://a.example/x",
        "https://user:p@ss@a.example/x": "https://a.example/x",
        "user:secret@a.example/debian": "a.example/debian",
    }.items():
        asserts.equals(env, shown, without_credentials(url))
    return unittest.end(env)

credentials_test = unittest.make(_credentials_test_impl)

def deb_repository_test_suite(name):
    """All tests of the pure functions of package repositories."""
    unittest.suite(
        name,
        partial.make(variable_test, size = "small"),
        partial.make(snapshot_test, size = "small"),
        partial.make(file_urls_test, size = "small"),
        partial.make(message_test, size = "small"),
        partial.make(file_name_test, size = "small"),
        partial.make(credentials_test, size = "small"),
    )
