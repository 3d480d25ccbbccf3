/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gone.h: identities of records that were erased: what comes again under one of them is refused. A
 * keyed digest is all that is left of an id, and it leads nowhere.
 */
#ifndef OPINIA_STORE_GONE_H
#define OPINIA_STORE_GONE_H

#include "store/runs.h"

void gone_put(struct txn *t, const uint8_t digest[RUN_DIGEST]);
bool gone_has(struct txn *t, const uint8_t digest[RUN_DIGEST]);
/* Tells and counts damage; returns how many there are. */
uint64_t gone_verify(struct txn *t, void (*damaged)(void *self, const char *what),
		     void *self);

#endif
