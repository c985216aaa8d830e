#!/usr/bin/env bash
# MariaDB: $PURLIN_TEST_MYSQL_URL, or the server on the usual port, or one of our own.
set -euo pipefail
name=mariadb user=mysql
. "$(dirname "$0")/servers.sh"

usual=mysql://root@127.0.0.1:3306

up() {
  if named PURLIN_TEST_MYSQL_URL; then return; fi
  if command -v mariadb >/dev/null && greets 3306; then
    echo "export PURLIN_TEST_MYSQL_URL='$usual'"
  else
    own
  fi
}

# greets PORT: whether root may enter without a password.
greets() {
  mariadb --no-defaults --protocol=tcp -h 127.0.0.1 -P "$1" -u root -e 'SELECT 1' >/dev/null 2>&1
}

# server: the program; it is not on everybody's PATH.
server() { PATH=$PATH:/usr/sbin command -v mariadbd; }

own() {
  local program port
  program=$(server) || { install_packages mariadb-server && program=$(server); } ||
    fail "mariadb-server was installed, but there is no mariadbd."
  if [ ! -d "$place/data" ]; then
    make_place "$place"
    as_user mariadb-install-db --no-defaults --datadir="$place/data" --skip-test-db \
      --auth-root-authentication-method=normal >"$place/made" 2>&1 ||
      { cat "$place/made" >&2 && fail "mariadb-install-db failed."; }
    free_port >"$place/port"
  fi
  port=$(cat "$place/port")
  running || start "$program" "$port"
  patiently greets "$port" || { tail "$place/log" >&2 && fail "MariaDB does not start."; }
  echo "export PURLIN_TEST_MYSQL_URL='mysql://root@127.0.0.1:$port'"
}

# start PROGRAM PORT: logged at each commit but flushed once a second: loses nothing in a crash.
start() {
  as_user "$1" --no-defaults --datadir="$place/data" --port="$2" --bind-address=127.0.0.1 \
    --socket="$place/socket" --pid-file="$place/pid" --innodb-flush-log-at-trx-commit=2 \
    --innodb-buffer-pool-size=64M --max-connections=400 --skip-log-bin \
    >>"$place/log" 2>&1 </dev/null &
}

verb "${1:-}"
