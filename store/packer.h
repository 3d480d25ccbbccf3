/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packer.h: comments made small by zstd with a dictionary.
 *
 * The dictionary is made at init of sample sentences of ours (samples.c), never of
 * customers' words, and kept in the store: the samples may change later, old stores stay
 * readable.
 */
#ifndef OPINIA_STORE_PACKER_H
#define OPINIA_STORE_PACKER_H

#include "core/arena.h"
#include "core/err.h"

struct packer;	/* the dictionary; any thread             */
struct packing; /* working memory; one thread at a time    */

int packer_train(struct arena *arena, struct sv *dictionary, struct err *err);
struct packer *packer_new(struct sv dictionary); /* NULL: out of memory, or it is none */
void packer_free(struct packer *p);		 /* NULL is fine, like below */

struct packing *packing_new(const struct packer *p);
void packing_free(struct packing *w);
/* 0: it does not get smaller than @room; else the bytes written. */
size_t packing_pack(struct packing *w, struct sv text, void *out, size_t room);
/* False: damaged, or more than @max bytes. */
bool packing_unpack(struct packing *w, struct sv packed, size_t max, struct arena *arena,
		    struct sv *out);

extern const struct sv packer_samples[];
extern const size_t packer_sample_count;

#endif
