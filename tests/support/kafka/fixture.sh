#!/usr/bin/env bash
# ctest's set-up and clean-up of the broker that its tests share: fixture.sh up|down STATE
# Without what a broker needs, `up` is skipped (77), or a failure with STREAMS_REQUIRE_KAFKA=1; the tests do the same.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [ -n "${STREAMS_TEST_BOOTSTRAP:-}" ]; then
  echo "using the broker at $STREAMS_TEST_BOOTSTRAP"
  exit 0
fi
if [ "$1" = up ] && ! "$here/broker.sh" check; then
  [ "${STREAMS_REQUIRE_KAFKA:-}" = 1 ] && exit 1
  exit 77
fi
exec "$here/broker.sh" "$1" "$2"
