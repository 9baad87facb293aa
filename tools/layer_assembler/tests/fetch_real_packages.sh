#!/usr/bin/env bash
# Fetches the packages of the python3 images, and ca-certificates, for the tests with real packages.
#
#   fetch_real_packages.sh DIRECTORY [DISTRO]...
#
# writes DIRECTORY/DISTRO/DEBARCH/NAME.deb for each distro (11 12 13) and each architecture of its lock, and checks the
# digest of each file against the lock. The URLs of the repositories come from <ARCHIVE>_MIRROR as described in
# docs/reference/formats/lock.md, else from /etc/apt. Needs curl and jq.
set -euo pipefail

directory=$1
shift
distros=("$@")
[[ ${#distros[@]} -gt 0 ]] || distros=(11 12 13)
locks=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../debian_packages" && pwd)

# The script ignores names that a release does not have.
names='["base-files","ca-certificates","dash","gcc-10-base","libbz2-1.0","libc-bin","libc6","libcom-err2","libcrypt1",
"libdb5.3","libdb5.3t64","libexpat1","libffi7","libffi8","libgcc-s1","libgomp1","libgssapi-krb5-2","libk5crypto3",
"libkeyutils1","libkrb5-3","libkrb5support0","liblzma5","libmpdec3","libncursesw6","libnsl2","libpython3.9-minimal",
"libpython3.9-stdlib","libpython3.11-minimal","libpython3.11-stdlib","libpython3.13-minimal","libpython3.13-stdlib",
"libreadline8","libreadline8t64","libsqlite3-0","libssl1.1","libssl3","libssl3t64","libstdc++6","libtinfo6",
"libtirpc3","libtirpc3t64","libuuid1","libzstd1","python3.9-minimal","python3.11-minimal","python3.13-minimal",
"zlib1g"]'

apt_urls() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | sed 's/#.*//' |
    grep -oE '(https?|file)://[^] ]+' | sed 's:/*$::' | sort -u || true
}

urls() {
  local variable
  variable=$(tr '[:lower:]' '[:upper:]' <<<"$1" | tr -c '[:alnum:]\n' _)_MIRROR
  [[ -z ${!variable:-} ]] || tr ' ' '\n' <<<"${!variable}"
  apt_urls
}

fetch() {
  local archive=$1 filename=$2 sha256=$3 target=$4 url
  [[ ! -e $target ]] || return 0
  while read -r url; do
    if curl -sfL --retry 2 -o "$target.part" "$url/$filename" &&
      sha256sum --check --status <<<"$sha256  $target.part"; then
      mv "$target.part" "$target"
      return 0
    fi
  done < <(urls "$archive")
  rm -f "$target.part"
  echo "error: cannot fetch \`$filename\`: no URL has it with the digest of the lock" >&2
  return 1
}

for distro in "${distros[@]}"; do
  lock=$locks/debian$distro.lock.json
  while IFS=$'\t' read -r architecture name archive filename sha256; do
    mkdir -p "$directory/$distro/$architecture"
    fetch "$archive" "$filename" "$sha256" "$directory/$distro/$architecture/$name.deb"
  done < <(jq -r --argjson names "$names" '
    . as $lock | .architectures[] as $architecture | .packages | to_entries[]
    | select(.key as $name | $names | index($name)) | .key as $name
    | (.value[$architecture] // .value.all // empty)
    | [$architecture, $name, $lock.sources[.suite].archive, .filename, .sha256] | @tsv' "$lock")
done
