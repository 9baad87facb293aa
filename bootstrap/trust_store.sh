# shellcheck shell=bash
# Java's trust store, made from the machine's CA bundle, so that Bazel trusts the same CAs as the machine.

readonly CA_BUNDLES="/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem"

# Prints the path of the machine's CA bundle; nothing if there is no bundle.
machine_ca_bundle() {
  local file
  for file in ${SSL_CERT_FILE:+"$SSL_CERT_FILE"} $CA_BUNDLES; do
    if [[ -s $file ]]; then
      printf '%s\n' "$file"
      return
    fi
  done
}

# ca_bundle ROOT: prints the path of the machine's CA bundle, else of that of Debian's package in ROOT.
ca_bundle() {
  local bundle
  bundle=$(machine_ca_bundle)
  if [[ -z $bundle ]]; then
    bundle=$1/ca-certificates.crt
    if [[ ! -s $bundle ]]; then cat "$1"/usr/share/ca-certificates/mozilla/*.crt | replaced_file "$bundle"; fi
  fi
  printf '%s\n' "$bundle"
}

# trust_store BUNDLE: makes the store if it does not exist, and prints its path.
trust_store() {
  local store
  store=$CACHE/trust/$(folder_key "$1" "$BAZELW_PARTS/trust_store.sh").jks
  mkdir -p "$CACHE/trust"
  if [[ ! -e $store ]]; then java_key_store "$1" "$store.entries" | replaced_file "$store"; fi
  printf '%s\n' "$store"
}

# The JKS format: entries, then the SHA-1 of (password in UTF-16, "Mighty Aphrodite", entries). perl-base has no module
# for base64, but it has uuencoding, which differs only in its alphabet.
java_key_store() {
  perl -e '
    local $/; my ($count, $entries) = (0, "");
    for (<STDIN> =~ /-----BEGIN CERTIFICATE-----(.*?)-----END/gs) {
      tr#A-Za-z0-9+/##cd; tr#A-Za-z0-9+/# -_#;
      my $der = join "", map { unpack "u", chr(32 + int(3 * length($_) / 4)) . $_ } /(.{1,60})/gs;
      $entries .= pack("N n/a* N N n/a* N/a*", 2, "ca" . $count++, 0, 0, "X.509", $der);
    }
    print pack("N N N", 0xFEEDFEED, 2, $count) . $entries' <"$1" >"$2.$$"
  cat "$2.$$"
  { printf '\0c\0h\0a\0n\0g\0e\0i\0tMighty Aphrodite' && cat "$2.$$"; } | sha1sum | perl -ne 'print pack "H40", $_'
  rm -f "$2.$$"
}
