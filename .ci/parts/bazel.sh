# shellcheck shell=bash
# Calling Bazel in the copy of the checkout.

if [[ -n ${CI_SCRATCH:-} ]]; then use_scratch; fi

# What people look at is not what a log needs.
readonly QUIET=(--curses=no --color=no --noshow_progress)

# The actions that make images.
# shellcheck disable=SC2034 # for the steps
readonly IMAGE_ACTIONS="DebExtract ImageCheck ImageIndexWrite ImageLayout ImageWrite LayerAssemble"

bazel() { (cd "$WORKSPACE" && ./bazelw "$@"); }

build() { bazel build "${QUIET[@]}" "$@"; }

# The digest of //static:debian12, where the last build left it.
index_digest() { sed -n 's/.*"digest":"\(sha256:[0-9a-f]*\)".*/\1/p' "$WORKSPACE/bazel-bin/static/debian12/index.json"; }

# The image is the one that the first build made.
same_digest() { equal "the digest" "$(cat "$CI_SCRATCH/digest")" "$(index_digest)"; }

# build_logged LOG FLAGS...: the build of //static:debian12 with the list of what it ran.
build_logged() {
  local log=$1
  shift
  rm -f "$log"
  build --execution_log_json_file="$log" //static:debian12 "$@"
}

# ran LOG: each kind of action that was run, how often, and how: `DebExtract 8 worker`.
ran() {
  awk -F'"' '
    $2 == "mnemonic" { mnemonic = $4 }
    $2 == "runner" { count[mnemonic " " $4]++ }
    END { for (key in count) { split(key, word, " "); print word[1], count[key], word[2] } }
  ' "$1" | sort
}

# Forgets the outputs of all image actions, so that the next build makes them again.
forget_images() {
  local bin
  for bin in "$(bazel info output_path)"/*/bin; do
    rm -rf "$bin"/static "$bin"/common "$bin"/external/*debian*
  done
}
