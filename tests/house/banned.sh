#!/bin/sh
# Words that have no place here, or not in this room. An exception is a line "file word reason".
exceptions='
'
bad=0
code=$(mktemp) strings=$(mktemp)
trap 'rm -f "$code" "$strings"' EXIT
c_files() { find . -path ./.git -prune -o -path './build*' -prune -o -name '*.[ch]' -print | sort; }
c_files | xargs awk -f tests/house/code.awk | sed 's|^\./||' >"$code"
c_files | xargs awk -v KEEP=1 -f tests/house/code.awk | sed 's|^\./||' >"$strings"

# ban WHY PATTERN [FILES-THAT-MAY]: the pattern is of grep -E, over code without comments
ban() {
	hits=$(grep -nE "^[^:]+:[0-9]+:.*$2" "$code" | cut -d: -f2-)
	[ -z "${3-}" ] || hits=$(printf '%s\n' "$hits" | grep -vE "^($3)")
	hits=$(printf '%s\n' "$hits" | grep .)
	[ -n "$hits" ] || return 0
	while IFS=: read -r file line text; do
		word=$(printf '%s' "$text" | grep -oE "$2" | head -1 | grep -oE '[A-Za-z_/]+' | head -1)
		printf '%s' "$exceptions" | grep -q "^$file $word " && continue
		echo "$file:$line: $1:$text"
		bad=1
	done <<END
$hits
END
}
b='(^|[^A-Za-z0-9_])'

ban 'no length is checked' "${b}(strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strncpy|strncat)\(" 'tests/' # their words are their own
ban 'hidden state or no error' "${b}(strtok|atoi|atol|atof|asctime|ctime|gmtime|localtime|rand|tmpnam)\("
ban 'the stack or the way out is bent' "${b}(alloca|setjmp|longjmp)\("
ban 'a shell in between' "${b}(system|popen)\(" 'tests/'
ban 'say struct' "${b}typedef struct"
ban 'comments are /* */' '//'
ban 'MDB_ is the business of store/' "${b}(MDB_|mdb_)" 'store/|tests/store/|bench/'
ban 'CURLE_ is the business of collector/' "${b}(CURL|curl_)" 'collector/|watch/|tests/collector/'
ban 'MHD_ is the business of server/' "${b}MHD_" 'server/|tests/'
ban 'only cli/ speaks to stdout' "${b}(printf\(|vprintf\(|puts\(|putchar\(|stdout)" 'cli/|tests/|bench/|analyzer/lexc\.c'
ban 'only cli/ speaks to stderr' "${b}(perror\(|stderr)" 'cli/|tests/|bench/|analyzer/lexc\.c'
ban 'only cli/ reads the environment' "${b}(getenv|setenv|putenv)\(" 'cli/|tests/|bench/|core/zone\.c|store/(store|keyfile)\.c'
ban 'only main ends the program' "${b}(exit|_exit|abort|quick_exit)\(" 'cli/main\.c|tests/|bench/|analyzer/lexc\.c'
ban 'tagging has no floats: the same bits on every machine' \
	"(${b}(float|double|strtod|strtof)${b}|<math\.h>|[0-9]\.[0-9])" \
	'(core|collector|metrics|store|report|cli|tests|bench)/|analyzer/((build|lexc)[a-z_]*|learn(_[a-z]+)?)\.[ch]'

# a language is data: no C file of the analyzer knows one by name
grep -E '^analyzer/[a-z_]*\.[ch]:[0-9]+:.*"(ro|pl|en)"' "$strings" | sed 's/$/   <- a language by name/' | grep . && bad=1

# in every text of the repository
texts() {
	find . -path ./.git -prune -o -path './build*' -prune -o -type f \
		\( -name '*.[ch]' -o -name '*.md' -o -name '*.sh' -o -name '*.py' -o -name '*.scd' -o -name '*.cmake' \
		-o -name '*.txt' -o -name '*.json' -o -name '*.yml' -o -path './.ci/*' \) \
		! -path './tests/house/banned.sh' ! -path './lexicons/*' ! -path './contrib/sample/*' \
		! -path './tests/fuzz/corpus*' -print
}
texts | xargs grep -nE '(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)' | sed 's/$/   <- do it, or write it down/' | grep . && bad=1
exit $bad
