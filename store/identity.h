/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.h: which record is it (the key), and does it still say the same (the content
 * hash).
 */
#ifndef OPINIA_STORE_IDENTITY_H
#define OPINIA_STORE_IDENTITY_H

#include "core/buf.h"
#include "core/record.h"
#include "store/keyfile.h"
#include "store/runs.h"

#define CONTENT_MASK ((1ULL << 40) - 1) /* the hash has five bytes */

/*
 * Fill both. @scratch is working memory; buf_ok(scratch) is false when memory was out.
 * Returns true when the record has no id of any kind, so that a change of it would be a
 * new record.
 */
bool identity_of(const struct subkeys *keys, const struct record *r, struct buf *scratch,
		 uint8_t identity[RUN_DIGEST], uint64_t *content);
uint64_t interaction_digest(const struct subkeys *keys,
			    struct sv interaction); /* 0: none */

#endif
