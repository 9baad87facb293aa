# shellcheck shell=bash
# A run samples the tests that are necessarily slow: it runs a quarter of them, which depends on the commit, so that a
# few commits cover all quarters. `.ci/run --all` runs all of them; `CI_SAMPLE=2 .ci/run` runs the second quarter. The
# sampled tests are those with a tag `sample-N`, the package sets that are compared with apt-get, and the steps with
# `sampled` in the table of .ci/run, which belong to the first quarter.

readonly SAMPLES=4

# choose_sample [SAMPLE]: sets CI_SAMPLE to SAMPLE (`all`, or a number from 1 to $SAMPLES), by default to a number that
# depends on the commit.
choose_sample() {
  local commit
  CI_SAMPLE=${1:-}
  if [[ -z $CI_SAMPLE ]]; then
    commit=$(git -C "$CHECKOUT" rev-parse HEAD 2>/dev/null) || commit=0
    CI_SAMPLE=$((0x${commit:0:4} % SAMPLES + 1))
  fi
  export CI_SAMPLE
}

# Prints the share of package sets to compare, in the form that the test of the resolver reads.
sample_share() { if [[ $CI_SAMPLE == all ]]; then echo 1/1; else echo "$CI_SAMPLE/$SAMPLES"; fi; }

sample_has_step() { [[ $CI_SAMPLE == all || $CI_SAMPLE == 1 ]]; }

# Prints the option of Bazel that excludes the tests of the other quarters.
sample_option() {
  local number left=()
  if [[ $CI_SAMPLE == all ]]; then return; fi
  for ((number = 1; number <= SAMPLES; number++)); do
    if ((number != CI_SAMPLE)); then left+=("-sample-$number"); fi
  done
  (IFS=, && echo "--test_tag_filters=${left[*]}")
}

sample_in_words() {
  if [[ $CI_SAMPLE == all ]]; then
    echo "all of everything"
  else
    echo "quarter $CI_SAMPLE of $SAMPLES of what is sampled (parts/sample.sh); \`.ci/run --all\` runs all"
  fi
}
