# shellcheck shell=bash
# The examples as their readers have them.

# Examples that need no compiler but Rust's, copied to a workspace without this module's development dependencies.
copied_examples_are_whole() {
  local user=$CI_SCRATCH/copier example
  local -a bazelw=("$WORKSPACE/bazelw" "--output_base=$CI_SCRATCH/copier.base")
  rm -rf "$user"
  mkdir "$user"
  printf '%s\n' 'module(name = "copier")' 'bazel_dep(name = "distroless")' 'bazel_dep(name = "rules_rust", version = "0.73.0")' \
    "local_path_override(module_name = \"distroless\", path = \"$WORKSPACE\")" >"$user/MODULE.bazel"
  for example in debug nodejs nonroot static_rust; do cp -r "$WORKSPACE/examples/$example" "$user"; done
  (cd "$user" && "${bazelw[@]}" build "${QUIET[@]}" --lockfile_mode=off --nobuild //...)
  equal "tests" 5 "$(cd "$user" && "${bazelw[@]}" query "${QUIET[@]}" --lockfile_mode=off 'tests(//...)' 2>/dev/null | wc -l)"
  (cd "$user" && "${bazelw[@]}" shutdown)
}
