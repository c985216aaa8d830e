#!/usr/bin/env bash
# Redis: the program only. Tests start servers of their own, for they freeze and end them.
# $PURLIN_TEST_REDIS_SERVER, or redis-server on the PATH, or Debian's.
set -euo pipefail
. "$(dirname "$0")/packages.sh"

case "${1:-}" in
  up)
    [ -z "${PURLIN_TEST_REDIS_SERVER:-}" ] || exit 0
    program=$(command -v redis-server) || { install_packages redis-server && program=$(command -v redis-server); } ||
      fail "redis-server was installed, but it is not on the PATH."
    echo "export PURLIN_TEST_REDIS_SERVER='$program'"
    ;;
  down) ;;
  *) fail "usage: redis.sh up|down" ;;
esac
