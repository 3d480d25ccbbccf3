/* SPDX-License-Identifier: Apache-2.0 */
/* lexc.c: the compiler of the build: `lexc SRC OUT [OVERLAY…]`; the program has its own door. */
#include <stdio.h>

#include "analyzer/opinia_analyzer.h"

static void tell(void *ctx, const struct opinia_lexicon_note *note)
{
	(void)ctx;
	fprintf(stderr, "%s: %s: %s\n", note->place, note->error ? "error" : "warning",
		note->text);
}

int main(int argc, char **argv)
{
	struct err err = ERR_NONE;

	if (argc < 3) {
		fprintf(stderr, "usage: lexc LEXICONS OUT [OVERLAY...]\n");
		return ERR_USAGE;
	}
	if (opinia_lexicon_compile(argv[1], (const char *const *)argv + 3, argv[2], tell,
				   NULL, &err)) {
		fprintf(stderr, "lexc: %s\n", err.text);
		return (int)err.code;
	}
	return 0;
}
