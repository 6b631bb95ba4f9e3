#!/usr/bin/env bash
# Installs what is needed, builds, runs the tests with ctest.
#   deploy/test.sh          labels unit, system, hostile; short fuzz replays; short benches
#   deploy/test.sh --all    those, the unit tests under address and undefined-behaviour sanitizers
#                           (and, where no gRPC is inside, under the thread sanitizer), interop with
#                           real servers, and 30 s of fuzzing for each harness
#   deploy/test.sh --soak   all that, with 200 kills instead of 20 and 10 minutes for each harness
# JOBS (default: the number of processors) bounds the build; SIGNBOARD_CTEST passes more to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."

all=
fuzz_seconds=30
for argument in "$@"; do
  case $argument in
    --all) all=1 ;;
    --soak) all=1 fuzz_seconds=600; export SIGNBOARD_SOAK=1 ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test.sh: unknown option $argument (--all, --soak, --help)" >&2; exit 2 ;;
  esac
done

jobs=${JOBS:-$(nproc)}
say() { printf '\n== %s  (%d s)\n' "$*" "$SECONDS"; }

./deploy/install-deps.sh
# Compiler output is cached for as long as the machine is kept; enough room for all presets.
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G} CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say "build release"
cmake --preset release >/dev/null
cmake --build build/release -j "$jobs"

if [[ $all ]]; then
  say "build with sanitizers"
  cmake --preset asan >/dev/null
  cmake --build build/asan -j "$jobs" --target signboard_unit_tests
  say "unit tests under address and undefined-behaviour sanitizers"
  ctest --test-dir build/asan --output-on-failure -L unit -j "$jobs"

  say "unit tests without gRPC under the thread sanitizer"
  cmake --preset tsan >/dev/null
  cmake --build build/tsan -j "$jobs" --target signboard_tsan_tests
  ctest --test-dir build/tsan --output-on-failure -L tsan -j "$jobs"

  say "fuzz, $fuzz_seconds s for each harness"
  cmake --preset fuzz >/dev/null
  cmake --build build/fuzz -j "$jobs" --target signboard_fuzzers
  for harness in build/fuzz/bin/*_fuzz; do
    name=$(basename "$harness")
    corpus=$(mktemp -d)
    echo "-- $name"
    "$harness" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/" "$corpus" "tests/fuzz/corpus/${name%_fuzz}" 2>&1 | tail -n 6
    rm -rf "$corpus"
  done
fi

say "tests"
labels='unit|system|hostile|fuzz|bench'
[[ $all ]] && labels+='|interop'
ctest --test-dir build/release --output-on-failure -L "$labels" -j "$jobs" ${SIGNBOARD_CTEST:-}
