/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape.h: how this file writes its values (order of dates, decimal comma, scales), and by
 * that a cell becomes a field of a record. Decided once, on a sample (sample.h) and on what
 * was told, then the same for every row: reading a file twice gives the same.
 */
#ifndef OPINIA_COLLECTOR_SHAPE_H
#define OPINIA_COLLECTOR_SHAPE_H

#include "collector/fields.h"
#include "collector/values.h"
#include "collector/opinia_collector.h"
#include "core/arena.h"

enum { SHAPE_SCORES = FIELD_FCR - FIELD_CSAT + 1, SHAPE_WORDS = 128 };

/* A word that is a point of a score: "mulțumit" is 5. */
struct shape_word {
	enum field field;
	struct sv word;
	int16_t value;
	bool absent; /* it says that nothing was answered */
};

struct cell {
	struct sv text; /* UTF-8 */
	bool owned;	/* it is in the arena of the batch already */
	bool number;	/* a JSON number: its decimal mark is the point */
};

struct shape {
	enum channel channel; /* where a row has none */
	const struct zone *zone;
	bool month_first, comma;
	bool month_usual;		  /* month_first, where no day contradicts */
	struct score scale[SHAPE_SCORES]; /* by field - FIELD_CSAT */
	bool told[SHAPE_SCORES];
	bool usual_scale; /* that of csat is the tool's habit, unless points are over it */
	struct shape_word words[SHAPE_WORDS];
	size_t word_count;
	uint64_t unanswered;
};

/* Presets and what was told. ERR_USAGE: an unknown channel, a scale that is none. */
int shape_begin(struct shape *sh, const struct import_options *o, struct err *err);

/* What --scale and --values say; they are borrowed. Told before wins. ERR_USAGE. */
int shape_tell_scale(struct shape *sh, const char *text, struct err *err);
int shape_tell_values(struct shape *sh, const char *text, struct err *err);

/* The point of a score that @text is; *absent: it says that nothing was answered. */
int shape_point(const struct shape *sh, enum field f, struct sv text, struct point *out,
		bool *absent, struct err *err);

/*
 * Put a cell into its field; an absent one is fine. ERR_INPUT: the row is no record, @err
 * begins with the field. ERR_AGAIN: @a is full.
 */
int shape_put(struct shape *sh, struct record *r, const struct meaning *means,
	      struct cell cell, struct arena *a, struct err *err);

struct sv cell_trim(struct sv s); /* ASCII blanks and no-break blanks at both ends */

#endif
