# shellcheck shell=bash
# The beginning of each step: variables of this case, and what is removed at the end.

# Programs such as ./bazelw run in the copy of the checkout, so files of the pages are made there.
files_of_pages=(cosign.key cosign.pub team.key team.pub new.key new.pub published.txt candidates.txt report.json
  sbom.spdx.json evidence.txt statements signing_config.json trusted_root.json transfer signatures signed_base static.tar)
state=$CI_SCRATCH/publishing/$E2E_STEP

finish() {
  server stop
  rm -rf "${files_of_pages[@]}" "$state"
}

# Credentials and certificate authorities of this step only. ./bazelw does not read SSL_CERT_DIR, so its server stays.
prepare() {
  mkdir -p "$state/docker" "$state/certificates"
  # The form of a name in such a directory.
  cp "$WORKSPACE/tests/conformance/tls/ca.pem" "$state/certificates/00000000.0"
  export SSL_CERT_DIR=$state/certificates DOCKER_CONFIG=$state/docker COSIGN_PASSWORD=password
  export no_proxy="localhost,127.0.0.1,${no_proxy:-}"
}

# publish: pushes a signed set to $PAGE_REGISTRY, as the section "Ten commands" does.
publish() {
  image_push generate-key
  ./bazelw run //static:debian12.publish -- --repository "$PAGE_REGISTRY" --key cosign.key >published.txt
}

image_push() { "$WORKSPACE/bazel-bin/tools/image_push/image_push" "$@"; }

finish
trap finish EXIT
prepare
