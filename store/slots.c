/* SPDX-License-Identifier: Apache-2.0 */
/* slots.c: see slots.h. */
#include "store/slots.h"

#include <stdlib.h>

void *slots_grow(void *all, size_t each, uint32_t **slots, size_t *room, size_t first)
{
	size_t next = *room ? 2 * *room : first;
	uint32_t *fresh = calloc(2 * next, sizeof(*fresh));
	void *more = fresh ? realloc(all, next * each) : NULL;

	if (!more) {
		free(fresh);
		return NULL;
	}
	free(*slots);
	*slots = fresh;
	*room = next;
	return more;
}
