/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: what the keys that a caller pressed mean. The scale is that of `scale.csat`; keys
 * that do not say their own point are listed: `values.csat = 1=5 2=4 *=10`. A list that names
 * a key from 1 to 9 is complete: other keys mean nothing; one that names only *, # or 0 adds
 * to the digits. Without a list the digits are the point, `10` being ten and `04` nothing;
 * yes/no is 1 for yes and 2 or 0 for no. Nothing is guessed. Pure once made; any thread.
 */
#ifndef OPINIA_COLLECTOR_KEYS_H
#define OPINIA_COLLECTOR_KEYS_H

#include "collector/shape.h"
#include "collector/source_settings.h"
#include "core/record.h"

enum { KEYS_LISTED = 16, KEYS_MAX = 16 };

enum keys_said {
	KEYS_SILENT, /* nothing was pressed */
	KEYS_POINT,
	KEYS_NOTHING, /* something that means nothing */
};

struct key_map {
	struct {
		char pressed[KEYS_MAX];
		uint8_t n;
		int16_t point;
	} at[KEYS_LISTED];
	size_t count;
	bool complete;
};

struct keys {
	struct score scale[SHAPE_SCORES]; /* by field - FIELD_CSAT */
	struct key_map map[SHAPE_SCORES];
};

/* @s NULL: an import, which has no lists. ERR_USAGE, ERR_CONFIG: a scale or a list is wrong. */
int keys_init(struct keys *k, const struct source_settings *s,
	      const struct import_options *o, struct err *err);

/* "csat", "NPS": which score that is, as field - FIELD_CSAT. */
bool keys_find(struct sv name, unsigned *which);

/* A # at the end is how a caller ends, and no key. */
struct sv keys_pressed(struct sv said);
enum keys_said keys_read(const struct keys *k, unsigned which, struct sv said,
			 struct score *out);

/* Can it have come from a telephone's keys? */
bool keys_possible(struct sv said);

#endif
