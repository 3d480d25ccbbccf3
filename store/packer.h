/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packer.h: comments made small by zstd with a dictionary.
 *
 * The dictionary is made at init of sample sentences of ours, never of customers' words, and kept in the store: the samples may change later, old stores stay
 * readable.
 */
#ifndef OPINIA_STORE_PACKER_H
#define OPINIA_STORE_PACKER_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

struct packer;	/* the dictionary; any thread             */
struct packing; /* working memory; one thread at a time    */

int packer_train(struct arena *arena, struct sv *dictionary, struct err *err);
struct packer *packer_new(struct sv dictionary); /* NULL: out of memory, or it is none */
void packer_free(struct packer *p);		 /* NULL is fine, like below */

struct packing *packing_new(struct packer *p); /* any thread */
void packing_free(struct packing *w);
/*
 * 0: it does not get smaller than @room; else the bytes written. *bare: the frame's head
 * was left off, because the length of @text tells it.
 */
size_t packing_pack(struct packing *w, struct sv text, void *out, size_t room,
		    bool *bare);
/* False: damaged, or not exactly @n bytes. */
bool packing_unpack(struct packing *w, struct sv packed, bool bare, size_t n,
		    struct arena *arena, struct sv *out);
/* The same letter by letter, which is better for short texts. */
size_t packing_letters(struct packing *w, struct sv text, void *out, size_t room);
bool packing_unletters(struct packing *w, struct sv packed, size_t n, struct arena *arena,
		       struct sv *out);
/* Room for texts that are put together before they are packed. */
struct buf *packing_text(struct packing *w);

/* Ours, of samples.c; and the sentences that the lexicons ship (cmake/Samples.cmake). */
extern const struct sv packer_samples[], packer_sentences[];
extern const size_t packer_sample_count, packer_sentence_count;

#endif
