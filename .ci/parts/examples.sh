# shellcheck shell=bash
# The examples in a workspace of a user.

# Copies examples that need no compiler except Rust's to a workspace without the development dependencies of this
# module. The directory and the output base are those of downstream.sh, so that the tools are compiled once. This graph
# has rules_rust.
copied_examples_are_whole() {
  local example
  empty_downstream
  printf '%s\n' 'module(name = "copier")' 'bazel_dep(name = "distroless")' 'bazel_dep(name = "rules_rust", version = "0.73.0")' >"$DOWNSTREAM/MODULE.bazel"
  for example in debug nodejs nonroot static_rust; do cp -r "$WORKSPACE/examples/$example" "$DOWNSTREAM"; done
  downstream_bazel build --nobuild //...
  equal "tests" 5 "$(downstream_bazel cquery 'tests(//...)' 2>/dev/null | wc -l)"
}
