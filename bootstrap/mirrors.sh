# shellcheck shell=bash
# The machine's Debian mirrors, by repository, from the environment or from apt's configuration; and its npm registry.

# mirror_of ARCHIVE: prints the URLs of `debian` or `debian-security`, separated by spaces; nothing if unknown.
mirror_of() {
  local variable=${1^^}_MIRROR
  variable=${variable//-/_}
  if [[ -n ${!variable:-} ]]; then
    printf '%s\n' "${!variable}"
  else
    apt_addresses "${BAZELW_APT_CONFIGURATION:-/etc/apt}" | archive_addresses "$1"
  fi
}

# Prints the URLs that end with ARCHIVE on one line, in order and without duplicates.
archive_addresses() {
  awk -v archive="$1" '
    { sub(/\/+$/, "") }
    /^https?:\/\// && $0 ~ "/" archive "$" && !seen[$0]++ { line = line (line == "" ? "" : " ") $0 }
    END { if (line != "") print line }'
}

# Prints the URL of every enabled binary source below FOLDER, one on each line. Reads deb822 (*.sources) and one-line
# (*.list) files in apt's order, and apt's mirror lists (mirror+file:), which Debian's cloud images use.
apt_addresses() {
  local file address
  for file in "$1/sources.list" "$1"/sources.list.d/*.list "$1"/sources.list.d/*.sources; do
    if [[ -r $file ]]; then
      case $file in
        *.sources) deb822_addresses "$file" ;;
        *) one_line_addresses "$file" ;;
      esac
    fi
  done | while read -r address; do
    case $address in
      mirror+file:*) mirror_list_addresses "${address#mirror+file:}" ;;
      *) printf '%s\n' "$address" ;;
    esac
  done
}

deb822_addresses() {
  awk '
    function flush(  i, n, list) {
      if (enabled && types ~ /(^| )deb( |$)/) { n = split(uris, list, " "); for (i = 1; i <= n; i++) print list[i] }
      types = uris = field = ""; enabled = 1
    }
    BEGIN { enabled = 1 }
    { sub(/\r$/, "") }
    /^#/ { next }
    /^[ \t]*$/ { flush(); next }
    /^[ \t]/ { if (field == "uris") uris = uris " " $0; next }
    {
      colon = index($0, ":"); field = tolower(substr($0, 1, colon - 1)); value = substr($0, colon + 1)
      gsub(/\t/, " ", value); sub(/^ +/, "", value); sub(/ +$/, "", value)
      if (field == "types") types = value
      else if (field == "uris") uris = value
      else if (field == "enabled" && tolower(value) ~ /^(no|false|off|0|without|disable)$/) enabled = 0
    }
    END { flush() }' "$1"
}

one_line_addresses() {
  sed -E 's/\r$//; s/#.*//' "$1" | awk '$1 == "deb" { sub(/^[ \t]*deb[ \t]+(\[[^]]*\][ \t]*)?/, ""); print $1 }'
}

mirror_list_addresses() {
  if [[ -r $1 ]]; then awk '!/^#/ && NF { print $1 }' "$1"; fi
}

# Prints the URL of the machine's npm registry, a second source of runtimes: from the environment, else from npm or its
# configuration files; nothing if npm is not installed and no registry is configured.
npm_registry() {
  local registry=${NPM_CONFIG_REGISTRY:-${npm_config_registry:-}} file
  if [[ -z $registry && -n $(type -P npm) ]]; then
    registry=$(cd "${WORKSPACE:-/}" && npm config get registry 2>/dev/null) || registry=
  fi
  if [[ -z $registry ]]; then
    while read -r file; do
      if [[ -z $registry && -r $file ]]; then registry=$(npmrc_registry "$file"); fi
    done < <(npm_files)
  fi
  if [[ $registry =~ ^https?://[^[:space:]\"]+$ ]]; then printf '%s\n' "$registry"; fi
}

# The configuration files of npm; the first one with a registry counts.
npm_files() { printf '%s\n' "${WORKSPACE:-}/.npmrc" "${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}" /etc/npmrc /usr/etc/npmrc /usr/local/etc/npmrc; }

# Prints the last `registry=URL` of an npmrc(5); the value may be in quotes.
npmrc_registry() {
  sed -n -E 's/\r$//; s/^[[:space:]]*registry[[:space:]]*=[[:space:]]*["'\'']?([^"'\''[:space:]]*)["'\'']?[[:space:]]*$/\1/p' "$1" | tail -n 1
}
