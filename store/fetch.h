/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.h: opening the sealed part of a document, for opinia_fetch() and the check.
 */
#ifndef OPINIA_STORE_FETCH_H
#define OPINIA_STORE_FETCH_H

#include "store/doc.h"
#include "store/inside.h"
#include "store/secret.h"

/*
 * The words and identities of @d into @arena. *readable is false (and no error) when
 * there is no key or the person was erased. ERR_INPUT: damaged.
 */
int fetch_secret(struct opinia_snapshot *snap, const struct doc *d, struct arena *arena,
		 struct secret *out, bool *readable, struct err *err);

#endif
