/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.h: the last step: what all others found, in the words of core/verdict.h. */
#ifndef OPINIA_ANALYZER_VERDICT_H
#define OPINIA_ANALYZER_VERDICT_H

#include "analyzer/scratch.h"

void verdict_score(const struct opinia_scratch *s, struct verdict *v);
/* After verdict_score(), before anything learned: keeps what was said. */
void verdict_plain(const struct opinia_scratch *s, struct verdict *v);

/* The arrays are in @arena; these return 0, or -1 when it is exhausted. */
int verdict_topics(const struct opinia_scratch *s, struct arena *arena,
		   struct verdict *v);
int verdict_evidence(const struct opinia_scratch *s, struct arena *arena,
		     struct verdict *v);
int verdict_no_content(int topic, struct arena *arena, struct verdict *v);

#endif
