/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h: who did what with personal data, when and why: only ever appended to, each entry
 * chained to the one before by a keyed digest, the last of which meta knows too. An entry that
 * is changed, moved or taken out is found; an older copy of the whole store is not.
 */
#ifndef OPINIA_STORE_AUDIT_H
#define OPINIA_STORE_AUDIT_H

#include "store/inside.h"

/* Append; fails with @t. @a->number and @a->at are its own: the next number, now. */
void audit_put(struct txn *t, const struct opinia_store *s, const struct opinia_audit *a);

#endif
