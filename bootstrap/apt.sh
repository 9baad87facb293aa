# shellcheck shell=bash
# Debian packages without installation: apt downloads them with a separate state (it checks the signature of the index
# and the hash of every package, as usual), and dpkg-deb unpacks them. Only the proxies of the machine's apt
# configuration are used.

# SUITE SECONDS: the Date of the newest Release of a moving suite when this line was written (`date --date=@SECONDS`).
# The index of such a suite is accepted after its Valid-Until (see apt_sources), so this protects against a replay of
# older ones.
readonly NEWEST_RELEASES_SEEN="
forky 1793347681"

# apt_state FOLDER SUITES SKIPPED...: SUITES are lines "ARCHIVE SUITE"; apt treats the packages SKIPPED as installed.
apt_state() {
  local state=$1 suites=$2
  shift 2
  mkdir -p "$state"/{empty,lists/partial,archives/partial}
  apt_sources "$suites" >"$state/sources.list"
  apt_settings "$state" >"$state/apt.conf"
  apt_installed "$@" >"$state/status"
}

apt_sources() {
  local archive suite address keyring
  keyring=$(archive_keyring)
  while read -r archive suite; do
    for address in $(mirror_of "$archive"); do
      # On a mirror that is not updated daily, the index of a moving suite may have expired. Only for these entries, the
      # expiry date is ignored; signature and hashes are checked.
      printf 'deb [signed-by=%s check-valid-until=no] %s %s main\n' "$keyring" "$address" "$suite"
    done
  done <<<"$1"
}

archive_keyring() {
  local file
  for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
    if [[ -r $file ]]; then
      printf '%s\n' "$file"
      return
    fi
  done
  refuse "cannot find Debian's archive keys: no \`/usr/share/keyrings/debian-archive-keyring.gpg\`" \
    "install the package \`debian-archive-keyring\`"
}

apt_settings() {
  local architecture
  architecture=$(dpkg --print-architecture)
  cat <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
Dir "$1";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "$1/empty";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$1/empty";
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/empty";
Dir::Etc::netrc "/etc/apt/auth.conf";
Dir::Etc::netrcparts "/etc/apt/auth.conf.d";
Dir::State "$1";
Dir::State::lists "$1/lists";
Dir::State::status "$1/status";
Dir::Cache "$1";
Dir::Cache::archives "$1/archives";
END
  { apt-config dump 2>/dev/null || true; } | grep -iE '^Acquire::https?::.*(Proxy|Ca[A-Z]|Ssl|Verify)' || true
}

# The epoch makes the version higher than any real one, so that apt does not "upgrade" the package.
apt_installed() {
  local package architecture
  architecture=$(dpkg --print-architecture)
  for package; do
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nMulti-Arch: foreign\n' "$package" "$architecture"
    printf 'Version: 99:9999\nMaintainer: none\nDescription: left out\n\n'
  done
}

# apt_indexes FOLDER LABEL: reads the signed indexes. Some of several mirrors may fail, if another one works.
apt_indexes() {
  APT_WATCHED=$1/lists
  watched "$2" folder_size "$1/log" apt_quiet "$1" update || apt_refused "$1" "read the package index"
  if ! compgen -G "$1/lists/*_Packages*" >/dev/null; then apt_refused "$1" "read the package index"; fi
  refuse_older_releases "$1/lists"
}

# refuse_older_releases LISTS: fails if a Release in the directory LISTS is older than the newest one that is recorded
# above.
refuse_older_releases() {
  local file suite seen date
  for file in "$1"/*Release; do
    if [[ ! -e $file ]]; then continue; fi
    suite=$(sed -n 's/^Codename: *//p' "$file" | head -n 1)
    seen=$(awk -v suite="$suite" '$1 == suite { print $2 }' <<<"$NEWEST_RELEASES_SEEN")
    if [[ -z $seen ]]; then continue; fi
    date=$(sed -n 's/^Date: *//p' "$file" | head -n 1)
    if (($(date --date="$date" +%s 2>/dev/null || echo 0) < seen)); then
      refuse "cannot use the package index of \`$suite\`: its Release is of \`$date\`, and one of \`$(TZ=UTC0 LC_ALL=C date --date="@$seen")\` was seen before" \
        "set DEBIAN_MIRROR to the URL of a mirror that is up to date"
    fi
  done
}

