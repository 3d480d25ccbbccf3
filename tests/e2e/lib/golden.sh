# shellcheck shell=sh
# golden.sh: how a golden store is unpacked, and what it is asked; for tests/golden/make.sh and 29_golden.sh, from
# the folder tests/golden.

# golden_unpack STORE DIR: as DIR/store with its key, the store that the program asks from then on
golden_unpack() {
	mkdir -p "$2/store"
	chmod 700 "$2/store"
	gzip -dc "$1/data.mdb.gz" >"$2/store/data.mdb"
	cp "$1/key" "$2/store.key"
	cp "$1/erased" "$2/store.erased"
	chmod 600 "$2/store/data.mdb" "$2/store.key" "$2/store.erased"
	printf '[source drop]\nadapter = files\npath = /nowhere\n' >"$2/store/opinia.conf"
	OPINIA_STORE=$2/store OPINIA_NOW=2026-06-30 LANGUAGE=en
	export OPINIA_STORE OPINIA_NOW LANGUAGE
}

# golden_answers: all that is kept is read; nothing that today's lexicon would answer
golden_answers() {
	grep -v '^#' questions | while read -r question; do
		echo "== $question"
		eval "$question" 2>&1 || echo "exit status $?"
	done
}
