#!/bin/sh
# Runs node-leaks with Node.js 20 and packs its heap snapshot, node-leaks.heapsnapshot.gz in this folder, and its figures
# by DevTools' rules beside it, node-leaks.devtools.tsv.gz.
set -eu
cd "$(dirname "$0")"

# An empty environment and an empty home: a heap snapshot has a copy of every environment variable.
# Under a plain path, which the snapshot names as that of the script.
folder=$(mktemp -d /tmp/node-leaks.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cp node-leaks.cjs "$folder/"
node=$(command -v "${NODE:-node}")
(cd "$folder" && env -i HOME=/nonexistent "$node" --expose-gc node-leaks.cjs node-leaks.heapsnapshot)
gzip -9nc "$folder/node-leaks.heapsnapshot" > node-leaks.heapsnapshot.gz
./devtools-vectors.py node-leaks.heapsnapshot.gz | gzip -9nc > node-leaks.devtools.tsv.gz
ls -l node-leaks.heapsnapshot.gz
