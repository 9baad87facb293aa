"""fails_case: a target whose analysis must fail, and the words that it must say."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def _fails_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

fails_test = analysistest.make(
    _fails_impl,
    expect_failure = True,
    attrs = {"message": attr.string()},
)

def fails_case(rule, name, message, **attrs):
    """One mistake.

    Args:
      rule: the rule.
      name: the test's name.
      message: what must be part of what is said.
      **attrs: the mistake.

    Returns:
      The test's label.
    """
    rule(
        name = name + "_subject",
        tags = ["manual"],
        **attrs
    )
    fails_test(
        name = name,
        message = message,
        size = "small",
        target_under_test = ":%s_subject" % name,
    )
    return ":" + name
