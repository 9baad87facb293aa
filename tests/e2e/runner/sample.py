"""A run samples the tests that are necessarily slow: it runs a quarter of them, which depends on the commit, so that a
few commits cover all quarters. `.ci/run --all` runs all of them; `CI_SAMPLE=2 .ci/run` runs the second quarter. The
sampled tests are those with a tag `sample-N`, the package sets that are compared with apt-get, and the steps with
`sampled` in steps.txt, which belong to the first quarter.
"""

import steps

SAMPLES = 4


def chosen(everything, wanted, commit):
    """`all`, or a number from 1 to SAMPLES; by default a number that depends on the commit."""
    if everything:
        return "all"
    known = ["all", *(str(number) for number in range(1, SAMPLES + 1))]
    if wanted and wanted not in known:
        raise steps.Refused(f"cannot use CI_SAMPLE `{wanted}`: expected one of {', '.join(known)}")
    return wanted or str(int(commit[:4], 16) % SAMPLES + 1)


def has_step(sample):
    return sample in ("all", "1")


def share(sample):
    """The share of package sets to compare, in the form that the test of the resolver reads."""
    return "1/1" if sample == "all" else f"{sample}/{SAMPLES}"


def bazel_option(sample):
    """The option of Bazel that excludes the tests of the other quarters."""
    if sample == "all":
        return ""
    return "--test_tag_filters=" + ",".join(f"-sample-{n}" for n in range(1, SAMPLES + 1) if str(n) != sample)


def in_words(sample):
    if sample == "all":
        return "all of everything"
    return f"quarter {sample} of {SAMPLES} of what is sampled (tests/e2e/runner/sample.py); `.ci/run --all` runs all"
