#!/usr/bin/env bash
# Has trivy find the packages of each plain image for amd64 and arm64, as syft does in `./bazelw test`.
#
#   tests/conformance/trivy.sh [TRIVY]
#
# Run it by hand: without TRIVY, the script builds trivy as a Go module in the cache, which takes about ten minutes and
# 5 GB, too much for a check.
set -euo pipefail

readonly RELEASE=0.45.0

readonly CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/distroless
trivy=$(realpath --canonicalize-missing "${1:-$CACHE/trivy-$RELEASE}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
WORK=$(mktemp --directory)
trap 'rm -rf "$WORK"' EXIT

# build_trivy PROGRAM: builds inside the module, because Go applies the replacements of its go.mod only to the main
# module.
build_trivy() {
  local said source
  # go prints errors in the JSON too.
  if ! said=$(go mod download -json "github.com/aquasecurity/trivy@v$RELEASE"); then
    # shellcheck disable=SC2016 # what the message names
    printf 'error: cannot download `trivy` %s: go says\n%s\nhint: give a trivy that is there: tests/conformance/trivy.sh TRIVY\n' "$RELEASE" "$said" >&2
    return 1
  fi
  source=$(sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p' <<<"$said")
  cp --recursive --no-preserve=mode "$source" "$WORK/trivy"
  mkdir -p "$(dirname "$1")"
  (cd "$WORK/trivy" && CGO_ENABLED=0 go build -trimpath -ldflags=-checklinkname=0 -o "$1" ./cmd/trivy)
}

# checked IMAGE ARCHITECTURE: skips the databases of vulnerabilities and of Java archives.
checked() {
  local argument
  local -a arguments=()
  for argument in image --quiet --offline-scan --cache-dir="$WORK/cache" '--skip-files=**/*.jar' --format=cyclonedx '--input={image}'; do
    arguments+=("--scanner-argument=$argument")
  done
  bazel-bin/tools/image_test/image_test --layout "bazel-bin/$1" --platform "linux/$2" --check scanner --scanner "$trivy" "${arguments[@]}"
}

if [[ ! -x $trivy ]]; then build_trivy "$trivy"; fi

mapfile -t labels < <(./bazelw query --noshow_progress 'attr(tags, scanner, //...)' | sed 's|/tests:|:|; s|_scanner_test$||')
./bazelw build --noshow_progress --skip_incompatible_explicit_targets //tools/image_test "${labels[@]}"

scanned=0 failed=0
for label in "${labels[@]}"; do
  image=${label#//}
  image=${image/://}
  # An image whose Node.js archive is unavailable was not built.
  if [[ ! -e bazel-bin/$image/oci-layout ]]; then continue; fi
  scanned=$((scanned + 1))
  if ! checked "$image" "${image##*_}" >"$WORK/said" 2>&1; then
    failed=$((failed + 1))
    cat "$WORK/said"
  fi
done
printf 'trivy finds what is in %d of %d images\n' $((scanned - failed)) "$scanned"
((scanned > 0 && failed == 0))
