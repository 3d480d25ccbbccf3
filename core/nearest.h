/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h: "did you mean …": the known name that a mistyped one is closest to. */
#ifndef OPINIA_CORE_NEAREST_H
#define OPINIA_CORE_NEAREST_H

#include <stddef.h>

#include "core/sv.h"

/*
 * Edits (insert, delete, change, swap of neighbours) from one to the other, ASCII case ignored;
 * names above 64 bytes are "far": 65. Optimal string alignment distance.
 */
unsigned edit_distance(struct sv a, struct sv b);

struct nearest {
	struct sv wanted, best;
	unsigned distance;
};

/* Show it every known name; nearest_found() is the best one if it is near enough, else empty. */
struct nearest nearest_to(struct sv wanted);
void nearest_try(struct nearest *n, struct sv name);
struct sv nearest_found(const struct nearest *n);

#endif
