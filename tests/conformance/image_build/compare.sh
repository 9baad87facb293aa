#!/bin/sh
# Usage: compare.sh PROGRAM IMAGES DEBS. Builds each definition of IMAGES twice, and compares the digest with that of the
# target: lines of DEFINITION DIGEST_FILE [BASE]. The second build must find every result in the cache.
set -eu
program=$1 images=$2
# The paths of packages have no blanks.
# shellcheck disable=SC2046
set -- $(cat "$3")
failed=0
while read -r definition digest base; do
	output=$TEST_TMPDIR/image.oci
	for expected in '[0-9]* commands ran' '0 commands ran'; do
		if ! found=$("$program" "$definition" "$output" "$TEST_TMPDIR/cache" ${base:+--base "$base"} "$@" 2>"$TEST_TMPDIR/errors"); then
			cat "$TEST_TMPDIR/errors"
			failed=1
			break
		fi
		if [ "$found" != "$(cat "$digest")" ] || ! grep -q "^$expected" "$TEST_TMPDIR/errors"; then
			echo "$definition: found $found, expected $(cat "$digest"): $(cat "$TEST_TMPDIR/errors")"
			failed=1
		fi
	done
	grep -q "$found" "$output/index.json" && test -f "$output/blobs/sha256/${found#sha256:}" || failed=1
	rm -rf "$output"
done <"$images"
exit $failed
