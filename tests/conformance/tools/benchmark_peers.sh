# shellcheck shell=bash
# Programs that only //bench:all compares with, so only it asks for them (BAZELW_REFERENCE_TOOLS=benchmarks). They are made
# as the reference tools are. jq, coreutils (a program with all of them) and zstd are what rules_oci's scripts use.

readonly OWN_SUITE_PEERS="
bsdtar libarchive-tools
buildah buildah
libdeflate-gzip libdeflate-tools
pigz pigz"

readonly NEWER_SUITE_PEERS="
coreutils rust-coreutils
jq jq
zstd zstd"

# The release that rules_oci uses. No Debian suite has it; its go.sum pins its modules.
readonly REGCTL_MODULE=github.com/regclient/regclient/cmd/regctl@v0.8.0

benchmark_peers_directory() {
  printf '%s/benchmark-peers-%s\n' "$CACHE" \
    "$(folder_key "$(own_suite)" "$(newer_suite)" "$(dpkg --print-architecture)" \
      "$TOOLS_PARTS"/{benchmark_peers,reference_tools,wheels}.sh "$BAZELW_PARTS"/{relocate.sh,relocate.pl,apt.sh})"
}

# prepare_benchmark_peers FOLDER: makes them, if they are not there.
prepare_benchmark_peers() {
  if [[ ! -e $1/.ok && -z $(find "$1/.unfinished" -mmin "-$TOOLS_PATIENCE" 2>/dev/null) ]]; then
    forget_old_folders 'benchmark-peers-*'
    made_folder "$1" make_benchmark_peers
  fi
  mark_used "$1"
}

make_benchmark_peers() {
  local folder=$1
  say "getting the peers of the benchmarks in $folder (once)"
  rm -f "$folder/.unfinished"
  mkdir -p "$folder/bin" "$folder/missing"
  tools_part "$folder" newer make_suite_tools "$folder" newer "$(newer_suite)" "$NEWER_SUITE_PEERS"
  tools_part "$folder" own make_suite_tools "$folder" own "$(own_suite)" "$OWN_SUITE_PEERS"
  tools_part "$folder" mmdebstrap make_mmdebstrap "$folder"
  tools_part "$folder" regctl make_regctl "$folder"
  find "$folder/missing" -type f -exec cat {} + | sort >"$folder/missing.txt"
}

# mmdebstrap is a Perl program, which uses the machine's Perl and apt.
make_mmdebstrap() {
  local folder=$1 state=$1/mmdebstrap-apt suite
  suite=$(own_suite)
  rm -f "$folder/missing/mmdebstrap"
  apt_state "$state" "$(suite_sources "$suite")" apt perl python3
  # It depends on `perl:any`, which a package that is `foreign` does not provide.
  sed -i 's/^Multi-Arch: foreign$/Multi-Arch: allowed/' "$state/status"
  step "$folder" mmdebstrap-index apt_indexes "$state" "package index of $suite"
  step "$folder" mmdebstrap-fetch apt_fetch "$state" "mmdebstrap from $suite" mmdebstrap
  step "$folder" mmdebstrap-unpack fresh_folder "$folder/mmdebstrap" unpack_packages "$state/archives" "unpacking" "$state/log"
  write_commands "$folder" mmdebstrap 'mmdebstrap mmdebstrap'
  rm -rf "$state"
}

make_regctl() {
  made_by "$1" regctl "Go could not bring it" go || return
  # In a folder of its own, because rules_oci's scripts have the folder of each program on their PATH.
  mkdir -p "$1/regctl/bin"
  ln -sfn ../program "$1/regctl/bin/regctl"
  tool_command "$1" "$1/regctl/bin/regctl" regctl
}

regctl_by_go() {
  GOPATH=$1/go GOBIN=$1/made GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 go install "$REGCTL_MODULE" &&
    mv "$1/made/regctl" "$1/program" && rm -rf "$1/go" "$1/made"
}
