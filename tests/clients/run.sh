#!/usr/bin/env bash
# Purpose: start the program, let one foreign client look at it from outside, stop it again.
#
#   tests/clients/run.sh discordjs|discordpy|sandboxjs|sandboxpy|page|pictures BINARY
#
# `pictures` plays the demo in a browser and takes the README's pictures into PICTURES (default .test-parts/page).
# Node packages are looked for in the folder SIAGA_NODE_MODULES (default .test-parts/node/node_modules), Python packages in
# .test-parts/venv; `scripts/test` puts them there. All addresses are on this machine with free ports, all data in a temporary folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if (($# != 2)); then
  echo "Usage: tests/clients/run.sh discordjs|discordpy|sandboxjs|sandboxpy|page|pictures BINARY" >&2
  exit 2
fi
client=$1 binary=$(realpath "$2")
data=$(mktemp -d)
export SIAGA_NODE_MODULES=${SIAGA_NODE_MODULES:-.test-parts/node/node_modules}
server=""

# shellcheck disable=SC2317  # called by the trap
stop() {
  if [[ -n $server ]]; then
    kill -TERM "$server" 2>/dev/null || true
    # It ends by itself; a program that hangs is ended the hard way, and that is said.
    if ! timeout 20 tail --pid="$server" -f /dev/null; then
      echo "The program did not stop within 20 s of SIGTERM." >&2
      kill -KILL "$server" 2>/dev/null || true
    fi
  fi
  rm -rf "$data"
}
trap stop EXIT

# Starts the program in an empty folder and waits for its line of JSON.
start() {
  mkfifo "$data/lines"
  (cd "$data" && exec "$binary" "$@" >lines 2>errors) &
  server=$!
  exec 3<"$data/lines"
  if ! IFS= read -r -t 90 ready <&3; then
    echo "siaga $* did not become ready:" >&2
    cat "$data/errors" >&2
    exit 1
  fi
  printf '%s\n' "$ready" >"$data/ready.json"
}

case $client in
  discordjs | discordpy)
    start demo --no-story --output json --listen 127.0.0.1:0 --sandbox 127.0.0.1:0 --data "$data/state"
    ;;
  pictures)
    start demo --output json --listen 127.0.0.1:0 --sandbox 127.0.0.1:0 --data "$data/state"
    ;;
  sandboxjs | sandboxpy | page)
    start sandbox --output json --listen 127.0.0.1:0
    ;;
  *)
    echo "There is no client $client." >&2
    exit 2
    ;;
esac

status=0
case $client in
  discordjs) timeout 180 node tests/clients/discordjs.mjs "$data/ready.json" examples/payloads || status=$? ;;
  discordpy) timeout 180 .test-parts/venv/bin/python tests/clients/discordpy.py "$data/ready.json" examples/payloads || status=$? ;;
  sandboxjs) timeout 120 node tests/clients/sandbox.mjs "$data/ready.json" || status=$? ;;
  sandboxpy) timeout 120 .test-parts/venv/bin/python tests/clients/sandbox.py "$data/ready.json" || status=$? ;;
  pictures)
    page=$(node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).page)' "$data/ready.json")
    timeout 120 node tests/page/pictures.mjs "$page" "${PICTURES:-.test-parts/page}" || status=$?
    ;;
  page)
    # The page's address, and the token of the bot whose part the check plays.
    read -r page token < <(node -e '
      const ready = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
      console.log(ready.page, ready.bots.find((bot) => bot.name === "siaga").token);' "$data/ready.json")
    timeout 300 node tests/page/check.mjs "$page" .test-parts/page "$token" || status=$?
    ;;
esac
if ((status != 0)); then
  echo "What the program said:" >&2
  cat "$data/errors" >&2
fi
exit "$status"
