/* SPDX-License-Identifier: Apache-2.0 */
/* upgrade.h: bringing a store to the present format, for its own command and for restore.c. */
#ifndef OPINIA_STORE_UPGRADE_H
#define OPINIA_STORE_UPGRADE_H

#include "store/opinia_store.h"

/*
 * As opinia_store_upgrade(), but what comes out is not opened and checked, and no entry is written: the
 * caller does so. The key is not needed.
 */
int upgrade_unproved(const struct opinia_store_options *opt, struct opinia_upgrade *out,
		     struct err *err);

#endif
