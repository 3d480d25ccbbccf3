#!/bin/sh
# The report of customers who write markup, in a real browser: nothing of theirs runs, loads or becomes
# an element; and the page of the sample is whole in all three languages.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh

browser() { # FILE: the DOM after all scripts that there are have run
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
		--disable-component-update --disable-sync --user-data-dir="$work/profile" --virtual-time-budget=3000 \
		--dump-dom "file://$1" 2>/dev/null
}

new_store
python3 - "$work/naughty.csv" <<'EOF'
import csv, sys
hurt = "document.title='pwned'"
comments = [
    f"<script>{hurt}</script>", f"<img src=x onerror=\"{hurt}\">", f"<svg onload={hurt}>", f"'\"><script>{hurt}</script>",
    f"</p></section><iframe src=\"javascript:{hurt}\">", f"<a href=javascript:{hurt}>x</a>", f"</style><script>{hurt}</script>",
    f"<!--<img src=\"--><img src=x onerror={hurt}//\">", f"]]><script>{hurt}</script>", "&lt;b&gt; &amp; &#60;i&#62;",
    f"<details open ontoggle={hurt}>", f"<body onload={hurt}>", "\u202enetto\u202c", "{{7*7}} ${7*7}", "=cmd|' /C calc'!A0",
    f"\" onmouseover=\"{hurt}", f"<math><mtext></table><mglyph><style><img src=x onerror={hurt}>", "null", "undefined", "\ufeff<b>",
]
with open(sys.argv[1], "w", newline="", encoding="utf-8") as f:
    w = csv.writer(f)
    w.writerow(["id", "date", "csat", "channel", "agent", "product", "comment"])
    for i in range(120):
        c = comments[i % len(comments)]
        w.writerow([f"N{i}", f"2026-08-{1 + i % 28:02d}", 1 + i % 3, ("chat", "email", "phone")[i % 3], c[:60], c[:60],
                    c + " nu merge plata cu cardul " + c])
EOF
exits 0 opinia import "$work/naughty.csv"
exits 0 opinia report --last 30d --title "<script>document.title='pwned'</script>" --out "$work/naughty.html"
browser "$work/naughty.html" >"$work/dom"
grep -q '</html>' "$work/dom" || die "the browser shows nothing"
grep -q '<title>pwned' "$work/dom" && die "a script of a customer ran"
for tag in script img iframe object embed link form input video audio base; do
	grep -qi "<${tag}[ >/]" "$work/dom" && die "the page has an element <$tag>"
done
grep -qiE '<[^>]* on[a-z]+=' "$work/dom" && die "an element has an event handler"
grep -q 'nu merge plata' "$work/dom" || die "the customers' words are missing"

new_store
import_sample
for language in en ro pl; do
	exits 0 opinia report --last 90d --lang "$language" --notes "$sample/notes.csv" --out "$work/$language.html"
	browser "$work/$language.html" >"$work/dom"
	grep -q "<html lang=\"$language\"" "$work/dom" || die "$language: the page does not say its language"
	[ "$(grep -o '<svg' "$work/dom" | wc -l)" -ge 5 ] || die "$language: charts are missing"
	[ "$(wc -c <"$work/$language.html")" -lt 300000 ] || die "$language: the page is too large"
	grep -qE 'https?://' "$work/$language.html" && grep -oE 'https?://[^"]*' "$work/$language.html" | grep -qv w3.org &&
		die "$language: the page names another host"
done
cmp -s "$work/ro.html" "$work/pl.html" && die "Romanian and Polish are the same page"
echo "nothing ran; three languages are whole"
