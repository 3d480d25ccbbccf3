/* SPDX-License-Identifier: Apache-2.0 */
/* age.h: how long something is kept, as people write it: "24 months", "90 days". */
#ifndef OPINIA_CLI_AGE_H
#define OPINIA_CLI_AGE_H

#include "core/when.h"

/*
 * The last day that is older than @text says, on @today. False: it is no such text. *kept: for good
 * (empty, or "never").
 */
bool age_parse(struct sv text, int32_t today, int32_t *last_old, bool *kept);

#endif
