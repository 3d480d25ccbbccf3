/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h: what a subcommand may be told. A row an option; the parser, `--help`, the shell
 * completion and the house test against the man page read the same rows.
 *
 * `--name value`, `--name=value`, `--` ends the options. Names are never abbreviated. An argument that
 * starts with one dash is not an option but a filter term (`-topic:price`), or `-` for a stream; `-h`
 * alone is `--help`.
 */
#ifndef OPINIA_CLI_OPTIONS_H
#define OPINIA_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_CHOICE, OPTION_LIST };

struct option_row {
	const char *name; /* without the dashes                          */
	enum option_type type;
	const char *arg;  /* placeholder; for OPTION_CHOICE "a|b|c"      */
	const char *help; /* msgid, one sentence without a full stop     */
};

struct option_value {
	const struct option_row *row;
	const char *text; /* NULL for a flag */
};

struct options {
	const struct option_row *rows;
	size_t row_count;
	struct option_value *values; /* as given, in order */
	size_t value_count;
	const char **args; /* what is no option, in order */
	size_t arg_count;
};

/* The rows of every command, and those of commands that print rows. */
extern const struct option_row options_common[];
extern const size_t options_common_count;

int options_parse(struct options *out, const struct option_row *rows, size_t row_count,
		  int argc, char **argv, struct arena *arena, struct err *err);

bool option_given(const struct options *o, const char *name);
const char *option_text(const struct options *o, const char *name,
			const char *preset); /* the last one */
long option_number(const struct options *o, const char *name, long preset);
/* The n-th value of a list option, or NULL. */
const char *option_nth(const struct options *o, const char *name, size_t n);

/* All arguments that are no options from @first on, joined by blanks. */
struct sv options_rest(const struct options *o, size_t first, struct arena *arena);

void options_help(FILE *out, const struct option_row *rows, size_t row_count);

#endif
