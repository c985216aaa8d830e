#!/usr/bin/env bash
# Node.js and npm, for the tests with the stock JavaScript client and for the browser tests.
set -euo pipefail
. "$(dirname "$0")/packages.sh"

oldest=18 # what Debian 12 ships

up() {
  command -v node >/dev/null || install_packages nodejs npm
  command -v npm >/dev/null || install_packages npm
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge "$oldest" ] ||
    fail "node is $(node --version), the tests need $oldest or newer."
}

case "${1:-}" in
  up) up ;;
  down) ;; # nothing was started
  *) fail "usage: node.sh up|down" ;;
esac
