/* SPDX-License-Identifier: Apache-2.0 */
/* older.h: makes of a store one that another opinia would have made. */
#ifndef OPINIA_TESTS_STORE_OLDER_H
#define OPINIA_TESTS_STORE_OLDER_H

#include "store/txn.h"

/*
 * "0": all of it becomes format 0; another number: it only says that it is of this format; "before": it
 * says what stores from before the first release do.
 */
int older_make(struct env *env, const char *to, struct err *err);

#endif
