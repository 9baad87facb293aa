# shellcheck shell=bash disable=SC2317,SC2153,SC2034,SC2016
# Pinned values: a replayed index is refused.

with_pins() {
  local part
  for part in log steps mirrors apt; do
    # shellcheck source=/dev/null
    source "$BAZELW_PARTS/$part.sh"
  done
  CACHE=$FOLDER
  mkdir -p lists
}

# release CODENAME DATE: writes a Release file as apt stores it.
release() { printf 'Origin: Debian\nCodename: %s\nDate: %s\n' "$1" "$2" >lists/mirror_dists_suite_InRelease; }

pinned() { awk '$1 == "forky" { print $2 }' <<<"$NEWEST_RELEASES_SEEN"; }

rfc() { LC_ALL=C date --utc --date="@$1" '+%a, %d %b %Y %H:%M:%S UTC'; }

test_a_release_as_old_as_the_pinned_one_is_taken() {
  with_pins
  release forky "$(rfc "$(pinned)")"
  refuse_older_releases lists
}

test_an_older_release_is_refused() {
  with_pins
  release forky "$(rfc $(($(pinned) - 1)))"
  if (refuse_older_releases lists) 2>said; then fail "it must refuse"; fi
  expect_in 'cannot use the package index of `forky`: its Release is of' said
  expect_in 'set DEBIAN_MIRROR to the URL of a mirror that is up to date' said
}

test_a_release_without_a_date_is_refused() {
  with_pins
  release forky soon
  if (refuse_older_releases lists) 2>said; then fail "it must refuse"; fi
  expect_in 'its Release is of `soon`' said
}

test_a_suite_that_is_not_pinned_is_taken() {
  with_pins
  release sid "$(rfc 0)"
  refuse_older_releases lists
}
