#!/bin/sh
# Topic packs from the configuration to the answers: import, topics, stats, filters and retag know
# the topics of a pack while it is on; --pack wins over the configuration.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
packs() { printf '[lexicon]\npacks = %s\n' "$1" >"$OPINIA_STORE/opinia.conf"; }
found() { opinia query "$1" --format json | wc -l; }
pair() { opinia explain "$1" --pack "$2" --format json | jq -rc '[.topics[].id]'; }

cat >"$work/hotel.csv" <<'END'
id,date,csat,comment
1,2026-08-20,1,"Pokój był brudny, a do tego karaluchy w łazience."
2,2026-08-21,5,"Śniadania przepyszne, wrócimy!"
3,2026-08-22,2,"Camera murdară și mucegai în baie."
4,2026-08-23,4,"Paczka od kuriera doszła na czas."
END
packs hospitality
exits 0 opinia import "$work/hotel.csv"
same "the branch" "$(found topic:review)" 3
same "one topic" "$(found topic:review.cleanliness)" 2
same "a topic of service beside them" "$(found topic:delivery)" 1
same "complaints" "$(found complaint:review.cleanliness)" 2
same "stats" "$(opinia stats --by topic --format json | jq -r 'select(.topic == "review.cleanliness").n')" 2
printf '[topics]\nmin_n = 1\n' >>"$OPINIA_STORE/opinia.conf"
same "topics" "$(opinia topics --last 30d --format json | jq -r 'select(.topic == "review.cleanliness").complaints')" 2
opinia check >/dev/null || die "the counters are wrong"
# the table of a record names the lexicon with its packs
with=$(opinia explain x --format json | jq -r .lexicon)
[ "$with" != "$(opinia explain x --pack none --format json | jq -r .lexicon)" ] || die "one hash for two choices"
same "the command line wins" "$(pair 'Pokój był brudny.' none)" '[]'
same "another pack" "$(pair 'Pokój był brudny.' electronics)" '[]'

packs none
exits 0 opinia retag
same "the pack is off" "$(found topic:review)" 0
same "and service is as it was" "$(found topic:delivery)" 1
opinia check >/dev/null || die "the counters are wrong after retag"

packs ''
exits 0 opinia query topic:delivery
packs hotels
exits 2 opinia topics
grep -q 'opinia.conf: \[lexicon\] packs.*no topic pack "hotels"' "$work/stderr" || die "not named: $(cat "$work/stderr")"
exits 2 opinia tag --pack hospitalty
grep -q 'did you mean "hospitality"' "$work/stderr" || die "no nearest: $(cat "$work/stderr")"
packs all
mkdir -p "$OPINIA_STORE/lexicons.d/packs/pl"
printf 'review.room\tzburlix*\t1.0\n' >"$OPINIA_STORE/lexicons.d/packs/pl/topics.tsv"
same "a team's own line" "$(pair 'zburlix byl maly' health)" '["review.room"]'
echo "packs speak while they are on"
