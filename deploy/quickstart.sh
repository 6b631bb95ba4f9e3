#!/usr/bin/env bash
# From a fresh checkout to a crawled site: installs, builds, runs Signboard on the bundled sample
# site, prints what it found and the pages to open. Both servers go on running in the background.
#   deploy/quickstart.sh         do it (again: stops what an earlier call left running)
#   deploy/quickstart.sh stop    stop the servers; the data stays in build/quickstart
set -euo pipefail
cd "$(dirname "$0")/.."

here=build/quickstart
bin=build/release/bin
site=http://www.jingan-gov.example
article=$site/xwzx/jryw/202511/t20251118_5210031.html

stop() {
  for pid_file in "$here"/*.pid; do
    [[ -s $pid_file ]] || continue
    pid=$(<"$pid_file")
    if kill "$pid" 2>/dev/null; then
      for _ in {1..100}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      kill -9 "$pid" 2>/dev/null || true
    fi
    rm -f "$pid_file"
  done
}
die() { echo "quickstart: $*" >&2; tail -n 20 "$here"/*.log >&2 || true; exit 1; }
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# The port itself where nobody has it, else any free one.
port_near() {
  python3 - "$1" <<'PY'
import socket, sys
s = socket.socket()
try:
    s.bind(("127.0.0.1", int(sys.argv[1])))
except OSError:
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])
PY
}
# until_ SECONDS command... : polls four times a second
until_() {
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do ((SECONDS < end)) || return 1; sleep 0.25; done
}

if [[ ${1:-} == stop ]]; then stop; echo "stopped"; exit 0; fi
[[ $# -eq 0 ]] || { sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2; }

./deploy/install-deps.sh
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G} CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake --preset release >/dev/null
cmake --build build/release -j "${JOBS:-$(nproc)}" --target signboard signboard-world

mkdir -p "$here"
stop
rm -rf "$here/data" "$here"/*.log
grpc=$(port_near 7070) http=$(port_near 8080) world=$(free_port)
cat >"$here/signboard.toml" <<TOML
# Made by deploy/quickstart.sh: the sample site, watched every few seconds.
[data]
directory = "$PWD/$here/data"
[frontier]
listen = "127.0.0.1:$grpc"
delay = "20ms"                 # The sample site is ours and on this machine.
hub_interval_start = "3s"
hub_interval_min = "2s"
page_interval_start = "5s"
page_interval_min = "2s"
[crawler]
connect_to = ["*:80=127.0.0.1:$world"]
[crawler.guard]
allow = ["127.0.0.1/32"]
[gateway]
listen = "127.0.0.1:$http"
TOML

# The sample site's time runs 1,800 times as fast as ours: half an hour a second.
"$bin/signboard-world" --listen "127.0.0.1:$world" --speed 1800 >"$here/world.log" 2>&1 &
echo $! >"$here/world.pid"
"$bin/signboard" run --config "$here/signboard.toml" >"$here/signboard.log" 2>&1 &
echo $! >"$here/signboard.pid"
disown -a
export SIGNBOARD_SERVER=127.0.0.1:$grpc
until_ 30 "$bin/signboard" status || die "the server did not start"

"$bin/signboard" seeds add "$site/" --kind government --code 360925
crawled() { (($("$bin/signboard" urls www.jingan-gov.example --ndjson | wc -l) >= 30)); }
until_ 60 crawled || die "the sample site was not crawled within a minute"
# The article is edited on the site on its second day: wait for its second version.
two_versions() { (($("$bin/signboard" versions "$article" --ndjson | wc -l) >= 2)); }
until_ 90 two_versions || die "the edited article was not captured twice"

echo
echo "== what Signboard did"
"$bin/signboard" status
echo
echo "== a page that was edited on its site, both versions kept"
"$bin/signboard" versions "$article"
echo
echo "== the version of now: signboard lookup URL --text"
"$bin/signboard" lookup "$article" --text 2>/dev/null | head -n 8
echo
echo "== open in a browser"
echo "  home page        http://127.0.0.1:$http/"
echo "  that article     http://127.0.0.1:$http/lookup?url=$article"
echo "  try              $bin/signboard --server $SIGNBOARD_SERVER recrawl $site/ --wait 60s"
echo "  stop             ./deploy/quickstart.sh stop"
