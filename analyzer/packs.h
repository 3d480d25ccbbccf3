/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packs.h: which packs are on, by their names; and the hash of a lexicon with them on, since the
 * same table says more with a pack than without.
 */
#ifndef OPINIA_ANALYZER_PACKS_H
#define OPINIA_ANALYZER_PACKS_H

#include "analyzer/table.h"

struct pack_hash {
	char text[72]; /* "sha256:…" */
};

/* @names: `all`, `none`, or some with commas. ERR_USAGE: no such pack. */
int packs_find(const struct table *t, struct sv names, uint32_t *packs, struct err *err);

/* The table's own hash where none is on. */
void packs_hash(const struct table *t, uint32_t packs, struct pack_hash *out);

#endif
