#!/bin/sh
# Exports pages of the samples and takes pictures of them in headless Chromium, to be looked at; fails where a page asks
# for anything from elsewhere, has a script, or is not drawn.
set -eu
binary=$1
folder=$2
mkdir -p "$folder"
page() {
  name=$1
  dump=$2
  marks="$folder/$name.marks"
  # The largest cycle is a suspect, the others are accepted.
  "$binary" baseline "$dump" 2>/dev/null | awk -F '\t' -v OFS='\t' '$2 == "expected" && ++n == 1 { $2 = "suspect" } 1' >"$marks"
  "$binary" export "$dump" --marks "$marks" --format html >"$folder/$name.html"
  # All text of the dump is escaped: a mark-up that begins like this is the page's own.
  if grep -Ein '<script|<link|<img|<iframe|@import|<[^>]* (src|href)=' "$folder/$name.html" | cut -c1-200 | grep . >&2; then
    echo "page: $name.html is not whole by itself" >&2
    exit 1
  fi
  for width in 1000 390; do
    picture="$folder/$name-$width.png"
    rm -f "$picture"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size="$width,2400" \
      --screenshot="$picture" "file://$(realpath "$folder/$name.html")" 2>/dev/null
    test "$(stat -c %s "$picture")" -gt 20000 || { echo "page: $picture is blank" >&2; exit 1; }
    echo "$picture"
  done
}
page go Samples/go-leaks/after.heapdump.gz
page jvm Samples/jvm-leaks/jvm-leaks.hprof.gz
page node Samples/node-leaks/node-leaks.heapsnapshot.gz
