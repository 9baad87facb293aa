#!/bin/sh
# Prints its arguments, and exits with the first one as exit code.
printf '<%s>' "$@"
echo
exit "$1"
