/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format.h: which layout the store's bytes have. The number and where it stands are the one thing that
 * no later format may change: every program must be able to read it in every store.
 */
#ifndef OPINIA_STORE_FORMAT_H
#define OPINIA_STORE_FORMAT_H

#include "store/txn.h"

enum { STORE_FORMAT = 1 };

/* ERR_CONFIG: no store of ours, or of an opinia before the first release; ERR_INPUT: damaged. */
int format_read(struct txn *t, const char *dir, uint32_t *out, struct err *err);
void format_put(struct txn *t, uint32_t format);
/* Can this program work with it? ERR_CONFIG, with what to do. */
int format_fits(uint32_t format, const char *dir, struct err *err);

#endif
