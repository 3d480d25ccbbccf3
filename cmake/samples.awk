# samples.awk: lines of text as the table packer_sentences of store/packer.h; no comments, no
# empty lines.
BEGIN {
	print "#include \"store/packer.h\"\n\nconst struct sv packer_sentences[] = {"
}

/^#/ || /^[[:space:]]*$/ { next }

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\?/, "\\?") # no trigraphs
	printf "\tSV_INIT(\"%s \"),\n", $0
	n++
}

END {
	printf "};\nconst size_t packer_sentence_count = %d;\n", n
}
