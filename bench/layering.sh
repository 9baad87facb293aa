#!/bin/sh
# Measures the costs and savings of a layering: layers of each image, total size of all layers, and size with shared
# layers.
#
#   bench/layering.sh [LAYERING]…
# For amd64 and Debian 12. "pulled" is the download size of all images for a machine without any of them; "alone" is the
# the size if they did not share layers.
set -eu
cd "$(dirname "$0")/.."
images="static/debian12 base/debian12 cc/debian12 python3/debian12 java/java17_debian12"
[ $# -gt 0 ] || set -- package origin:20 origin:8 single

for layering in "$@"; do
  targets=
  for image in $images; do
    targets="$targets //${image%/*}:${image#*/}_amd64 //${image%/*}:${image#*/}_debug_nonroot_amd64"
  done
  # shellcheck disable=SC2086 # Labels have no blanks.
  ./bazelw build --ui_event_filters=-info,-stdout --noshow_progress \
    "--//rules/settings:layering=$layering" --output_groups=descriptor $targets >&2
  files=
  for image in $images; do
    files="$files bazel-bin/${image}_amd64.manifest.json bazel-bin/${image}_debug_nonroot_amd64.manifest.json"
  done
  # shellcheck disable=SC2086
  python3 - "$layering" $files <<'EOF'
import json
import sys

layering, *files = sys.argv[1:]
blobs, alone, counts = {}, 0, []
for file in files:
    with open(file) as manifest:
        layers = json.load(manifest)["layers"]
    counts.append(f"{file.split("/")[1]} {len(layers)}")
    alone += sum(layer["size"] for layer in layers)
    blobs.update({layer["digest"]: layer["size"] for layer in layers})
pulled = sum(blobs.values())
print(f"{layering}: {len(blobs)} blobs, pulled {pulled / 1e6:.1f} MB, alone {alone / 1e6:.1f} MB, shared {1 - pulled / alone:.0%}")
print("  layers (plain, debug): " + ", ".join(
    f"{plain} {debug.split()[1]}" for plain, debug in zip(counts[::2], counts[1::2])))
EOF
done
