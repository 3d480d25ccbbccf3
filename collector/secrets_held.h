/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secrets_held.h: the secrets of a source that is asked for them with every call: read once, and
 * again as soon as their file is another one, or may be: a changed secret counts at once, an old one
 * no longer.
 */
#ifndef OPINIA_COLLECTOR_SECRETS_HELD_H
#define OPINIA_COLLECTOR_SECRETS_HELD_H

#include "collector/source_settings.h"

struct secrets_held;

struct secrets_held *secrets_held_new(void);	/* NULL: out of memory */
void secrets_held_free(struct secrets_held *h); /* NULL is fine */

/* As source_secrets() of "secret", from any thread; @s is the same each time. The caller wipes @out. */
int secrets_held_get(struct secrets_held *h, const struct source_settings *s,
		     struct arena *arena, struct sv out[SECRETS_MAX], size_t *count,
		     struct err *err);

#endif
