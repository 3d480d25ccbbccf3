/* SPDX-License-Identifier: Apache-2.0 */
/*
 * short.h: was memory ever short? Buffers and arenas remember it for the whole process, so that a
 * program whose last cell could not be written does not end as if all were well.
 */
#ifndef OPINIA_CORE_SHORT_H
#define OPINIA_CORE_SHORT_H

#include <stdbool.h>

void memory_was_short(void); /* any thread */
bool memory_short(void);
/* How often in this thread. Who began with another number cannot rely on what was made since:
 * somewhere a thing is missing that only memory kept from being there. */
unsigned memory_short_here(void);

#endif
