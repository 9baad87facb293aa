"""fails_case: a target whose analysis must fail, and a part of the expected message."""

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
    """Declares a test of one mistake.

    Args:
      rule: the rule.
      name: the test's name.
      message: a part of the expected message.
      **attrs: the attributes with the mistake.

    Returns:
      The label of the test.
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
