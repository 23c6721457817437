#!/usr/bin/env bash
# Runs one fuzz target: run.sh BIN_FOLDER TARGET SECONDS
# What it learns stays beside the programs, in fuzz/TARGET; the input of a failure is named there.
# Without the program (no clang) it is skipped: 77.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$1 target=$2 seconds=$3

if [ ! -x "$bin/${target}_fuzz" ]; then
  echo "no fuzz target $bin/${target}_fuzz: ./dev deps fuzz, then ./dev fuzz"
  exit 77
fi
learnt=$bin/../fuzz/$target
mkdir -p "$learnt"
# Where llvm-19 is installed, stack traces have names.
symbolizer=$(command -v llvm-symbolizer-19 || true)
[ -z "$symbolizer" ] || export ASAN_SYMBOLIZER_PATH=$symbolizer
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
exec "$bin/${target}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
  -error_exitcode=1 -timeout_exitcode=1 -print_final_stats=1 -artifact_prefix="$learnt/failed-" "$learnt" "$here/seeds/$target"
