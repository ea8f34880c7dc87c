#!/bin/sh
# Measures the analyses against the C++ reference: same graphs, alternating runs, medians of CPU seconds.
# BENCH_SIZES (default "1000000 10000000 30000000"), BENCH_RUNS (5), TMPDIR.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$here/../.." && pwd)
sizes=${BENCH_SIZES:-1000000 10000000 30000000}
runs=${BENCH_RUNS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/refwalk-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

compiler=${CXX:-$(command -v g++ || command -v clang++)}
"$compiler" -O3 -std=c++17 -o "$work/pipeline" "$here/cpp/pipeline.cpp"
"$compiler" -O3 -std=c++17 -o "$work/generate" "$here/cpp/generate.cpp"
swift build --package-path "$package" -c release --static-swift-stdlib -Xswiftc -use-ld=lld --product refwalk-bench >"$work/build.log" 2>&1 || {
  cat "$work/build.log" >&2
  exit 1
}
bench=$(swift build --package-path "$package" -c release --show-bin-path)/refwalk-bench

# median SIDE STEP: the median of that step over all runs.
median() {
  grep -h "^$2  *[0-9]" "$work/$1".* | awk '{ print $NF }' | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }
# measure FILE STACK: runs both sides in turn and checks that they agree.
measure() {
  rm -f "$work"/cpp.* "$work"/swift.*
  run=1
  while [ "$run" -le "$runs" ]; do
    "$work/pipeline" "$1" >"$work/cpp.$run"
    "$bench" "$1" "$2" >"$work/swift.$run"
    run=$((run + 1))
  done
  if [ "$(cat "$work"/cpp.* "$work"/swift.* | awk '/^checksum/ { print $2 }' | sort -u | wc -l)" != 1 ]; then
    echo "the two sides do not agree on $1" >&2
    exit 1
  fi
}
peak() { grep -h '^checksum' "$work/$1.1" | awk '{ print $4 }'; }

echo "CPU seconds, medians of $runs runs"
echo "all: components, both directions, dominators, retained sizes, shortest paths; layout: the tree as the browser needs it"
printf '%-14s %9s %8s %6s %9s %8s %6s %8s %8s %8s\n' \
  graph 'C++ comp' Swift ratio 'C++ all' Swift ratio all/BFS layout 'peak MB'
row() {
  cpp=$(median cpp total)
  swift=$(median swift total)
  printf '%-14s %9s %8s %6s %9s %8s %6s %8s %8s %8s\n' "$1" \
    "$(median cpp components)" "$(median swift components)" \
    "$(ratio "$(median swift components)" "$(median cpp components)")" \
    "$cpp" "$swift" "$(ratio "$swift" "$cpp")" \
    "$(ratio "$swift" "$(median cpp 'shortest paths')")" "$(median swift layout)" "$(peak swift)"
}
previous=
for size in $sizes; do
  "$work/generate" "$size" 7 0 "$work/graph" heap
  measure "$work/graph" 8192
  row "heap $size"
  if [ -n "$previous" ]; then
    echo "  $(ratio "$(median swift total)" "$previous") times the seconds for $(ratio "$size" "$before") times the objects"
  fi
  previous=$(median swift total)
  before=$size
done
# Graphs that plain algorithms choke on, in a thread with a stack of 256 KB.
for kind in quad chain dll; do
  "$work/generate" 10000000 7 0 "$work/graph" "$kind"
  measure "$work/graph" 256
  row "$kind 10000000"
done
