# shellcheck shell=bash
# Chooses a Bazel, prepares the files that it needs, and replaces this process by it.

# shellcheck source=bootstrap/log.sh
source "$BAZELW_PARTS/log.sh"
# shellcheck source=bootstrap/user_bazel.sh
source "$BAZELW_PARTS/user_bazel.sh"

bazelw_main() {
  CACHE=${XDG_CACHE_HOME:-${HOME:?}/.cache}/distroless-bazelw
  # Programs in it are run, and files are sourced.
  if [[ -e $CACHE && ! -O $CACHE ]]; then refuse "cannot use the cache folder \`$CACHE\`: it belongs to another user" "set XDG_CACHE_HOME to another folder"; fi
  choose_bazel
  if ! debian_like; then exec "$USER_BAZEL" "$@"; fi
  # shellcheck source=bootstrap/start.sh
  source "$BAZELW_PARTS/start.sh"
  prepare_start "$@"
  if [[ ${BAZELW_REFERENCE_TOOLS:-} == path ]]; then
    printf '%s\n' "$REFERENCE_TOOLS"
    exit
  fi
  if [[ ${BAZELW_REFERENCE_TOOLS:-} == benchmarks ]]; then
    PEERS=$(benchmark_peers_directory)
    if [[ -n $PEERS ]]; then prepare_benchmark_peers "$PEERS"; fi
    printf '%s\n' "$PEERS"
    exit
  fi
  if [[ $MODE == system ]]; then exec "$USER_BAZEL" --bazelrc="$RC" "$@"; fi
  exec "$PRIVATE_ROOT/debian/usr/bin/bazel" --nosystem_rc --bazelrc="$RC" "$@"
}

debian_like() { [[ -n $(type -P apt-get) && -n $(type -P dpkg-deb) ]]; }

# Sets MODE to `system` (and USER_BAZEL) or to `debian`; WHY is the reason for messages.
choose_bazel() {
  local verdict
  USER_BAZEL='' MODE=debian WHY='as BAZELW says'
  case ${BAZELW:-} in
    debian) need_debian_like "BAZELW is \`debian\`, and there is no apt-get or no dpkg-deb" ;;
    system)
      USER_BAZEL=$(find_user_bazel) || refuse "cannot run the user's Bazel: no bazelisk or bazel on PATH" "install bazelisk, or unset BAZELW"
      MODE=system
      ;;
    "")
      if ! USER_BAZEL=$(find_user_bazel); then
        need_debian_like "no bazelisk or bazel on PATH, and this machine has no Debian packages to make one of"
        WHY="no bazelisk or bazel on PATH"
        return
      fi
      verdict=$(user_bazel_verdict "$USER_BAZEL")
      choose_by_verdict "$verdict"
      ;;
    *) refuse "cannot choose a Bazel: BAZELW is \`$BAZELW\`" "BAZELW is \`system\`, \`debian\`, or not set" ;;
  esac
}

choose_by_verdict() {
  WHY="\`$USER_BAZEL\` cannot be used: $1"
  if [[ $1 == good ]]; then
    MODE=system
  elif ! debian_like; then
    if [[ $1 != "$NO_REGISTRY" ]]; then refuse "cannot run Bazel: $WHY" "install bazelisk, or Bazel $OLDEST_BAZEL or newer"; fi
    MODE=system
    say "$1; going on with what Bazel has in its caches"
  fi
}

need_debian_like() {
  if ! debian_like; then refuse "cannot make a Bazel: $1" "install bazelisk"; fi
}
