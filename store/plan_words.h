/* SPDX-License-Identifier: Apache-2.0 */
/* plan_words.h: the words of a filter as probes of the text index. */
#ifndef OPINIA_STORE_PLAN_WORDS_H
#define OPINIA_STORE_PLAN_WORDS_H

#include "store/filter.h"
#include "store/inside.h"
#include "store/text_find.h"

/* ERR_CONFIG: no key or no word source; ERR_USAGE: no word in it. Lives in @arena. */
int plan_words(const struct opinia_store *store, const struct filter_value *v,
	       struct arena *arena, const struct text_probe **probes, size_t *count,
	       struct err *err);

#endif
