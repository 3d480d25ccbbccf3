/* SPDX-License-Identifier: Apache-2.0 */
/*
 * analyze_hs.h: Hyperscan as the peer of the analyzer: the same words and stems as literals over
 * text that is folded already. It only finds; what a finding means is left out of its time.
 */
#ifndef OPINIA_BENCH_ANALYZE_HS_H
#define OPINIA_BENCH_ANALYZE_HS_H

#include "analyzer/opinia_analyzer.h"
#include "bench/bench.h"

struct hyper;

/* The words of the lexicon @folders (ended by NULL), folded by @a and compiled. */
struct hyper *hyper_make(const struct opinia_analyzer *a, const char *const *folders);
size_t hyper_literals(const struct hyper *h);
double hyper_compile_seconds(const struct hyper *h);

/* Folds @lines once; each becomes " word word word ". */
void hyper_feed(struct hyper *h, const struct opinia_analyzer *a, const struct sv *lines,
		size_t count);
uint64_t hyper_scan_each(struct hyper *h);   /* a call a comment; returns the matches */
uint64_t hyper_scan_blocks(struct hyper *h); /* 64 KiB a call                        */
uint64_t hyper_tokens(const struct hyper *h);

#endif
