# Sourced by the scripts of database servers beside it. Besides `up` and `down` they know
#   own    an own server whatever else there is, with its files in $PURLIN_TEST_STATE/NAME; after
#          `crash` the same server again, on the same port
#   crash  ends the own server at once, as a loss of power would end the process
# A script sets `name`, and `user` for what runs as root otherwise, before it sources this.
. "$(dirname "$0")/packages.sh"

[ -d "${PURLIN_TEST_STATE:-}" ] || fail "PURLIN_TEST_STATE must name a folder for the servers' files."
place=$PURLIN_TEST_STATE/$name

# as_user COMMAND…: runs it as the user the server runs as; servers refuse to be root.
as_user() {
  if [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"; else "$@"; fi
}

# make_place FOLDER: a folder for the server's user.
make_place() {
  chmod a+x "$PURLIN_TEST_STATE"
  mkdir -p "$1"
  [ "$(id -u)" != 0 ] || chown "$user" "$1"
}

# listens PORT [HOST]: whether somebody does.
listens() { (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null; }

# free_port: one nobody listens on.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  echo "$port"
}

# patiently COMMAND…: until it succeeds; not longer than half a minute.
patiently() {
  local end=$((SECONDS + 30))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# named VARIABLE: whether the environment names a server; then it has to be there.
named() {
  local url=${!1:-} address
  [ -n "$url" ] || return 1
  address=${url#*://} && address=${address%%[/?]*} && address=${address##*@} && address=${address%%,*}
  case "$address" in
    *:*) listens "${address##*:}" "${address%:*}" || fail "$1 is '$url', and nothing listens there." ;;
  esac
}

# ended PID: whether the process is gone.
ended() { ! kill -0 "$1" 2>/dev/null; }

# running [FOLDER]: whether the own server of that folder is.
running() {
  local file=${1:-$place}/pid
  [ -s "$file" ] && ! ended "$(head -n 1 "$file")"
}

# stop SIGNAL [FOLDER]: ends the server of that folder, and waits for its end.
stop() {
  local pid
  running "${2:-}" || return 0
  pid=$(head -n 1 "${2:-$place}/pid")
  kill "-$1" "$pid" 2>/dev/null || true
  patiently ended "$pid" || fail "the own server of $name (process $pid) does not end."
}

# verb UP|DOWN|OWN|CRASH: what the script was called for.
verb() {
  case "$1" in
    up) up ;;
    down) stop TERM ;;
    own) own ;;
    crash) stop KILL ;;
    *) fail "usage: $name.sh up|down|own|crash" ;;
  esac
}
