#!/bin/sh
# Called by cargo in place of rustc, with rustc's path and arguments: links STATIC_NAMES into the programs that
# NETWORK_PROGRAMS lists. One run of cargo then compiles all programs, and each crate once.
name='' type='' previous=''
for argument; do
  case $previous in
    --crate-name) name=$argument ;;
    --crate-type) type=$argument ;;
  esac
  previous=$argument
done
case " $NETWORK_PROGRAMS " in
  *" $name "*) if [ "$type" = bin ]; then exec "$@" "-Clink-arg=$STATIC_NAMES"; fi ;;
esac
exec "$@"
