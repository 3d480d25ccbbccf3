/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.h: small things that sources need remembered, in the database `cursor`: where a source
 * stands, what was answered to a delivery, how a source is doing. Each has its checksum.
 */
#ifndef OPINIA_STORE_KEPT_H
#define OPINIA_STORE_KEPT_H

#include "core/arena.h"
#include "store/keyfile.h"
#include "store/keys.h"
#include "store/txn.h"

enum { KEPT_VALUE_MAX = 1 << 20, NOTE_DIGEST = 16 };

void kept_cursor_key(struct key *k, struct sv source);
void kept_state_key(struct key *k, struct sv source);
/* The id of a delivery may be anything: its keyed digest stands for it. */
void kept_note_key(struct key *k, const struct subkeys *keys, struct sv note);

void kept_put(struct txn *t, const struct key *k, struct sv value);
bool kept_has(struct txn *t, const struct key *k);
/* The empty view when there is none. ERR_INPUT: damaged. */
int kept_get(struct txn *t, const struct key *k, struct arena *arena, struct sv *out,
	     struct err *err);

#endif
