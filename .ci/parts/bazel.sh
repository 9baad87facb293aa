# shellcheck shell=bash
# Functions that run Bazel in the copy of the checkout.

if [[ -n ${CI_SCRATCH:-} ]]; then use_scratch; fi

# Options for output that goes to a log, not to a terminal.
readonly QUIET=(--curses=no --color=no --noshow_progress)

# The actions that make images.
# shellcheck disable=SC2034 # for the steps
readonly IMAGE_ACTIONS="DebExtract ImageCheck ImageIndexWrite ImageLayout ImageWrite LayerAssemble"

bazel() { (cd "$WORKSPACE" && ./bazelw "$@"); }

build() { bazel build "${QUIET[@]}" "$@"; }

# Prints the digest of //static:debian12 from the last build.
index_digest() { sed -n 's/.*"digest":"\(sha256:[0-9a-f]*\)".*/\1/p' "$WORKSPACE/bazel-bin/static/debian12/index.json"; }

# Checks that the image has the digest of the first build.
same_digest() { equal "the digest" "$(cat "$CI_SCRATCH/digest")" "$(index_digest)"; }

# build_logged LOG OPTION...: builds //static:debian12 and logs the actions that ran.
build_logged() {
  local log=$1
  shift
  rm -f "$log"
  build --execution_log_json_file="$log" //static:debian12 "$@"
}

# ran LOG: prints each kind of action that ran, with its number and its strategy: `DebExtract 8 worker`.
ran() {
  awk -F'"' '
    $2 == "mnemonic" { mnemonic = $4 }
    $2 == "runner" { count[mnemonic " " $4]++ }
    END { for (key in count) { split(key, word, " "); print word[1], count[key], word[2] } }
  ' "$1" | sort
}

# Removes the outputs of all image actions, so that the next build runs these actions again.
forget_images() {
  local bin
  for bin in "$(bazel info output_path)"/*/bin; do
    rm -rf "$bin"/static "$bin"/common "$bin"/external/*debian*
  done
}
