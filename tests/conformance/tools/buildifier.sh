# shellcheck shell=bash
# buildifier, the formatter of BUILD and .bzl files, is not in any Debian suite. It comes from npm if npm is installed;
# else it is built with the machine's Go, or with Debian's Go.

# npm has releases by version; for Go, only the date of a commit works.
readonly BUILDIFIER_RELEASE=8.2.1
# SHA-512 of the npm archive.
readonly BUILDIFIER_ARCHIVE=799fc0abedabe0f7096ba2db3c24fa7df80825f4d4fe062296a233a17d8e2cce273646d00bab5330f64d9fb6871e38463f16cd2efe35ce6e17aadd689422e05f
readonly BUILDIFIER_MODULE=github.com/bazelbuild/buildtools/buildifier@v0.0.0-20260904073137-eaa4d125b423

make_buildifier() {
  local folder=$1 way
  rm -f "$folder/missing/buildifier"
  mkdir -p "$folder/buildifier"
  for way in npm go debian_go; do
    if [[ ! -x $folder/buildifier/buildifier ]] && "has_$way"; then try_buildifier "$folder" "$way"; fi
  done
  if [[ -x $folder/buildifier/buildifier ]]; then
    ln -sfn ../buildifier/buildifier "$folder/bin/buildifier"
  else
    printf 'buildifier: in no Debian suite, and neither npm nor Go could bring it\n' >"$folder/missing/buildifier"
    return 1
  fi
}

has_npm() { [[ -n $(type -P npm) ]]; }

has_go() { [[ -n $(type -P go) ]]; }

has_debian_go() { true; }

try_buildifier() {
  local folder=$1 way=$2 log=$1/buildifier/log
  if [[ $way == debian_go ]]; then fetch_debian_go "$folder"; fi
  watched "buildifier by ${way//_/ }" nothing_to_count "$log" "buildifier_by_$way" "$folder/buildifier" || show_log "$log"
}

nothing_to_count() { printf 'one program'; }

buildifier_by_npm() {
  local archive
  cd "$1" && archive=$(npm pack --silent "@bazel/buildifier@$BUILDIFIER_RELEASE") &&
    printf '%s  %s\n' "$BUILDIFIER_ARCHIVE" "$archive" | sha512sum --check --strict --quiet >&2 &&
    tar --extract --gzip --file="$archive" --to-stdout "package/buildifier-linux_$(dpkg --print-architecture)" >buildifier.new &&
    chmod +x buildifier.new && mv buildifier.new buildifier && rm "$archive"
}

buildifier_by_go() {
  GOPATH=$1/go GOBIN=$1 GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 go install "$BUILDIFIER_MODULE" && rm -rf "$1/go"
}

fetch_debian_go() {
  local folder=$1 state=$1/go-apt go=$1/buildifier/debian-go suite
  suite=$(newer_suite)
  apt_state "$state" "$(suite_sources "$suite")" perl
  step "$folder" go-index apt_indexes "$state" "package index of $suite"
  step "$folder" go-fetch apt_fetch "$state" "Go" golang-go
  step "$folder" go-unpack fresh_folder "$go" unpack_packages "$state/archives" "unpacking" "$state/log"
  relocate_links "$go"
  relocate_programs "$go" '' "$go"/usr/lib/go-*/bin/* "$go"/usr/lib/go-*/pkg/tool/*/*
  rm -rf "$state"
}

buildifier_by_debian_go() {
  local root
  root=$(echo "$1"/debian-go/usr/lib/go-*)
  GOROOT=$root PATH=$root/bin:$PATH buildifier_by_go "$1" && rm -rf "$1/debian-go"
}
