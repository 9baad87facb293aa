#!/usr/bin/env bash
# fallbacks.sh IMAGE_TEST LAYOUT CONFIG: runs command tests on a kernel without user namespaces.
# Root does not need them; for other users, all tests are skipped. A namespace that allows no nested
# user namespaces simulates such a kernel.
set -euo pipefail

readonly TOOL=$1 LAYOUT=$2 CONFIG=$3
readonly FORBID='echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"'

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

# Prints the last line of a run's table, then its standard error.
run() {
  "$@" "$TOOL" --layout "$LAYOUT" --name image --config "$CONFIG" >"$TEST_TMPDIR/table" 2>"$TEST_TMPDIR/stderr" || true
  grep ' skipped$' "$TEST_TMPDIR/table" || { cat "$TEST_TMPDIR/stderr" && false; }
}

if ! unshare --user --map-root-user true; then
  echo "SKIPPED: this machine has no user namespaces, so they cannot be forbidden"
  exit 0
fi

[[ $(run unshare --user --map-root-user sh -c "$FORBID" sh) == "0 passed, 0 failed, 3 skipped" ]] || fail "commands ran or failed without isolation"
grep -q 'this machine cannot isolate commands: cannot create a user namespace' "$TEST_TMPDIR/table" || fail "the table does not say why"
grep -q 'all of its tests were skipped$' "$TEST_TMPDIR/stderr" || fail "a run without a test passes"
echo "ok: without isolation, tests are skipped and named"

# Map every user to itself, so that `root` can become any of them, as without namespaces.
unshare --user sleep 300 &
sleeper=$!
trap 'kill "$sleeper"' EXIT
until [[ $(readlink "/proc/$sleeper/ns/user") != "$(readlink /proc/self/ns/user)" ]]; do sleep 0.05; done
if ! { echo "0 0 4294967295" >"/proc/$sleeper/uid_map" && echo "0 0 4294967295" >"/proc/$sleeper/gid_map"; } 2>/dev/null; then
  echo "SKIPPED: root without user namespaces: this is not root with all users"
  exit 0
fi
plain() { nsenter --user="/proc/$sleeper/ns/user" --setuid 0 --setgid 0 sh -c "$FORBID" sh "$@"; }
if plain unshare --user true 2>/dev/null; then fail "user namespaces are still allowed"; fi
[[ $(run plain) == "3 passed, 0 failed, 0 skipped" ]] || fail "root without user namespaces: $(cat "$TEST_TMPDIR/table")"
echo "ok: root needs no user namespace"
