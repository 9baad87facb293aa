# shellcheck shell=bash
# Sigstore's services for tests of keyless signatures: an npm package by the authors of Sigstore, behind a small server
# (sigstore_mock.mjs). It needs Node.js, npm and some seconds. The lock has the hash of each package.

make_sigstore_mock() {
  made_by "$1" sigstore-mock "npm could not bring it" npm
}

wheel_has_npm() { [[ -n $(type -P npm) && -n $(type -P node) ]]; }

sigstore_mock_by_npm() {
  local file
  for file in mjs package.json package-lock.json; do cp "$TOOLS_PARTS/sigstore_mock.$file" "$1/${file/#mjs/server.mjs}" || return; done
  (cd "$1" && npm ci --silent --ignore-scripts --no-audit --no-fund) &&
    tool_script "$(type -P node)" "$1/server.mjs" <<<"" >"$1/program.new" &&
    chmod +x "$1/program.new" && mv "$1/program.new" "$1/program"
}
