/* SPDX-License-Identifier: Apache-2.0 */
/* import.h: an import as the rest of this room sees it: places in it, counted in records. */
#ifndef OPINIA_COLLECTOR_IMPORT_H
#define OPINIA_COLLECTOR_IMPORT_H

#include "collector/opinia_collector.h"

/* The first @records are read and not given out. Before the first pull. */
void import_skip(struct opinia_import *imp, uint64_t records);
/* Records so far, those that were skipped among them. */
uint64_t import_given(const struct opinia_import *imp);

#endif
