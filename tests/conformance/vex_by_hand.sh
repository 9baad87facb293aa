#!/usr/bin/env bash
# Has grype, and trivy, suppress what the OpenVEX document of //base:debian12 says does not affect it.
#
#   tests/conformance/vex_by_hand.sh GRYPE [TRIVY TRIVY_CACHE]
#
# Run it by hand: both are Go modules that take longer to build than a check may. The issues are invented
# (tests/conformance/vex). A scanner must report all of them without the document, and with it only those that affect the
# image. trivy gets the document also as an attestation in the registry.
#
# TRIVY_CACHE is a cache of trivy (`--cache-dir`) with a database of the same issues, in the format of bbolt:
#   bucket `debian 12`, bucket `openssl`: key CVE-2024-9000N, value {"FixedVersion":"99"}
#   bucket `vulnerability`: key CVE-2024-9000N, value {"Title":"Invented","Severity":"HIGH"}
#   bucket `data-source`: key `debian 12`, value {"ID":"debian","Name":"Invented"}
set -euo pipefail

if [[ -z ${1:-} ]]; then
  # shellcheck disable=SC2016 # what the message names
  printf 'error: cannot find `grype`: no program was given\nhint: tests/conformance/vex_by_hand.sh GRYPE [TRIVY TRIVY_CACHE]\n' >&2
  exit 1
fi
grype=$(realpath "$1")
trivy=${2:+$(realpath "$2")}
cache=${3:+$(realpath "$3")}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ -n ${TEST_REGISTRY:-} ]]; then
  WORK=$VEX_WORK
else
  WORK=$(mktemp --directory)
  trap 'rm -rf "$WORK"' EXIT
fi

readonly ALL='CVE-2024-90001 CVE-2024-90002 CVE-2024-90003 CVE-2024-90004 CVE-2024-90005'
readonly AFFECTED='CVE-2024-90002 CVE-2024-90005'

export GRYPE_DB_CACHE_DIR="$WORK/grype" GRYPE_DB_AUTO_UPDATE=false GRYPE_DB_VALIDATE_AGE=false
export GRYPE_CHECK_FOR_APP_UPDATE=false GRYPE_REGISTRY_INSECURE_USE_HTTP=true

# issues: the names in the JSON of a scanner's results, without those that it ignored.
issues() {
  python3 -c '
import json, sys
document = json.load(sys.stdin)
found = {match["vulnerability"]["id"] for match in document.get("matches", [])}
for result in document.get("Results", []):
    found |= {one["VulnerabilityID"] for one in result.get("Vulnerabilities") or []}
print(*sorted(found))'
}

# expect TEXT ISSUES COMMAND...
expect() {
  local found
  found=$("${@:3}" | issues)
  if [[ $found != "$2" ]]; then
    # shellcheck disable=SC2016 # what the message names
    printf 'error: cannot accept `%s`: expected %s, found %s\n' "$1" "$2" "$found" >&2
    return 1
  fi
  printf '%s: %s\n' "$1" "$found"
}

grype_of() { "$grype" --quiet --output json "registry:$1" "${@:2}"; }

trivy_of() {
  "$trivy" image --cache-dir "$cache" --skip-db-update --skip-java-db-update --offline-scan --scanners vuln --insecure \
    --quiet --format json "${@:2}" "$1"
}

# scan REGISTRY: pushes the image to a registry, and scans it there.
scan() {
  local image=$1/team/base:latest push=bazel-bin/tools/image_push/image_push
  "$push" push bazel-bin/base/debian12 "$image" 2>"$WORK/said" || { cat "$WORK/said" >&2 && return 1; }
  expect 'grype without the document' "$ALL" grype_of "$image"
  expect 'grype --vex FILE' "$AFFECTED" grype_of "$image" --vex "$WORK/openvex.json"
  if [[ -z $trivy ]]; then return; fi
  expect 'trivy without the document' "$ALL" trivy_of "$image"
  expect 'trivy --vex FILE' "$AFFECTED" trivy_of "$image" --vex "$WORK/openvex.json"
  export COSIGN_PASSWORD=test
  "$push" generate-key --output-key "$WORK/test.key" >"$WORK/said" 2>&1
  "$push" attach "$image" --children --key "$WORK/test.key" --predicate "$WORK/openvex.json" \
    --type https://openvex.dev/ns >"$WORK/said" 2>&1
  expect 'trivy --vex oci' "$AFFECTED" trivy_of "$image" --vex oci
}

if [[ -n ${TEST_REGISTRY:-} ]]; then
  scan "$TEST_REGISTRY"
  exit
fi

./bazelw build --noshow_progress //base:debian12 //debian_packages:tracker //tools/evidence_writer //tools/image_push \
  //tools/test_registry
./bazelw build --noshow_progress //base:debian12 --output_groups=contents
bazel-bin/debian_packages/tracker tracker --lock debian_packages/debian12.lock.json --output "$WORK/tracker.json" \
  --file tests/conformance/vex/document.json --time 2026-11-27T00:00:00Z
bazel-bin/tools/evidence_writer/evidence_writer vex --contents bazel-bin/base/debian12.contents.json \
  --tracker "$WORK/tracker.json" --reviews tests/conformance/vex/reviews.json --author test \
  --format openvex --output "$WORK/openvex.json"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())' "$WORK/vulnerability.db" \
  <tests/conformance/vex/grype.sql
tar --create --gzip --directory "$WORK" --file "$WORK/database.tar.gz" vulnerability.db
"$grype" --quiet db import "$WORK/database.tar.gz"
VEX_WORK=$WORK bazel-bin/tools/test_registry/test_registry -- tests/conformance/vex_by_hand.sh "$grype" ${trivy:+"$trivy" "$cache"}
