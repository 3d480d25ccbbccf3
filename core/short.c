/* SPDX-License-Identifier: Apache-2.0 */
/* short.c: see short.h. */
#include "core/short.h"

#include <stdatomic.h>

static atomic_bool was_short;
static _Thread_local unsigned here;

void memory_was_short(void)
{
	atomic_store_explicit(&was_short, true, memory_order_relaxed);
	here++;
}

unsigned memory_short_here(void)
{
	return here;
}

bool memory_short(void)
{
	return atomic_load_explicit(&was_short, memory_order_relaxed);
}
