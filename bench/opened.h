/* SPDX-License-Identifier: Apache-2.0 */
/* opened.h: analyzer and store as the program opens them, for the benchmarks that need both. */
#ifndef OPINIA_BENCH_OPENED_H
#define OPINIA_BENCH_OPENED_H

#include "analyzer/opinia_analyzer.h"
#include "bench/bench.h"
#include "bench/rows.h"
#include "store/opinia_store.h"

struct opened {
	struct opinia_analyzer *analyzer;
	struct opinia_store *store;
	struct sv languages[LANG_MAX];
	struct opinia_store_options options;
};

/* @fresh: what is in @dir is thrown away first. */
void opened_open(struct opened *o, const char *lexicon, const char *dir, bool fresh);
void opened_close(struct opened *o);
void opened_remove(const char *dir); /* the store in @dir and its key */

#endif
