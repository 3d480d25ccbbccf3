/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_leaves.h: every text, number, true and false of a JSON document with the path to it:
 * variables.csat_score, segments[3].text. Paths over JSON_LEAF_PATH are left out. A file may
 * hold several documents one after the other.
 */
#ifndef OPINIA_COLLECTOR_JSON_LEAVES_H
#define OPINIA_COLLECTOR_JSON_LEAVES_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum { JSON_LEAF_PATH = 256 };

/* The first document of @rest, which moves behind it; empty: there is none. */
struct sv json_first(struct sv *rest);

/* ERR_INPUT: it is no JSON. Views live in the document and in @a; a path only for the call. */
int json_leaves(struct sv document, struct arena *a,
		void (*leaf)(void *self, struct sv path, struct sv value), void *self,
		struct err *err);

#endif
