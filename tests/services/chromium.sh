#!/usr/bin/env bash
# Chromium for the browser tests; $PURLIN_TEST_CHROMIUM names another one.
set -euo pipefail
. "$(dirname "$0")/packages.sh"

installed() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

up() {
  local browser=${PURLIN_TEST_CHROMIUM:-}
  if [ -z "$browser" ]; then
    browser=$(installed) || { install_packages chromium && browser=$(installed); } ||
      fail "chromium was installed but is not on PATH."
  fi
  [ -x "$browser" ] || fail "PURLIN_TEST_CHROMIUM is '$browser', and that cannot be run."
  echo "export PURLIN_TEST_CHROMIUM='$browser'"
}

case "${1:-}" in
  up) up ;;
  down) ;; # the tests start and stop the browser themselves
  *) fail "usage: chromium.sh up|down" ;;
esac
