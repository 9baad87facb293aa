# shellcheck shell=bash
# The examples as their readers have them.

# Examples that need no compiler but Rust's, copied to a workspace without this module's development dependencies.
# In the folder and with the output base of users (downstream.sh), so that the tools are compiled once. rules_rust is in this graph.
copied_examples_are_whole() {
  local example
  empty_downstream
  printf '%s\n' 'module(name = "copier")' 'bazel_dep(name = "distroless")' 'bazel_dep(name = "rules_rust", version = "0.73.0")' >"$DOWNSTREAM/MODULE.bazel"
  for example in debug nodejs nonroot static_rust; do cp -r "$WORKSPACE/examples/$example" "$DOWNSTREAM"; done
  downstream_bazel build --nobuild //...
  equal "tests" 5 "$(downstream_bazel cquery 'tests(//...)' 2>/dev/null | wc -l)"
}
