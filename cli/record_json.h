/* SPDX-License-Identifier: Apache-2.0 */
/* record_json.h: a record with all that the store holds of it, nothing replaced, as a JSON object. */
#ifndef OPINIA_CLI_RECORD_JSON_H
#define OPINIA_CLI_RECORD_JSON_H

#include "cli/program.h"

void record_json(struct program *p, const struct opinia_stored *s, struct buf *b);

#endif
