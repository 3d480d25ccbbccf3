/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline.h: **read second**. The whole program on one page: records come in batches from
 * anywhere, are analyzed and made ready by several threads, and land in the order they came, some
 * batches in one transaction.
 */
#ifndef OPINIA_CLI_PIPELINE_H
#define OPINIA_CLI_PIPELINE_H

#include "analyzer/opinia_analyzer.h"
#include "store/opinia_store.h"

struct pipeline {
	struct opinia_analyzer *analyzer;
	struct opinia_store *store;
	long threads; /* 0: one a core */
	void *source;
	/* Empty @out and fill it; no record and no cursor is the end. Called by one thread. */
	int (*pull)(void *source, struct batch *out, struct err *err);
	/* After each transaction; may be NULL. */
	void (*landed)(void *source, const struct opinia_landing *so_far);
};

/* Until the source is empty. What was pulled before a failure of pull still lands. */
int pipeline_run(struct pipeline *p, struct opinia_landing *total, struct err *err);

/* The verdicts of a batch, in @arena: one a record. Any thread. */
int pipeline_read(struct opinia_analyzer *analyzer, const struct batch *batch,
		  struct arena *arena, struct verdict **out, struct err *err);

#endif
