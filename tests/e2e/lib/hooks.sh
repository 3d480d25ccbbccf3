# shellcheck shell=sh
# hooks.sh: a running `opinia serve`, and calls signed as the services sign them, by openssl. Source
# it behind shop.sh.
# shellcheck disable=SC2154

# A new store that knows the services, also where the program is not beside its maps.
new_hook_store() {
	new_store
	[ -e "$build/maps" ] || { mkdir -p "$OPINIA_STORE/maps.d" && cp "$root"/collector/maps/*.map "$OPINIA_STORE/maps.d/"; }
}

# source_of NAME ADAPTER SECRET SETTINGS…: a section of opinia.conf, its secret in a file
source_of() {
	(umask 077 && printf '%s\n' "$3" >"$work/$1.secret")
	{
		printf '[source %s]\nadapter = %s\nsecret_file = %s\n' "$1" "$2" "$work/$1.secret"
		shift 3
		printf '%s\n' "$@"
	} >>"$OPINIA_STORE/opinia.conf"
}

# serve: start it; $url, $server. Its log is serve.log, those before it are in all.log
serve() {
	touch "$work/serve.log"
	cat "$work/serve.log" >>"$work/all.log"
	: >"$work/serve.log"
	env -u OPINIA_NOW opinia serve --listen 127.0.0.1:0 2>>"$work/serve.log" &
	server=$!
	port=
	for _ in $(seq 100); do
		port=$(sed -n 's/.*listening at port \([0-9]*\).*/\1/p' "$work/serve.log")
		[ -n "$port" ] && break
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	[ -n "$port" ] || { cat "$work/serve.log" >&2; die "it does not listen"; }
	url=http://127.0.0.1:$port
}

# stop: as systemd does
stop() {
	kill "$server"
	code=0
	wait "$server" || code=$?
	[ "$code" -eq 0 ] || { cat "$work/serve.log" >&2; die "serve ended with $code"; }
	server=
}

# mac sha256|sha1 KEY FILE: the bytes
mac() { openssl dgst "-$1" -mac HMAC -macopt "hexkey:$(printf %s "$2" | od -An -v -tx1 | tr -d ' \n')" -binary "$3"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
b64() { base64 -w0; }

# call PATH CURL-ARGS…: the status; the answer in $work/answer
call() {
	path=$1
	shift
	curl -s -m 20 -o "$work/answer" -w '%{http_code}' "$@" "$url/hooks/$path" || :
}
