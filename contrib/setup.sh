#!/bin/sh
# Installs what Opinia is built and tested with, from Debian 12. Asks dpkg first, so that a second
# run takes no time. `setup.sh build` is enough to build and run; `setup.sh test` adds the tools of the tests;
# `setup.sh bench` the peers of the benchmarks. DuckDB and ClickHouse are not in Debian: their
# libraries come through npm, where there is one, into build-bench (OPINIA_BENCH_BUILD).
set -eu

build='gcc libc6-dev cmake ninja-build pkg-config gettext scdoc tzdata liblmdb-dev
libsodium-dev libpcre2-dev libutf8proc-dev libzstd-dev libxxhash-dev libinih-dev
libcurl4-openssl-dev libssl-dev libjansson-dev libzip-dev libexpat1-dev libgmime-3.0-dev libmicrohttpd-dev
ca-certificates'
test='clang clang-format clang-tidy cppcheck shellcheck valgrind pmccabe mandoc jq python3-minimal expect git
libclang-rt-14-dev libcriterion-dev libcsv-dev libroaring-dev dovecot-imapd dovecot-lmtpd opensmtpd swaks
python3-yaml python3-jsonschema openssl curl procps chromium fonts-dejavu-core'
bench='g++ sqlite3 libsqlite3-dev libhyperscan-dev libjansson-dev libsimdjson-dev valgrind'

case "${1:-build}" in
build) want=$build ;;
test) want="$build $test" ;;
bench) want="$build $bench" ;;
*) echo "usage: setup.sh [build|test|bench]" >&2; exit 2 ;;
esac

# Libraries only, and these versions; without them bench/growth leaves the two out.
peer() { # NAME PACKAGE
	folder=${OPINIA_BENCH_BUILD:-$(dirname "$0")/../build-bench}/peers/$1
	[ "$(cat "$folder/installed" 2>/dev/null)" != "$2" ] || return 0
	echo "Installing: $2" >&2
	mkdir -p "$folder"
	if command -v npm >/dev/null && npm install --prefix "$folder" --no-save --no-package-lock \
		--no-audit --no-fund --ignore-scripts --loglevel=error "$2" >&2; then
		echo "$2" >"$folder/installed"
	else
		echo "setup.sh: $2 cannot be installed (npm): bench/growth will do without $1" >&2
	fi
}
peers() {
	arch=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
	peer duckdb "@duckdb/node-bindings-linux-$arch@1.5.6-r.1"
	peer clickhouse "@chdb/lib-linux-$arch-gnu@26.7.3-stable.1" # 540 MB
}
[ "${1:-build}" != bench ] || peers

missing=
for package in $want; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "setup.sh: needs root or sudo to install:$missing" >&2; exit 1; }
	sudo=sudo
fi
echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq >&2
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
