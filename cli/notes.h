/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notes.h: dated remarks for charts, out of a CSV file that a person keeps by hand:
 * columns `date`, `kind`, and `text` or one a language (`en`, `ro`, `pl`).
 */
#ifndef OPINIA_CLI_NOTES_H
#define OPINIA_CLI_NOTES_H

#include "core/arena.h"
#include "core/err.h"
#include "core/taxonomy.h"
#include "report/opinia_report.h"

/* ERR_MISSING: no such file; ERR_INPUT: "file:line: …". What comes out lives in @arena.
 * ERR_MISSING: no such file; ERR_INPUT: "file:line: …". What comes out lives in @arena. */
int notes_read(const char *path, enum ui_lang lang, struct arena *arena,
	       struct opinia_note **out, size_t *count, struct err *err);

/* The same, of bytes; @path is only named. */
int notes_parse(struct sv text, const char *path, enum ui_lang lang, struct arena *arena,
		struct opinia_note **out, size_t *count, struct err *err);

#endif
