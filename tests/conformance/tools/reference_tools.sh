# shellcheck shell=bash
# The reference tools: programs that check our images in conformance tests. Most are Debian packages that are unpacked
# and changed to run in their directory. Each program is a command DIRECTORY/bin/NAME. DIRECTORY/missing.txt lists the
# unavailable ones with the reason. The functions for packages, steps and messages are those of bootstrap/.

# COMMAND PACKAGE[|PACKAGE]: the first package that exists in the suite is used.
readonly OWN_SUITE_TOOLS="
busybox busybox-static
containerd containerd
docker docker-cli|docker.io
docker-registry docker-registry
dockerd docker.io
qemu-aarch64 qemu-user-static|qemu-user
qemu-arm qemu-user-static|qemu-user
qemu-ppc64le qemu-user-static|qemu-user
qemu-riscv64 qemu-user-static|qemu-user
qemu-s390x qemu-user-static|qemu-user
qemu-x86_64 qemu-user-static|qemu-user
runc runc
shellcheck shellcheck
skopeo skopeo
umoci umoci
valgrind valgrind"

readonly NEWER_SUITE_TOOLS="
buildbox-casd buildbox
bwrap bubblewrap
cosign cosign
crane crane
oras oras
regctl regctl|regclient"

# The additional programs on the engine's PATH.
readonly ENGINE_PROGRAMS="containerd containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 ctr docker-init docker-proxy dockerd runc tini"

# Dependencies that these programs do not need.
readonly TOOLS_SKIPPED="adduser ca-certificates containernetworking-plugins conmon crun debconf dbus dbus-user-session dirmngr dmsetup dpkg gnupg
gnupg-l10n gnupg-utils gpg gpg-agent gpg-wks-client gpg-wks-server gpgconf gpgsm gpgv init-system-helpers iproute2 iptables libc6-dbg
libpam-modules libpam-modules-bin lsb-base netbase nftables passwd perl perl-base perl-modules-5.36 perl-modules-5.40
pinentry-curses procps readline-common systemd sysvinit-utils tar usrmerge"

# After a failure, wait this number of minutes before the next attempt.
readonly TOOLS_PATIENCE=10

reference_tools_directory() {
  printf '%s/reference-tools-%s\n' "$CACHE" \
    "$(folder_key "$(own_suite)" "$(newer_suite)" "$(dpkg --print-architecture)" \
      "$TOOLS_PARTS"/{reference_tools.sh,buildifier.sh,distribution_conformance.sh,wheels.sh} "$TOOLS_PARTS"/sigstore_mock.* "$TOOLS_PARTS"/sbom_validators.* "$BAZELW_PARTS"/{relocate.sh,relocate.pl,apt.sh})"
}

prepare_reference_tools() {
  if [[ ! -e $1/.ok && -z $(find "$1/.unfinished" -mmin "-$TOOLS_PATIENCE" 2>/dev/null) ]]; then
    forget_old_folders 'reference-tools-*'
    # The name in earlier versions.
    forget_old_folders 'judges-*'
    made_folder "$1" make_reference_tools
    report_missing_tools "$1"
  fi
  mark_used "$1"
}

report_missing_tools() {
  local line
  if [[ -s $1/missing.txt ]]; then
    say "REFERENCE TOOLS ARE MISSING, so tests skip them ($1/missing.txt):"
    while read -r line; do say "  $line"; done <"$1/missing.txt"
  fi
}

make_reference_tools() {
  local folder=$1
  say "getting the reference tools in $folder (once)"
  rm -f "$folder/.unfinished"
  mkdir -p "$folder/bin" "$folder/missing"
  tools_part "$folder" newer make_suite_tools "$folder" newer "$(newer_suite)" "$NEWER_SUITE_TOOLS"
  tools_part "$folder" own make_suite_tools "$folder" own "$(own_suite)" "$OWN_SUITE_TOOLS"
  tools_part "$folder" buildifier make_buildifier "$folder"
  tools_part "$folder" syft make_syft "$folder"
  tools_part "$folder" container-structure-test make_structure_test "$folder"
  tools_part "$folder" cargo-deny make_cargo_deny "$folder"
  tools_part "$folder" distribution-conformance make_distribution_conformance "$folder"
  tools_part "$folder" sigstore-mock make_sigstore_mock "$folder"
  tools_part "$folder" sbom-validators make_sbom_validators "$folder"
  find "$folder/missing" -type f -exec cat {} + | sort >"$folder/missing.txt"
}

# tools_part FOLDER NAME FUNCTION ARGS...: makes one part. If it fails, the others continue, and a later start tries
# again.
tools_part() {
  local folder=$1 name=$2 status=0
  shift 2
  set +e
  (
    set -e
    step "$folder" "$name" "$@"
  )
  status=$?
  set -e
  if ((status != 0)); then
    if [[ ! -s $folder/missing/$name ]]; then
      printf '%s: this part could not be made; see the messages of that start\n' "$name" >"$folder/missing/$name"
    fi
    : >"$folder/.unfinished"
  fi
}

