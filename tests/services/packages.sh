# Sourced by the scripts beside it: how a missing piece gets onto a Debian machine.
#
# Every script here is called as `NAME.sh up` and `NAME.sh down`.
#   up    uses what the environment names, else what the machine has, else installs (and starts)
#         its own; prints `export KEY='value'` lines for the caller to eval, and nothing else on
#         stdout. A piece that cannot be had is a failure with a sentence, never a skip.
#   down  stops what `up` started, and only that. $PURLIN_TEST_STATE is where it remembers.

# fail SENTENCE: says what is missing and what to do about it, and gives up.
fail() {
  echo "tests: $*" >&2
  exit 1
}

# as_root COMMAND…: runs it as root, directly or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@"
  else
    fail "'$*' needs root, and there is no sudo here; run it yourself and start again."
  fi
}

# install_packages PACKAGE…: installs Debian packages, quietly unless it goes wrong.
install_packages() {
  command -v apt-get >/dev/null ||
    fail "please install $*: this is not a Debian machine, so I cannot do it for you."
  echo "tests: installing $*" >&2
  local log script
  log=$(mktemp)
  # A server that is installed is not started: who needs one starts an own one, and ends it.
  script='
    rc=/usr/sbin/policy-rc.d
    [ -e $rc ] || { trap "rm -f $rc" EXIT && printf "#!/bin/sh\nexit 101\n" >$rc && chmod +x $rc; }
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"'
  if ! as_root sh -ec "$script" sh "$@" >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "could not install $*; apt-get's last words are above."
  fi
  rm -f "$log"
}
