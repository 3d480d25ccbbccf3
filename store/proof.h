/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.h: the evidence of a verdict in about two bytes a piece.
 *
 * A span mostly begins and ends where words of the comment do, weights are mostly tenths
 * and what the lexicon says: so a piece is a step in words, a topic and a weight; whatever
 * is not like that is written in full. docs/formats/store.md has the bits.
 */
#ifndef OPINIA_STORE_PROOF_H
#define OPINIA_STORE_PROOF_H

#include "core/arena.h"
#include "core/record.h"
#include "core/verdict.h"
#include "store/bitcode.h"

/* The topics of pieces are places in the document: 0 sentiment, n its n-th topic. */
void proof_put(struct bit_writer *w, const struct verdict *v, struct sv comment);

/*
 * Reading is done in two steps, because the comment comes after the evidence: first what
 * the bits say, then where the words are. r->bad, or false: damaged.
 */
struct proof_piece {
	uint32_t from, length; /* words or bytes */
	uint8_t mode;
};
struct proof_piece *proof_get(struct bit_reader *r, struct arena *arena,
			      struct evidence *e, size_t count);
bool proof_place(const struct proof_piece *p, struct evidence *e, size_t count,
		 struct sv comment, struct arena *arena);

#endif
