/* SPDX-License-Identifier: Apache-2.0 */
/* taxonomy.c: see taxonomy.h. Some sixty topics: a walk is quicker than a table. */
#include "core/taxonomy.h"

int taxonomy_find(const struct taxonomy *t, struct sv id)
{
	for (uint16_t i = 0; i < t->count; i++)
		if (sv_eq(t->topics[i].id, id))
			return i;
	return -1;
}
