#!/bin/sh
# Prints its arguments, and exits with the first.
printf '<%s>' "$@"
echo
exit "$1"
