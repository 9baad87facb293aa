# shellcheck shell=bash
# The programs of conformance tests, which tests/conformance/tools gets. The source archive of a release does not have
# that directory; then tests report these programs as missing.

TOOLS_PARTS=$BAZELW_TOP/tests/conformance/tools
if [[ -e $TOOLS_PARTS ]]; then
  for part in reference_tools benchmark_peers buildifier distribution_conformance sbom_validators sigstore_mock wheels; do
    # shellcheck disable=SC1090 # the names above
    source "$TOOLS_PARTS/$part.sh"
  done
  unset part
else
  reference_tools_directory() { :; }
  prepare_reference_tools() { :; }
  benchmark_peers_directory() { :; }
  prepare_benchmark_peers() { :; }
fi

# reference_tools_wanted COMMAND: whether this command of Bazel runs tests, or BAZELW_REFERENCE_TOOLS asks for the tools.
reference_tools_wanted() {
  case ${BAZELW_REFERENCE_TOOLS:-} in
    0 | benchmarks) false ;;
    1 | path) true ;;
    *) [[ $1 == test || $1 == coverage ]] ;;
  esac
}
