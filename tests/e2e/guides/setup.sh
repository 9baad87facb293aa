# shellcheck shell=bash
# The beginning of a step with registries or a container engine; at the end, they are stopped.

state=$CI_SCRATCH/guides/$E2E_STEP

finish() {
  server stop
  rm -rf "$state"
}

finish
trap finish EXIT
mkdir -p "$state/docker" "$state/certificates"
# The form of a name in such a directory.
cp "$WORKSPACE/tests/conformance/tls/ca.pem" "$state/certificates/00000000.0"
export SSL_CERT_DIR=$state/certificates DOCKER_CONFIG=$state/docker COSIGN_PASSWORD=password
export no_proxy="localhost,127.0.0.1,${no_proxy:-}"
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.com GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.com

# program NAME: //tools/NAME of the checkout replaces the command of distroless. cargo would need minutes for it.
program() {
  cp --dereference "$WORKSPACE/bazel-bin/tools/$1/$1" "./$1.program"
  grep -q '^tools = ' MODULE.bazel || echo 'tools = use_extension("@distroless//rules:extensions.bzl", "tools")' >>MODULE.bazel
  echo "tools.command(name = \"$1\", target = \"//:$1.program\")" >>MODULE.bazel
  echo "exports_files([\"$1.program\"])" >>BUILD.bazel
}
