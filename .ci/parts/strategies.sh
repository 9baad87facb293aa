# shellcheck shell=bash
# The digest is the same for every execution strategy.

# again RUNNER OPTION...: builds //static:debian12 again, and checks that RUNNER, a pattern, matches the strategy of
# every action except ImageLayout, which makes hard links and so never runs in a sandbox.
again() {
  local runner=$1 log=$CI_SCRATCH/again.json runners
  shift
  forget_images
  build_logged "$log" "$@"
  ran "$log"
  equal "kinds of actions" "$IMAGE_ACTIONS" "$(ran "$log" | awk '{ print $1 }' | sort -u | xargs)"
  runners=$(ran "$log" | awk '$1 != "ImageLayout" { print $3 }' | sort -u | xargs)
  check "run by $runners, wanted $runner" matches "$runners" "$runner"
  same_digest
}

# matches TEXT PATTERN: checks that TEXT matches PATTERN.
# shellcheck disable=SC2053 # a pattern
matches() { [[ $1 == $2 ]]; }

alone_and_unsandboxed() { again local --jobs=1 --spawn_strategy=local; }

sandboxed() { again '*-sandbox' --spawn_strategy=sandboxed,local; }

sandboxed_workers() {
  again worker --spawn_strategy=worker,local --worker_sandboxing --experimental_worker_multiplex_sandboxing
}

one_request_a_worker() { again worker --spawn_strategy=worker,local --noworker_multiplex; }

# Builds everything again, including the tools, with other compiler options.
another_output_base_optimised() {
  local base=--output_base=$CI_SCRATCH/other.base
  local -a flags=(--compilation_mode=opt --host_compilation_mode=opt --spawn_strategy=local)
  bazel "$base" build "${QUIET[@]}" "${flags[@]}" //static:debian12
  check "it lies in the other output base" matches "$(readlink "$WORKSPACE/bazel-bin")" "$CI_SCRATCH/other.base/*"
  same_digest
  bazel "$base" shutdown
}
