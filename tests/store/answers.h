/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.h: everything that a store says, as one number: two stores that give the same one cannot be
 * told apart from outside.
 */
#ifndef OPINIA_TESTS_STORE_ANSWERS_H
#define OPINIA_TESTS_STORE_ANSWERS_H

#include "store/opinia_store.h"

/* All documents and their history, pages, counts, groups, values, persons and the trail. 0 or the code
 * of what could not be answered. */
int answers_of(struct opinia_store *store, uint64_t *out, struct err *err);

#endif