# apt_fetch FOLDER LABEL PACKAGE...: downloads the packages and their dependencies to FOLDER/archives.
apt_fetch() {
  local state=$1 label=$2 count size
  shift 2
  read -r count size < <(apt_plan "$state" "$@") || true
  if [[ -z ${size:-} ]]; then
    apt_quiet "$state" install --simulate "$@" >>"$state/log" 2>&1 || true
    apt_refused "$state" "resolve the packages \`$*\`"
  fi
  APT_WATCHED=$state/archives
  say "$label: $count packages to fetch, $(megabytes "$size")"
  watched "$label" folder_size "$state/log" apt_quiet "$state" install --download-only "$@" ||
    apt_refused "$state" "fetch the packages"
}

# Prints the number of files to download and their size in bytes; nothing if the packages are unavailable.
apt_plan() {
  local state=$1 uris
  shift
  uris=$(apt_quiet "$state" install --print-uris "$@" 2>/dev/null) || return 0
  awk -v quote="'" 'substr($0, 1, 1) == quote { files++; bytes += $3 } END { printf "%d %d\n", files, bytes }' <<<"$uris"
}

# apt_candidates FOLDER PACKAGE...: prints the available ones of the packages on one line.
apt_candidates() {
  local state=$1
  shift
  APT_CONFIG=$state/apt.conf LC_ALL=C apt-cache policy "$@" |
    awk '/^[^ ].*:$/ { sub(/:$/, ""); name = $0 } $1 == "Candidate:" && $2 != "(none)" { printf "%s ", name }'
}

apt_quiet() {
  local state=$1
  shift
  APT_CONFIG=$state/apt.conf LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes "$@"
}

apt_refused() {
  show_log "$1/log"
  refuse "cannot $2: apt-get failed" "check the network and the mirror, or set DEBIAN_MIRROR to another one; what was fetched is kept"
}

folder_size() { megabytes "$(du -sb "$APT_WATCHED" 2>/dev/null | cut -f1)"; }

# unpack_packages FOLDER ARCHIVES LABEL LOG: unpacks all packages of ARCHIVES without documentation, and writes their
# list.
unpack_packages() {
  UNPACK_COUNTER=$1/.unpacked UNPACK_TOTAL=$(find "$2" -maxdepth 1 -name '*.deb' | wc -l)
  merged_usr "$1"
  : >"$UNPACK_COUNTER"
  watched "$3" unpacked_count "$4" unpack_all "$1" "$2" || {
    show_log "$4"
    refuse "cannot unpack the packages in \`$2\`: see above" "is the disk full?"
  }
  rm "$UNPACK_COUNTER"
  find "$2" -maxdepth 1 -name '*.deb' -printf '%f\n' | sort >"$1/packages.txt"
}

# Older packages contain /lib and /bin, newer ones /usr/lib and /usr/bin: unpacks them to the same directories.
merged_usr() {
  local name
  for name in bin sbin lib lib64; do
    mkdir -p "$1/usr/$name"
    ln -s "usr/$name" "$1/$name"
  done
}

unpacked_count() { printf '%d of %d packages' "$(stat -c %s "$UNPACK_COUNTER")" "$UNPACK_TOTAL"; }

unpack_all() {
  # shellcheck disable=SC2016 # the inner shell expands it
  find "$2" -maxdepth 1 -name '*.deb' -print0 |
    xargs -0 --max-procs="$(nproc)" --max-args=4 bash -c 'set -eo pipefail; for package in "${@:2}"; do
      dpkg-deb --fsys-tarfile "$package" | tar --extract --directory="$1" --no-same-owner --no-same-permissions --keep-directory-symlink \
        --exclude="./usr/share/doc/*" --exclude="./usr/share/man/*" --exclude="./usr/share/locale/*"
      printf . >>"$1/.unpacked"
    done' unpack "$1"
}
