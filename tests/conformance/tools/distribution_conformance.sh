# shellcheck shell=bash
# The conformance suite of the OCI distribution specification, which tests the registry of our own tests. It is in no
# Debian suite, and a Go module only: it needs Go 1.24, and a quarter of a minute.

# A commit of the main branch: the releases have an older suite.
readonly DISTRIBUTION_CONFORMANCE_MODULE=github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111

make_distribution_conformance() {
  made_by "$1" distribution-conformance "Go could not bring it" go
}

distribution_conformance_by_go() {
  GOPATH=$1/go GOBIN=$1/made GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 go install "$DISTRIBUTION_CONFORMANCE_MODULE" &&
    mv "$1/made/conformance" "$1/program" && rm -rf "$1/go" "$1/made"
}
