#!/usr/bin/env bash
# PostgreSQL: $PURLIN_TEST_POSTGRES_URL, or the server on the usual port, or one of our own.
set -euo pipefail
name=postgres user=postgres
. "$(dirname "$0")/servers.sh"

usual=postgres://postgres@127.0.0.1:5432/postgres

up() {
  if named PURLIN_TEST_POSTGRES_URL; then return; fi
  if command -v psql >/dev/null && psql "$usual" -w -qAtc 'SELECT 1' >/dev/null 2>&1; then
    echo "export PURLIN_TEST_POSTGRES_URL='$usual'"
  else
    own
  fi
}

# programs: the folder with the newest server programs; Debian does not put them on PATH.
programs() {
  local newest
  newest=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$newest" ] || newest=$(command -v initdb) || return 1
  dirname "$newest"
}

own() {
  local bin port
  bin=$(programs) || { install_packages postgresql && bin=$(programs); } ||
    fail "postgresql was installed, but there is no initdb."
  if [ ! -d "$place/data" ]; then
    make_place "$place"
    as_user "$bin/initdb" -D "$place/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
      --no-sync >"$place/made" 2>&1 || { cat "$place/made" >&2 && fail "initdb failed."; }
    # Everybody may enter but who is called guest, for tests of passwords.
    as_user sed -i '1i host all guest 127.0.0.1/32 scram-sha-256' "$place/data/pg_hba.conf"
    free_port >"$place/port"
  fi
  port=$(cat "$place/port")
  patiently start "$bin" "$port" || { tail "$place/log" >&2 && fail "PostgreSQL does not start."; }
  echo "export PURLIN_TEST_POSTGRES_URL='postgres://postgres@127.0.0.1:$port/postgres'"
}

# start PROGRAMS PORT: after a crash it may take a moment until the old server's children are gone.
start() {
  running || as_user "$1/pg_ctl" start -w -D "$place/data" -l "$place/log" \
    -o "-c port=$2 -c listen_addresses=127.0.0.1 -c unix_socket_directories='$place' -c fsync=off \
        -c max_connections=400" \
    >/dev/null 2>&1 </dev/null || return 1
  ln -sf data/postmaster.pid "$place/pid"
}

verb "${1:-}"
