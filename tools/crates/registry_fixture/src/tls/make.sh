#!/usr/bin/env bash
# Makes the certificates and keys of this directory. The keys of both CAs are not kept.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
WORK=$(mktemp --directory)
export WORK
trap 'rm -rf "$WORK"' EXIT
touch "$WORK/index"

# new_key FILE
new_key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1"; }

# signed NAME KEY EXTENSIONS END OPTION...: makes NAME.pem.
signed() {
  local name=$1 key=$2 extensions=$3 end=$4
  shift 4
  openssl req -new -config openssl.cnf -key "$key" -subj "/O=Distroless tests/CN=$name" -out "$WORK/$name.csr"
  openssl ca -config openssl.cnf -batch -notext -extensions "$extensions" -startdate 20200101000000Z -enddate "$end" \
    -in "$WORK/$name.csr" -out "$name.pem" "$@"
}

for key in "$WORK/ca.key" "$WORK/other_ca.key" server.key client.key; do new_key "$key"; done
signed ca "$WORK/ca.key" ca_extensions 21200101000000Z -selfsign -keyfile "$WORK/ca.key"
signed localhost server.key localhost 21200101000000Z -cert ca.pem -keyfile "$WORK/ca.key"
signed expired server.key localhost 20210101000000Z -cert ca.pem -keyfile "$WORK/ca.key"
signed other_name server.key other_name 21200101000000Z -cert ca.pem -keyfile "$WORK/ca.key"
signed client client.key client 21200101000000Z -cert ca.pem -keyfile "$WORK/ca.key"
signed other_ca "$WORK/other_ca.key" ca_extensions 21200101000000Z -selfsign -keyfile "$WORK/other_ca.key"
signed unknown_ca server.key localhost 21200101000000Z -cert other_ca.pem -keyfile "$WORK/other_ca.key"
rm other_ca.pem
