#!/bin/sh
# A folder that tools write their exports into: collected once, a workbook among them, moved when
# it has landed, and by hand the same maps hold.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

new_store
mkdir "$work/in"
cat >>"$OPINIA_STORE/opinia.conf" <<END

[source nightly]
adapter = files
path = $work/in
settle = 0s
done = move
channel = phone
map.csat = Ocena rozmowy
values.csat = dobrze=5 słabo=1
END
printf 'id;Ocena rozmowy;komentarz\n1;Dobrze;miło i szybko\n2;nie wiem;x\n3;2;drogo\n' >"$work/in/a.csv"
python3 - "$work/in/b.xlsx" <<'END'
import sys, zipfile
cells = [["id", "Ocena rozmowy", "komentarz"], ["4", "słabo", "curierul a întârziat"], ["5", "4", "ok"]]
rows = "".join("<row>%s</row>" % "".join('<c t="str"><v>%s</v></c>' % c for c in row) for row in cells)
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>')
    z.writestr("xl/_rels/workbook.xml.rels", '<R><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></R>')
    z.writestr("xl/s.xml", "<worksheet><sheetData>%s</sheetData></worksheet>" % rows)
END

exits 0 opinia sources test nightly
exits 65 opinia collect --format json nightly
same "new" "$(sum new)" 4
same "set aside" "$(sum rejected)" 1
same "on the telephone" "$(opinia query --count channel:phone)" 4
same "rejected, whole" "$(grep -c '^2;nie wiem;x' "$OPINIA_STORE/rejected/nightly-a.csv.rejected")" 1
[ -e "$work/in/a.csv" ] || die "moved before it was sure that it landed"
exits 0 opinia collect --format json nightly
same "nothing new" "$(sum 'new + .unchanged')" 0
[ -e "$work/in/a.csv" ] && die "not moved"
[ -e "$work/in/done/a.csv" ] || die "a.csv is nowhere"
[ -e "$work/in/done/b.xlsx" ] || die "b.xlsx is nowhere"

# the same file by hand, with the maps of the source: nothing is new
exits 0 opinia import --format json --source nightly "$work/in/done/b.xlsx"
same "by hand, unchanged" "$(sum unchanged)" 2

# a log that grows is read on
printf 'id;Ocena rozmowy\n10;5\n' >"$work/in/log.csv"
exits 0 opinia collect --format json nightly
printf '11;4\n' >>"$work/in/log.csv"
exits 0 opinia collect --format json nightly
same "only what grew" "$(sum 'new + .unchanged')" 1
exits 0 opinia check
echo "collected, moved, by hand the same, and a log read on"
