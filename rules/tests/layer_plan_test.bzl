"""Tests of the plan for merging layers."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/image:layer_plan.bzl", "plan_layers")

def _items(text):
    """Layers from a text such as `a9 b1`: the origin and the size of each layer."""
    return [struct(origin = word[0], size = int(word[1:])) for word in text.split(" ") if word]

# Layers and the maximum number of merged layers, to the expected plan.
_CASES = {
    ("", 3): "",
    ("a5", 1): "a5",
    ("a5 b1", 1): "a5 b1",
    # Merging layers of one origin costs nothing, because they change together.
    ("a5 a1 b1", 9): "a5 a1|b1",
    # The large layer stays separate, the small ones are merged.
    ("a1 b1 c90 d1", 3): "a1 b1|c90|d1",
    ("a1 b1 c1 d90", 2): "a1 b1 c1|d90",
    ("a90 b80 c1 d1", 3): "a90|b80|c1 d1",
    # An origin on both sides of another one counts once.
    ("a4 b1 a4 c4", 2): "a4 b1 a4|c4",
    # Among equal plans, the one with the fewest layers is chosen, always the same one.
    ("a1 b1 c1 d1", 2): "a1 b1|c1 d1",
    ("a1 b1 c1 d1", 4): "a1|b1|c1|d1",
    ("a1 b1 c1 d1", 99): "a1|b1|c1|d1",
}

def _pieces_test_impl(ctx):
    env = unittest.begin(ctx)
    for (text, most), expected in _CASES.items():
        words = text.split(" ")
        pieces = plan_layers(_items(text), most)
        found = "|".join([" ".join(words[start:end]) for start, end in pieces])
        asserts.equals(env, expected, found, "%s in %d" % (text, most))
    return unittest.end(env)

pieces_test = unittest.make(_pieces_test_impl)

def layer_plan_test_suite(name):
    unittest.suite(name, partial.make(pieces_test, size = "small"))
