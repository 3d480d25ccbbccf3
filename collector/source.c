/* SPDX-License-Identifier: Apache-2.0 */
/* source.c: what all adapters may call (adapter.h), apart from what configures them. */
#include <string.h>

#include "collector/adapter.h"

void source_tally(struct source *s, const char *what, uint64_t n)
{
	size_t i = 0;

	while (i < s->tally_count && strcmp(s->tallies[i].what, what) != 0)
		i++;
	if (i == TALLIES_MAX)
		return;
	if (i == s->tally_count)
		s->tallies[s->tally_count++] = (struct source_tally){ what, 0 };
	s->tallies[i].n += n;
}

void steps_ok(struct source_steps *steps, const char *what, const char *detail)
{
	if (steps && steps->tell)
		steps->tell(steps->self, what, detail);
}
