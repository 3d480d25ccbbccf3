/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program.h: what is open while a command runs: settings, analyzer, store, clock, language,
 * output. The composition root: the only place that knows all rooms.
 */
#ifndef OPINIA_CLI_PROGRAM_H
#define OPINIA_CLI_PROGRAM_H

#include <stdio.h>

#include "analyzer/opinia_analyzer.h"
#include "cli/options.h"
#include "cli/printer.h"
#include "core/cancel.h"
#include "core/settings.h"
#include "core/when.h"
#include "store/opinia_store.h"

struct program {
	struct arena arena; /* lives as long as the command */
	const char *store_dir,
		*key_file; /* key_file: NULL where the usual places serve */
	struct settings *settings;
	struct opinia_analyzer *analyzer;
	struct opinia_store *store;
	struct opinia_snapshot *snap; /* with OPENS_STORE */
	struct zone *own_zone;	      /* where no store is open */
	const struct zone *zone;
	struct sv languages[LANG_MAX];
	uint8_t language_count;
	int64_t now;
	bool fixed_now;		   /* --now or OPINIA_NOW said so */
	const struct cancel *stop; /* of commands that wait; NULL: none */
	enum ui_lang lang;
	enum print_format format;
	FILE *out;	       /* the answer */
	size_t columns;	       /* of the terminal behind `out`, else 0 */
	bool colour, progress; /* colours on `out`; a bar on stderr    */
};

/* @opens: enum opens. On failure everything is closed again. */
int program_open(struct program *p, const struct options *o, unsigned opens,
		 struct err *err);
void program_close(struct program *p);

/* Sets the language of the process out of --lang or the environment; needs no program. */
enum ui_lang program_language(const char *lang);

/* The folder of a data part beside the program ("lexicons", "locale") or where it is installed. */
const char *program_data(const char *part, struct arena *arena);

/* Where `init` and the others look for the store. ERR_USAGE when there is no HOME. */
int program_store_dir(const struct options *o, struct arena *arena, const char **out,
		      struct err *err);
/* Turns on the topic packs of --pack, else those of `[lexicon] packs`. ERR_USAGE, ERR_CONFIG. */
int program_packs(const struct program *p, const struct options *o,
		  struct opinia_analyzer *a, struct err *err);
struct opinia_store_options program_store_options(struct program *p);

int program_printer(struct program *p, const struct column *columns, size_t count,
		    struct printer **out, struct err *err);

/* Under a table, a line for people: dimmed on a terminal; nothing in JSON or CSV. */
void program_remark(struct program *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
