# shellcheck shell=bash
# The machine's Debian mirrors, by archive name: from the environment, else from apt's configuration.

# mirror_of ARCHIVE: prints the addresses of `debian` or `debian-security`, separated by spaces; nothing when unknown.
mirror_of() {
  local variable=${1^^}_MIRROR
  variable=${variable//-/_}
  if [[ -n ${!variable:-} ]]; then
    printf '%s\n' "${!variable}"
  else
    apt_addresses "${BAZELW_APT_CONFIGURATION:-/etc/apt}" | archive_addresses "$1"
  fi
}

# Keeps the addresses that end in ARCHIVE, each once, in order, on one line.
archive_addresses() {
  awk -v archive="$1" '
    { sub(/\/+$/, "") }
    /^https?:\/\// && $0 ~ "/" archive "$" && !seen[$0]++ { line = line (line == "" ? "" : " ") $0 }
    END { if (line != "") print line }'
}

# Every address of an enabled binary source below FOLDER, one a line. Reads deb822 (*.sources) and one-line (*.list)
# files in apt's order, and follows apt's mirror lists (mirror+file:), which Debian's cloud images use.
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
