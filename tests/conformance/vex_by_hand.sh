#!/usr/bin/env bash
# Has grype, and trivy, suppress what the OpenVEX documents of images say does not affect them: //base:debian12 and
# //python3:debian12, whose packages have epochs, rebuilds (`+b1`) and sources with other names.
#
#   tests/conformance/vex_by_hand.sh GRYPE [TRIVY TRIVY_CACHE]
#
# Run it by hand: both are Go modules that take longer to build than a check may. The issues are invented
# (tests/conformance/vex). A scanner must report all of them without the document, and with it only those that affect the
# image: in a registry by tag, and each image of the index by digest. trivy gets the document also as an attestation in
# the registry.
#
# TRIVY_CACHE is a cache of trivy (`--cache-dir`) with a database of the same issues, in the format of bbolt:
#   bucket `debian 12`, bucket of each source package in document.json: key CVE-2024-900NN, value {"FixedVersion":"99:99"}
#   bucket `vulnerability`: key CVE-2024-900NN, value {"Title":"Invented","Severity":"HIGH"}
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

# vex_of NAME: writes OpenVEX of an index to `NAME.openvex.json` in the work directory.
vex_of() {
  bazel-bin/tools/evidence_writer/evidence_writer vex --contents "bazel-bin/$1/debian12.contents.json" \
    --tracker "$WORK/tracker.json" --reviews tests/conformance/vex/reviews.json --author test \
    --format openvex --output "$WORK/$1.openvex.json"
}

# manifests INDEX: the digests of the images of an index in a layout.
manifests() {
  python3 -c '
import json, pathlib, sys
layout = pathlib.Path(sys.argv[1])
[index] = json.loads((layout / "index.json").read_text())["manifests"]
text = (layout / "blobs" / index["digest"].replace(":", "/")).read_text()
print(*[image["digest"] for image in json.loads(text)["manifests"]])' "$1"
}

# scan_image IMAGE VEX ALL AFFECTED
scan_image() {
  expect "grype $1 without the document" "$3" grype_of "$1"
  expect "grype $1 --vex FILE" "$4" grype_of "$1" --vex "$2"
  if [[ -z $trivy ]]; then return; fi
  expect "trivy $1 without the document" "$3" trivy_of "$1"
  expect "trivy $1 --vex FILE" "$4" trivy_of "$1" --vex "$2"
  expect "trivy $1 --vex oci" "$4" trivy_of "$1" --vex oci
}

# attach IMAGE TYPE FILE: to the index and its images.
attach() {
  "$push" attach "$1" --children --key "$WORK/test.key" --predicate "$3" --type "$2" 2>"$WORK/said" ||
    { cat "$WORK/said" >&2 && return 1; }
}

# scan REGISTRY NAME ALL AFFECTED: pushes an index with its documents to a registry, and scans its images there.
scan() {
  local image=$1/team/$2:latest vex=$WORK/$2.openvex.json digest
  "$push" push "bazel-bin/$2/debian12" "$image" 2>"$WORK/said" || { cat "$WORK/said" >&2 && return 1; }
  attach "$image" openvex "$vex"
  scan_image "$image" "$vex" "$3" "$4"
  for digest in $(manifests "bazel-bin/$2/debian12"); do
    scan_image "$1/team/$2@$digest" "$vex" "$3" "$4"
  done
}

readonly OPENSSL='CVE-2024-90001 CVE-2024-90002 CVE-2024-90003 CVE-2024-90004 CVE-2024-90005'
readonly OPENSSL_AFFECTED='CVE-2024-90002 CVE-2024-90005'
readonly OTHERS='CVE-2024-90011 CVE-2024-90012 CVE-2024-90013 CVE-2024-90021 CVE-2024-90022 CVE-2024-90031 CVE-2024-90032'
readonly OTHERS_AFFECTED='CVE-2024-90013 CVE-2024-90022 CVE-2024-90032'

push=bazel-bin/tools/image_push/image_push
if [[ -n ${TEST_REGISTRY:-} ]]; then
  export COSIGN_PASSWORD=test
  "$push" generate-key --output-key "$WORK/test.key" >"$WORK/said" 2>&1
  scan "$TEST_REGISTRY" base "$OPENSSL" "$OPENSSL_AFFECTED"
  scan "$TEST_REGISTRY" python3 "$OPENSSL $OTHERS" "$OPENSSL_AFFECTED $OTHERS_AFFECTED"
  exit
fi

./bazelw build --noshow_progress //base:debian12 //python3:debian12 //debian_packages:tracker //tools/evidence_writer \
  //tools/image_push //tools/test_registry --output_groups=+contents
bazel-bin/debian_packages/tracker tracker --lock debian_packages/debian12.lock.json --output "$WORK/tracker.json" \
  --file tests/conformance/vex/document.json --time 2026-11-27T00:00:00Z
vex_of base
vex_of python3
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())' "$WORK/vulnerability.db" \
  <tests/conformance/vex/grype.sql
tar --create --gzip --directory "$WORK" --file "$WORK/database.tar.gz" vulnerability.db
"$grype" --quiet db import "$WORK/database.tar.gz"
VEX_WORK=$WORK bazel-bin/tools/test_registry/test_registry -- tests/conformance/vex_by_hand.sh "$grype" ${trivy:+"$trivy" "$cache"}
