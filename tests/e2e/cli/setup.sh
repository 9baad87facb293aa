# shellcheck shell=bash
# The beginning of a step: a cache of the step, a password for keys, and no Bazel.

# For `checkout_bazel`, which would start a new Bazel with another cache.
bazel_cache=${XDG_CACHE_HOME:-}
export bazel_cache
export XDG_CACHE_HOME=$CI_SCRATCH/cli.cache COSIGN_PASSWORD=password
export no_proxy="localhost,127.0.0.1,${no_proxy:-}"
trap 'server stop' EXIT
