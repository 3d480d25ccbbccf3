/* SPDX-License-Identifier: Apache-2.0 */
/* words.h: the analyzer's words, lent to the store (core/words.h). */
#ifndef OPINIA_CLI_WORDS_H
#define OPINIA_CLI_WORDS_H

#include "analyzer/opinia_analyzer.h"
#include "core/words.h"

struct word_source words_of(const struct opinia_analyzer *analyzer);

/* The scratch of this thread, made on first use; it goes with the thread. NULL: out of memory. */
struct opinia_scratch *words_scratch(const struct opinia_analyzer *analyzer);
void words_scratch_drop(
	void); /* of the calling thread; for the main thread, before it ends */

#endif
