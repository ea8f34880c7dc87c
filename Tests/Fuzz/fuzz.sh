#!/bin/sh
# Fuzzes the readers of dumps with libFuzzer, which comes with Swift: one format after the other.
# FUZZ_SECONDS (600) for each of FUZZ_FORMATS (the folders of Tests/Fuzz/Corpus). What breaks them is left in .build/fuzz/FORMAT-*; run
# .build/fuzz/refwalk-fuzz FILE to see it again. New inputs are collected in .build/fuzz/FORMAT.
set -eu
cd "$(dirname "$0")/../.."
folder=.build/fuzz
mkdir -p "$folder"

# Optimised, but with the checks of a debug build, so that a read past a buffer's end is a crash.
compile="swiftc -O -whole-module-optimization -assert-config Debug -sanitize=fuzzer -swift-version 6 -parse-as-library
  -package-name refwalk -I Sources/CPrefetch -I Sources/CZlib -I Sources/CElf -I Sources/CMemoryGuard/include -I $folder"
clang -O1 -I Sources/CMemoryGuard/include -c -o "$folder/memory_guard.o" Sources/CMemoryGuard/memory_guard.c
for module in TextSafety ReferenceGraph DumpLoading GraphAnalysis; do
  $compile -module-name $module -emit-module -emit-module-path "$folder/$module.swiftmodule" \
    -c -o "$folder/$module.o" $(find Sources/$module -name '*.swift')
done
$compile -module-name RefwalkFuzz -o "$folder/refwalk-fuzz" Tests/Fuzz/FuzzTarget.swift \
  Tests/DumpLoadingTests/HeapExercise.swift "$folder"/memory_guard.o "$folder"/TextSafety.o "$folder"/ReferenceGraph.o "$folder"/DumpLoading.o "$folder"/GraphAnalysis.o

# libFuzzer is to see the crash itself, and to keep what caused it.
export SWIFT_BACKTRACE=enable=no
failed=
for format in ${FUZZ_FORMATS:-$(ls Tests/Fuzz/Corpus)}; do
  mkdir -p "$folder/$format"
  words=
  # Executables are not written whole: inputs say what is changed in one that matches a dump.
  unset FUZZ_EXECUTABLE FUZZ_DUMP
  if [ "$format" = executable ]; then
    gzip -dc Tests/DumpLoadingTests/Fixtures/leaky.elf.gz >"$folder/leaky.elf"
    gzip -dc Tests/DumpLoadingTests/Fixtures/small-after.heapdump.gz >"$folder/small-after.heapdump"
    export FUZZ_EXECUTABLE="$folder/leaky.elf" FUZZ_DUMP="$folder/small-after.heapdump"
  fi
  [ ! -f "Tests/Fuzz/$format.dict" ] || words="-dict=Tests/Fuzz/$format.dict"
  echo "fuzzing $format for ${FUZZ_SECONDS:-600} s"
  "$folder/refwalk-fuzz" -max_total_time="${FUZZ_SECONDS:-600}" -timeout=10 -rss_limit_mb=1500 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$folder/$format-" $words "$folder/$format" "Tests/Fuzz/Corpus/$format" \
    >"$folder/$format.log" 2>&1 || failed="$failed $format"
  grep -E '^(stat::number_of_executed_units|stat::peak_rss_mb|Done|.*ERROR:|.*SUMMARY:|.*Fatal error)' "$folder/$format.log" || true
done
if [ -n "$failed" ]; then
  echo "broken:$failed; see $folder/FORMAT.log" >&2
  exit 1
fi
