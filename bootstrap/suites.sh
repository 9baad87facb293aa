# shellcheck shell=bash
# The Debian suites that packages come from.

newer_suite() { printf '%s\n' "${BAZELW_SUITE:-$DEFAULT_SUITE}"; }

# The machine's suite; on a derivative of Debian an older one, whose packages run on all of them.
own_suite() {
  local ID='' VERSION_CODENAME=''
  if [[ -r /etc/os-release ]]; then
    # shellcheck source=/dev/null
    source /etc/os-release
  fi
  if [[ $ID == debian && -n $VERSION_CODENAME ]]; then echo "$VERSION_CODENAME"; else echo bookworm; fi
}

# suite_sources SUITE: a released suite also has an updates suite and a security suite.
suite_sources() {
  printf 'debian %s\n' "$1"
  if [[ $1 != sid && $1 != "$(newer_suite)" ]]; then printf 'debian %s-updates\ndebian-security %s-security\n' "$1" "$1"; fi
}
