#!/bin/sh
# What the lexicons promise: enough terms, topics that exist, tabs where they belong.
bad=0 all=$(mktemp)
trap 'rm -f "$all"' EXIT
say() { echo "$*"; bad=1; }
rows() { grep -vE '^(#( |$)|[[:space:]]*$)' "$1"; }
# the terms of a file whose column $2 has them, one a line ("a; b" is two)
terms() { rows "$1" | cut -f"$2" | sed 's/; */\n/g' | grep .; }
at_least() { [ "$2" -ge "$3" ] || say "$1: $2, and $3 were promised"; }

topics=$(rows lexicons/taxonomy.tsv | cut -f1)
asked=$(printf '%s\n' "$topics" | grep -F .) # the 32; others are pseudo-topics
[ "$(printf '%s\n' "$asked" | wc -l)" = 32 ] || say "lexicons/taxonomy.tsv: not 32 topics"
reviews=$(rows lexicons/packs/taxonomy.tsv | cut -f1) # those of the packs
[ "$(printf '%s\n' "$reviews" | wc -l)" = 26 ] || say "lexicons/packs/taxonomy.tsv: not 26 topics"
for f in 'lexicons/taxonomy.tsv 5 6' 'lexicons/packs/taxonomy.tsv 7 7'; do
	least=${f#* }
	rows "${f%% *}" | awk -F '\t' -v f="${f%% *}" -v min="${least% *}" -v max="${least#* }" '
		NF < min || NF > max { print f ": " NF " columns: " $1; bad = 1 }
		$2 == "" || $3 == "" || $4 == "" { print f ": no label: " $1; bad = 1 }
		NF == 7 && $7 !~ /^[a-z_]+(,[a-z_]+)*$/ { print f ": packs of " $1 ": " $7; bad = 1 }
		END { exit bad }' || bad=1
done

for folder in lexicons/*/ lexicons/packs/*/; do
	folder=${folder%/}
	[ "$folder" = lexicons/packs ] && continue
	for f in "$folder"/*.tsv; do
		[ -f "$f" ] || continue
		case $f in
		*/words*.tsv | */phrases*.tsv) columns='2 4' ;;
		*/topics*.tsv) columns='3 5' ;;
		*/shifters.tsv) columns='2 4' ;;
		*/suffixes.tsv) columns='1 2' ;;
		*/nocontent.tsv | */function.tsv) columns='1 1' ;;
		*) columns='2 2' ;;
		esac
		grep -nvE '^(#( |$)|$)' "$f" | awk -F '\t' -v f="$f" -v min="${columns% *}" -v max="${columns#* }" '
			{ row = $0; split($0, no, ":"); sub(/^[0-9]+:/, "", row); n = split(row, c, "\t")
			  if (n < min || n > max) { print f ":" no[1] ": " n " columns, " min " to " max " belong there"; bad = 1 }
			  for (i = 1; i <= n; i++) if (c[i] ~ /^ | $/) { print f ":" no[1] ": a blank beside a tab"; bad = 1 } }
			END { exit bad }' || bad=1
		grep -nE '[şţŞŢ]' "$f" | sed "s|^|$f: cedilla: |" | head -5 | grep . && bad=1
	done
	case $folder in lexicons/packs/*) own=$reviews words='' ;; *) own=$topics words='words phrases' ;; esac
	[ ! -f "$folder/topics.tsv" ] && continue
	lang=${folder##*/}
	[ -s "$folder/SOURCES" ] || say "$folder: no SOURCES"
	for f in $words; do
		rows "$folder/$f.tsv" | awk -F '\t' -v f="$folder/$f.tsv" '
			$2 !~ /^-?[0-4](\.[0-9])?$/ { print f ": weight " $2 " of " $1; bad = 1 }
			$3 !~ /^(-?[0-4](\.[0-9])?)?$/ { print f ": negated weight " $3 " of " $1; bad = 1 }
			$2 + 0 == 0 && $4 !~ /null/ { print f ": weight 0 without null: " $1; bad = 1 }
			END { exit bad }' || bad=1
	done
	cat "$folder"/topics*.tsv >"$all"
	rows "$all" | cut -f1 | sort -u | while read -r topic; do
		printf '%s\n' "$own" | grep -qx -- "$topic" || echo "$folder/topics.tsv: no topic $topic"
	done | grep . && bad=1
	grep -oE 'topics=[^ ]+' "$folder/cases.txt" 2>/dev/null | sed 's/^topics=//' | tr ',' '\n' |
		sed 's/^+//; s/:.*//' | grep -v '^-$' | sort -u | while read -r topic; do
		printf '%s\n' "$own" | grep -qx -- "$topic" || echo "$folder/cases.txt: no topic $topic"
	done | grep . && bad=1

	case $lang in ro | pl) ;; *) continue ;; esac
	least=5 cases=1
	if [ "$words" ]; then
		least=25 cases=250
		at_least "$folder: sentiment terms" "$(rows "$folder/words.tsv" | grep -v null | cut -f1 | sed 's/; */\n/g' | grep -c .)" 2000
		at_least "$folder: phrases" "$(terms "$folder/phrases.tsv" 1 | wc -l)" 200
	fi
	if [ -f "$folder/cases.txt" ]; then
		at_least "$folder: cases" "$(grep -c '^# ' "$folder/cases.txt")" $cases
		awk -v f="$folder/cases.txt" 'BEGIN { RS = ""; FS = "\n" } {
			if (/^#[^\n]*(\n#[^\n]*)*$/) next # a heading
			if (NF != 3 || $1 !~ /^# / || $3 !~ /(^| )(sentiment|topics|lang)=/) {
				print f ": not a block of three lines: " $1; bad = 1 } } END { exit bad }' "$folder/cases.txt" || bad=1
	else
		say "there is no $folder/cases.txt"
	fi
	for topic in $own; do
		case $topic in *.*) ;; *) continue ;; esac
		n=$(rows "$all" | awk -F '\t' -v t="$topic" '$1 == t && $3 != "-"' |
			cut -f2 | sed 's/; */\n/g' | grep -c .)
		at_least "$folder/topics.tsv: $topic" "$n" $least
	done
done
exit $bad
