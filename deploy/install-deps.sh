#!/usr/bin/env bash
# Installs what Signboard is built from and tested with, on Debian 12 (bookworm).
#   deploy/install-deps.sh            compiler, libraries, test servers
#   deploy/install-deps.sh --runtime  only what `signboard demo` and a build need (no test servers)
# Needs root or sudo. Idempotent: packages already there cost a second.
set -euo pipefail

build=(
  build-essential g++ cmake ninja-build ccache pkg-config git ca-certificates
  libboost1.81-dev libcurl4-openssl-dev libc-ares-dev libgumbo-dev librocksdb-dev
  libprotobuf-dev protobuf-compiler libgrpc++-dev protobuf-compiler-grpc libabsl-dev
  libre2-dev libzstd-dev libbrotli-dev zlib1g-dev libminizip-dev libicu-dev libuchardet-dev
  libopencc-dev libpsl-dev libssl-dev libexpat1-dev
  nlohmann-json3-dev libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev prometheus-cpp-dev
  libcsv-dev libdtl-dev libkainjow-mustache-dev libgtest-dev libgmock-dev libbenchmark-dev tzdata
)
# The fuzzers need clang's runtime; the others are real servers and clients that tests talk to.
test=(clang-16 libclang-rt-16-dev curl nginx-light debian-handbook python3 python3.11-doc
      python3-feedparser python3-aiosmtpd python3-venv
      libboost1.81-doc chromium-headless-shell)
# Other distributions of node bring their own npm, which Debian's would replace.
command -v npm >/dev/null || test+=(nodejs npm)

# What tests import in node, pinned by its lock file, into build/npm.
node_packages() {
  local from to
  from=$(cd "$(dirname "$0")/../tests/interop/node" && pwd)
  to=$from/../../../build/npm
  cmp -s "$from/package-lock.json" "$to/installed.json" && return
  echo "install-deps: installing node packages" >&2
  mkdir -p "$to"
  cp "$from/package.json" "$from/package-lock.json" "$to/"
  (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --silent)
  cp "$from/package-lock.json" "$to/installed.json"
}

# The public Java stubs of URLFrontier, into build/maven, where the machine has java and maven: a test
# of one client is not worth a JDK on every machine, and says so when it is skipped.
java_packages() {
  local from to
  command -v mvn >/dev/null && command -v java >/dev/null || return 0
  from=$(cd "$(dirname "$0")/../tests/interop/java" && pwd)
  to=$from/../../../build/maven
  cmp -s "$from/pom.xml" "$to/installed.xml" && return
  echo "install-deps: fetching java packages" >&2
  mkdir -p "$to"
  rm -f "$to"/*
  to=$(cd "$to" && pwd)
  if mvn -B -q -f "$from/pom.xml" dependency:copy-dependencies -DoutputDirectory="$to" >&2; then
    cp "$from/pom.xml" "$to/installed.xml"
  else
    echo "install-deps: no java packages: the tests with them are skipped" >&2
  fi
}

# What tests run of PyPI, into build/pip, with Debian's own python.
python_packages() {
  local from to
  from=$(cd "$(dirname "$0")/../tests/interop/python" && pwd)
  to=$from/../../../build/pip
  cmp -s "$from/requirements.txt" "$to/installed.txt" && return
  echo "install-deps: installing python packages" >&2
  /usr/bin/python3 -m venv --clear "$to"
  "$to/bin/pip" install --quiet --disable-pip-version-check -r "$from/requirements.txt"
  cp "$from/requirements.txt" "$to/installed.txt"
}

want=("${build[@]}")
[[ ${1:-} == --runtime ]] || want+=("${test[@]}")

missing=()
for p in "${want[@]}"; do
  [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$p" 2>/dev/null) == "ii " ]] || missing+=("$p")
done
if ((${#missing[@]} == 0)); then
  echo "install-deps: all ${#want[@]} packages are here" >&2
  [[ ${1:-} == --runtime ]] || { node_packages; java_packages; python_packages; }
  exit 0
fi

root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "install-deps: run as root, or install sudo" >&2; exit 1; }
  root=(sudo)
fi
echo "install-deps: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -q
# nginx must not start (and take port 80) because a test suite wanted the program.
policy=/usr/sbin/policy-rc.d
made=
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
  "${root[@]}" chmod +x "$policy"
  made=1
fi
status=0
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -q --no-install-recommends "${missing[@]}" || status=$?
[[ -z $made ]] || "${root[@]}" rm -f "$policy"
((status == 0)) || exit "$status"
[[ ${1:-} == --runtime ]] || { node_packages; java_packages; python_packages; }
