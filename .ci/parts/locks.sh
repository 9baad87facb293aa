# shellcheck shell=bash
# Locks from the real repositories, and a comparison of the resolver with the real apt-get.

debian_lock() { "$WORKSPACE/bazel-bin/tools/debian_lock/debian_lock" "$@" --cache "$CI_SCRATCH/lock.cache"; }

locks_are_made_and_stay() {
  local folder=$CI_SCRATCH/locks said=$CI_SCRATCH/locks.said
  rm -rf "$folder"
  mkdir "$folder"
  cp -r "$WORKSPACE/debian_packages/keyrings" "$WORKSPACE"/debian_packages/debian1?.yaml "$folder"
  debian_lock update "$folder"/*.yaml >"$said" 2>&1 || { cat "$said"; return 1; }
  (cd "$folder" && sha256sum ./*.lock.json >sums)
  # Uses the same indexes, because the repository may change between two runs.
  debian_lock update --offline "$folder"/*.yaml >"$said" 2>&1 || { cat "$said"; return 1; }
  equal "locks that stay" 3 "$(grep -c ': no change$' "$said")"
  check "not a byte changes" sh -c "cd '$folder' && sha256sum --quiet --check sums"
  note "$(tail -n 4 "$said" | head -n 1)"
}

resolver_agrees_with_apt() {
  local texts=$CI_SCRATCH/locks.texts
  debian_lock indexes --offline --output "$texts" "$CI_SCRATCH"/locks/*.yaml >"$CI_SCRATCH/locks.said" 2>&1 ||
    { cat "$CI_SCRATCH/locks.said"; return 1; }
  bazel test "${QUIET[@]}" //tools/crates/apt_resolver:resolver_test --test_output=all --test_timeout=1000 \
    --strategy=TestRunner=local "--test_env=RESOLVER_INDEXES=$texts" "--test_env=RESOLVER_SAMPLE=$(sample_share)" \
    --test_arg=--nocapture --test_arg=the_answer >"$CI_SCRATCH/apt.said" 2>&1 || { tail -n 60 "$CI_SCRATCH/apt.said"; return 1; }
  says "$CI_SCRATCH/apt.said" " sets, "
  note "$(grep --only-matching --max-count=1 -E '[0-9]+ sets, [0-9]+ agree' "$CI_SCRATCH/apt.said")"
}
