/* SPDX-License-Identifier: Apache-2.0 */
/*
 * axis.h: what numbers are grouped by: a dimension of the door laid over the bits of a
 * dimension on disk. A raw value (of a bitmap) becomes the group's value (a week for a
 * day), and that a name for people.
 */
#ifndef OPINIA_STORE_AXIS_H
#define OPINIA_STORE_AXIS_H

#include "core/arena.h"
#include "store/dims.h"
#include "store/inside.h"

struct axis {
	enum opinia_dim dim;
	struct sv attr;
	enum bits_dim bits;
	uint32_t low, high; /* raw values                                            */
	bool multi;	    /* a record may be under several values                  */
	bool only_given;    /* a record without value is in no group (topics)        */
	uint8_t *wanted;    /* DIM_ATTR: by number, does the name begin with the key */
	uint32_t wanted_count;
};

/* Lives in @arena. */
int axis_open(struct opinia_snapshot *snap, struct opinia_by by, struct arena *arena,
	      struct axis *out, struct err *err);
/* The group's value for a raw one, never 0; false: not of this axis. */
bool axis_value(const struct axis *a, uint32_t raw, uint32_t *value);
/*
 * Name and order of a group's value (0: none given, the empty name). @names: a cursor of
 * DB_NAMES that is lent. False: memory.
 */
bool axis_name(struct txn_cursor *names, const struct axis *a, uint32_t value,
	       struct arena *arena, struct sv *key, int32_t *order);
/* Compares as tables are sorted; the empty key comes last. */
int axis_compare(struct sv key_a, int32_t order_a, struct sv key_b, int32_t order_b);

#endif