# make_suite_tools FOLDER PART SUITE TOOLS: unpacks to FOLDER/PART and writes the commands to FOLDER/bin.
make_suite_tools() {
  local folder=$1 part=$2 suite=$3 tools=$4 state=$1/$2-apt packages
  rm -f "$folder/missing/$part"
  # shellcheck disable=SC2086 # a list of packages
  apt_state "$state" "$(suite_sources "$suite")" $TOOLS_SKIPPED
  step "$folder" "$part-index" apt_indexes "$state" "package index of $suite"
  packages=$(tools_packages "$folder" "$part" "$tools")
  # shellcheck disable=SC2086
  step "$folder" "$part-fetch" apt_fetch "$state" "reference tools from $suite" $packages
  step "$folder" "$part-unpack" fresh_folder "$folder/$part" unpack_packages "$state/archives" "unpacking" "$state/log"
  relocate_tools "$folder" "$part"
  write_commands "$folder" "$part" "$tools"
  rm -rf "$state"
}

# Prints the packages to download; records programs without a package in the suite as missing.
tools_packages() {
  local folder=$1 part=$2 command choices choice found available
  # shellcheck disable=SC2046 # a list of packages
  available=$(apt_candidates "$folder/$part-apt" $(awk '{ gsub(/\|/, " ", $2); print $2 }' <<<"$3"))
  while read -r command choices; do
    found=
    for choice in ${choices//|/ }; do
      if [[ -z $found && " $available " == *" $choice "* ]]; then found=$choice; fi
    done
    if [[ -n $found ]]; then echo "$found"; else printf '%s: no package %s in the suite\n' "$command" "${choices//|/ or }" >>"$folder/missing/$part"; fi
  done < <(grep . <<<"$3") | sort -u
}

relocate_tools() {
  local folder=$1 part=$2 root=$1/$2 file
  local -a programs=()
  for file in "$root"/usr/{bin,sbin}/* "$root"/usr/libexec/docker/*; do
    case $file in
      */qemu-*) if ! emulator_wanted "${file##*/}"; then rm -f "$file"; fi ;;
      *) programs+=("$file") ;;
    esac
  done
  relocate_links "$root"
  relocate_programs "$root" '' "${programs[@]}"
}

# Only the needed emulators: those of all architectures would have 200 MB.
emulator_wanted() { [[ $OWN_SUITE_TOOLS == *$'\n'"${1%-static} "* ]]; }

write_commands() {
  local folder=$1 part=$2 command program _
  while read -r command _; do
    program=$(tool_program "$folder/$part" "$command")
    if [[ -n $program ]]; then tool_command "$folder" "$program" "$command"; fi
  done < <(grep . <<<"$3")
  if [[ $part == own ]]; then link_engine_programs "$folder"; fi
}

tool_program() {
  local place name
  for place in bin sbin libexec/docker; do
    for name in "$2" "$2-static"; do
      if [[ -x $1/usr/$place/$name ]]; then
        printf '%s\n' "$1/usr/$place/$name"
        return
      fi
    done
  done
}

# tool_command FOLDER PROGRAM COMMAND: writes the script FOLDER/bin/COMMAND.
tool_command() {
  case $3 in
    skopeo)
      printf '{"default": [{"type": "insecureAcceptAnything"}]}\n' >"$1/policy.json"
      tool_script "$2" --policy "$1/policy.json" <<<"" >"$1/bin/$3"
      ;;
    # It runs actions in a sandbox of bubblewrap, which it finds on PATH.
    buildbox-casd) tool_script "$2" --buildbox-run="${2%/*}/buildbox-run-bubblewrap" <<<"PATH=$(printf %q "$1/bin"):\$PATH; export PATH" >"$1/bin/$3" ;;
    # It finds callgrind in a directory that it was compiled with.
    valgrind) tool_script "$2" <<<"VALGRIND_LIB=$(printf %q "$(valgrind_directory "$2")"); export VALGRIND_LIB" >"$1/bin/$3" ;;
    dockerd) tool_script "$2" <<<"PATH=$(printf %q "$1/engine"):\$PATH; export PATH" >"$1/bin/$3" ;;
    *) tool_script "$2" <<<"" >"$1/bin/$3" ;;
  esac
  chmod +x "$1/bin/$3"
}

# valgrind_directory PROGRAM: /usr/libexec/valgrind, in Debian 11 /usr/lib/ARCHITECTURE/valgrind.
valgrind_directory() {
  local usr=${1%/bin/*} place
  for place in "$usr/libexec/valgrind" "$(library_folder "${usr%/usr}")/valgrind"; do
    if [[ -d $place ]]; then
      printf '%s\n' "$place"
      return
    fi
  done
}

# tool_script PROGRAM ARGS...: prints a script that runs PROGRAM with ARGS before its own arguments; the script's
# settings are on standard input.
tool_script() {
  printf '#!/bin/sh\n'
  grep . || true
  printf 'exec'
  printf ' %q' "$@"
  printf ' "$@"\n'
}

link_engine_programs() {
  local name program
  mkdir -p "$1/engine"
  for name in $ENGINE_PROGRAMS; do
    program=$(tool_program "$1/own" "$name")
    if [[ -n $program ]]; then ln -sfn "$program" "$1/engine/$name"; fi
  done
  if [[ ! -e $1/engine/docker-init && -e $1/engine/tini ]]; then ln -sfn tini "$1/engine/docker-init"; fi
}
