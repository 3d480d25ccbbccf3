/* SPDX-License-Identifier: Apache-2.0 */
/* words.h: the analyzer's words, lent to the store (core/words.h). */
#ifndef OPINIA_CLI_WORDS_H
#define OPINIA_CLI_WORDS_H

#include "analyzer/opinia_analyzer.h"
#include "core/words.h"

struct word_source words_of(struct opinia_analyzer *analyzer);

/* The scratch of this thread, made on first use; it goes with the thread. NULL: see @err. */
struct opinia_scratch *words_scratch(struct opinia_analyzer *analyzer, struct err *err);
void words_scratch_drop(
	void); /* of the calling thread; for the main thread, before it ends */

#endif
