# shellcheck shell=bash
# Finds the user's own Bazel and decides whether it works here. This file also runs on macOS, so it uses only features
# of old bash.

# Bazel's default registry.
readonly CENTRAL_REGISTRY=https://bcr.bazel.build
readonly OLDEST_BAZEL=7.4
readonly NO_REGISTRY="the Bazel Central Registry does not answer"
# How long a result is valid, in seconds: a positive and a negative one.
readonly GOOD_ANSWER_HOLDS=86400 BAD_ANSWER_HOLDS=1800

# Prints the first bazelisk or bazel on PATH that is not this wrapper.
find_user_bazel() {
  local name candidate
  for name in bazelisk bazel; do
    while IFS= read -r candidate; do
      if [[ -n $candidate && ! $candidate -ef $BAZELW_TOP/bazelw ]]; then
        printf '%s\n' "$candidate"
        return 0
      fi
    done < <(type -Pa "$name")
  done
  return 1
}

# user_bazel_verdict BAZEL: prints `good`, or the reason why that Bazel cannot be used. The result is stored for some
# time.
user_bazel_verdict() {
  local memory=$CACHE/user-bazel now asked_at key
  now=${EPOCHSECONDS:-$(date +%s)}
  local verdict=
  if [[ -r $memory ]] && { read -r asked_at && read -r key && read -r verdict; } <"$memory"; then
    if [[ $key == "$1 $(registry_address)" ]] && ((now >= asked_at && now < asked_at + $(answer_holds "$verdict"))); then
      printf '%s\n' "$verdict"
      return
    fi
  fi
  verdict=$(check_user_bazel "$1")
  mkdir -p "$CACHE"
  printf '%s\n' "$now" "$1 $(registry_address)" "$verdict" >"$memory.$$"
  mv -f "$memory.$$" "$memory"
  printf '%s\n' "$verdict"
}

answer_holds() { if [[ $1 == good ]]; then echo "$GOOD_ANSWER_HOLDS"; else echo "$BAD_ANSWER_HOLDS"; fi; }

registry_address() { printf '%s\n' "${BAZELW_REGISTRY:-$CENTRAL_REGISTRY}"; }

# The registry is checked first, because bazelisk may have to download a Bazel before it can print a version.
check_user_bazel() {
  local version
  if ! registry_answers "$(registry_address)"; then
    echo "$NO_REGISTRY"
    return
  fi
  version=$(user_bazel_version "$1")
  if [[ -z $version ]]; then
    echo "it does not tell its version"
  elif ! version_reaches "$version" "$OLDEST_BAZEL"; then
    echo "its version $version is older than $OLDEST_BAZEL"
  else
    echo good
  fi
}

# Requests one small file, with a timeout of 3 seconds.
registry_answers() {
  local file=$1/modules/platforms/metadata.json
  if command -v curl >/dev/null; then
    curl --fail --silent --location --max-time 3 --output /dev/null "$file" 2>/dev/null
  elif command -v wget >/dev/null; then
    wget --quiet --tries=1 --timeout=3 --output-document=/dev/null "$file" 2>/dev/null
  elif [[ -x /usr/lib/apt/apt-helper ]]; then
    local copy
    copy=$(mktemp)
    local status=0
    timeout 3 /usr/lib/apt/apt-helper download-file "$file" "$copy" >/dev/null 2>&1 || status=$?
    rm -f "$copy"
    return "$status"
  else
    return 1
  fi
}

user_bazel_version() {
  { "$1" --version 2>/dev/null || true; } | sed -n 's/^bazel \([0-9][0-9.]*\).*/\1/p' | sed 's/\.$//'
}

# version_reaches 7.10.1 7.4
version_reaches() {
  local have_major=${1%%.*} have_minor=0 want_major=${2%%.*} want_minor=${2#*.}
  if [[ $1 == *.* ]]; then
    have_minor=${1#*.}
    have_minor=${have_minor%%.*}
  fi
  ((have_major > want_major || (have_major == want_major && have_minor >= want_minor)))
}
