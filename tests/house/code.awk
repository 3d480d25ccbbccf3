# code.awk: C as the compiler sees it: comments gone, the insides of strings blanked, so that a
# word in a sentence is not taken for a call. Prints "file:line: code"; with KEEP=1 strings stay.
# A line comment is printed as the code "//".
FNR == 1 { in_comment = 0 }
{
	line = $0
	out = ""
	while (line != "") {
		if (in_comment) {
			at = index(line, "*/")
			if (!at)
				break
			line = substr(line, at + 2)
			in_comment = 0
			continue
		}
		c = substr(line, 1, 1)
		two = substr(line, 1, 2)
		if (two == "/*") {
			in_comment = 1
			line = substr(line, 3)
		} else if (two == "//") {
			out = out "//"
			line = ""
		} else if (c == "\"" || c == "'") {
			body = c
			line = substr(line, 2)
			while (line != "" && substr(line, 1, 1) != c) {
				step = substr(line, 1, 1) == "\\" ? 2 : 1
				body = body substr(line, 1, step)
				line = substr(line, step + 1)
			}
			line = substr(line, 2)
			out = out (KEEP ? body c : c c)
		} else {
			out = out c
			line = substr(line, 2)
		}
	}
	if (out ~ /[^ \t]/)
		printf "%s:%d: %s\n", FILENAME, FNR, out
}
