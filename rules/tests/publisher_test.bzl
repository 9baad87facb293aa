"""Tests of publishers: their values, and the statements of images."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules:image.bzl", "image")
load("//rules:providers.bzl", "PublisherInfo")
load("//rules:push.bzl", "publisher")

# buildifier: disable=bzl-visibility
load("//rules/private:repository_name.bzl", "is_tag", "repository_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/image:publisher_values.bzl", "published_as", "reference_problem")

# buildifier: disable=bzl-visibility
load("//rules/private/layer:os_release.bzl", "publisher_content")

# buildifier: disable=bzl-visibility
load("//rules/private/push:publisher.bzl", "publisher_problem")
load(":fails.bzl", "fails_case")

_FORM = "\nhint: write `HOST/PATH`, such as `registry.example/team`"
_PATH = "its path does not have the form of a path\nhint: write lower-case letters and digits, with `.`, `_`, `__`, `-` or `/` between them"

def _repository_test_impl(ctx):
    env = unittest.begin(ctx)
    for good in [
        "localhost/a",
        "localhost:5000/a",
        "registry.example/team",
        "Registry.example:443/a/b-c/d__e/f.g",
        "[::1]:5000/a---b",
        "127.0.0.1/0",
    ]:
        asserts.equals(env, None, repository_problem(good))
    for wrong, message in {
        "": "it has no host" + _FORM,
        "[::1/a": "its host does not have the form of a host" + _FORM,
        "https://registry.example/team": "it is a URL\nhint: remove `https://`: write `HOST/PATH`",
        "registry.example": "it has no path" + _FORM,
        "registry.example/": "it has no path" + _FORM,
        "registry.example/" + "a" * 256: "its path has more than 255 bytes" + _FORM,
        "registry.example/Team": "its path has capital letters\nhint: write the path in lower case",
        "registry.example/a//b": _PATH,
        "registry.example/a..b": _PATH,
        "registry.example/a_-b": _PATH,
        "registry.example/a:1": "it has a tag or a digest" + _FORM,
        "registry.example/a@sha256:0": "it has a tag or a digest" + _FORM,
        "registry.example/a\nb": _PATH,
        "registry.example/é": _PATH,
        "registry.example:/a": "its host does not have the form of a host" + _FORM,
        "registry.example:http/a": "its host does not have the form of a host" + _FORM,
        "registry..example/a": "its host does not have the form of a host" + _FORM,
        "team/a": "it has no host" + _FORM,
    }.items():
        problem = repository_problem(wrong)
        asserts.equals(env, message, "%s\nhint: %s" % (problem.cause, problem.hint) if problem else "no problem of " + wrong)
    asserts.equals(env, [True, False, False, False], [is_tag(tag) for tag in ["V1.0-a_b", "", ".a", "a" * 129]])
    return unittest.end(env)

repository_test = unittest.make(_repository_test_impl)

_EXPECTED = "expected a URL that begins with `https://` or `http://`, found `%s`\nhint: write a complete URL, such as `https://git.example/images`"
_ESCAPE = "\nhint: in URLs, write `%` and two hexadecimal digits for each byte of such a character"

def _values_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, None, publisher_problem())
    asserts.equals(env, None, publisher_problem(
        bug_report_url = "mailto:images@example.com",
        documentation = "https://docs.example/{name}#top",
        repository = "registry.example/team",
        source = "http://git.example:8080/images?a=b",
        support_url = "https://example.com",
        url = "https://example.com/~team/a%20b",
        vendor = "Bücher & Söhne \"Ltd\"",
    ))
    for value, message in {
        "ftp://example.com": _EXPECTED % "ftp://example.com",
        "https://": _EXPECTED % "https://",
        "https:///a": _EXPECTED % "https:///a",
        "https://e.com/" + "a" * 1000: "the URL has more than 1000 bytes\nhint: use a shorter one",
        "https://e.com/a b": "`https://e.com/a b` contains ` `" + _ESCAPE,
        "https://e.com/a\"": "`https://e.com/a\"` contains `\"`" + _ESCAPE,
        "https://e.com/a\nID=x": "`https://e.com/a\nID=x` contains `\n`" + _ESCAPE,
        "https://e.com/{name}": "`https://e.com/{name}` contains `{`" + _ESCAPE,
        "https://me:secret@e.com": "the URL has a user or a password, which everyone could read in the images\nhint: remove the text before `@`",
        "mailto:a@e.com": _EXPECTED % "…@e.com",
        "me:secret@e.com": _EXPECTED % "…@e.com",
    }.items():
        asserts.equals(env, "source: " + message, publisher_problem(source = value))
    asserts.true(env, "with `https://` or `http://` or `mailto:`, found `tel:1`" in publisher_problem(support_url = "tel:1"))
    for vendor in ["a\nb", " a", "a\177"]:
        asserts.equals(
            env,
            "vendor: it has control characters, or blanks at its begin or end\nhint: write a name, such as `Example Ltd`",
            publisher_problem(vendor = vendor),
        )

    # All problems at once, and each hint once.
    asserts.equals(
        env,
        "repository: it has no path; source: `https://e.com/$` contains `$`; url: `https://e.com/<` contains `<`" + _FORM + _ESCAPE,
        publisher_problem(repository = "registry.example", source = "https://e.com/$", url = "https://e.com/<"),
    )
    return unittest.end(env)

values_test = unittest.make(_values_test_impl)

def _info(**values):
    names = ["bug_report_url", "documentation", "repository", "source", "support_url", "url", "vendor"]
    return PublisherInfo(**({name: "" for name in names} | values))

def _statements_test_impl(ctx):
    env = unittest.begin(ctx)
    nothing = published_as(_info(), "app:1", "target")
    asserts.equals(env, {}, nothing.annotations)
    asserts.equals(env, "", nothing.reference)
    team = _info(documentation = "https://docs.example/{name}", repository = "registry.example/team", vendor = "Team")
    stated = published_as(team, "web/app:1", "target")
    asserts.equals(env, "registry.example/team/web/app:1", stated.reference)
    asserts.equals(env, {
        "org.opencontainers.image.documentation": "https://docs.example/web/app",
        "org.opencontainers.image.vendor": "Team",
    }, stated.annotations)
    unnamed = published_as(team, "", "target")
    asserts.equals(env, "", unnamed.reference)
    asserts.equals(env, "https://docs.example/target", unnamed.annotations["org.opencontainers.image.documentation"])
    asserts.equals(env, [None, None], [reference_problem(good) for good in ["app", "web/app:1.0"]])
    for wrong in [":1", "app:", "App:1", "registry.example/app:1", "localhost/app", "app@sha256:0"]:
        asserts.true(env, reference_problem(wrong), wrong)
    return unittest.end(env)

statements_test = unittest.make(_statements_test_impl)

def _os_release_test_impl(ctx):
    env = unittest.begin(ctx)
    content = {"ID": "debian", "SUPPORT_URL": "https://own.example"}
    asserts.equals(env, content, publisher_content(content, _info(source = "https://git.example")))
    team = _info(bug_report_url = "mailto:a@e.com", support_url = "https://help.example", url = "https://example.com")
    asserts.equals(
        env,
        [("ID", "debian"), ("SUPPORT_URL", "https://own.example"), ("HOME_URL", "https://example.com"), ("BUG_REPORT_URL", "mailto:a@e.com")],
        publisher_content(content, team).items(),
    )
    return unittest.end(env)

os_release_test = unittest.make(_os_release_test_impl)

def publisher_test_suite(name):
    """All tests of this file.

    Args:
      name: the name of the suite.
    """
    unittest.suite(
        name + "_values",
        partial.make(os_release_test, size = "small"),
        partial.make(repository_test, size = "small"),
        partial.make(statements_test, size = "small"),
        partial.make(values_test, size = "small"),
    )
    publisher(
        name = "a_publisher",
        repository = "registry.example/team",
        tags = ["manual"],
    )
    native.test_suite(
        name = name,
        tests = [
            ":" + name + "_values",
            fails_case(
                publisher,
                "publisher_of_a_url",
                "cannot use publisher `@@//rules/tests:publisher_of_a_url_subject`: repository: it is a URL\nhint: remove `https://`: write `HOST/PATH`",
                repository = "https://registry.example/team",
            ),
            fails_case(
                image,
                "reference_with_host",
                "cannot build `@@//rules/tests:reference_with_host_subject`: reference: expected `NAME:TAG` in the repository of the publisher, found `registry.example/app:1`\n" +
                "hint: write `app:1`, without host; `repository` of the publisher has the host",
                architecture = "amd64",
                publisher = ":a_publisher",
                reference = "registry.example/app:1",
            ),
        ],
    )
