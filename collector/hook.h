/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.h: is this call from whom it says, and when? One signing scheme = one row of the table in
 * hook_schemes.c (reference: the vendors' own pages; opinia-sources(5) lists them). The
 * bytes are those received; comparing takes constant time; any of the source's secrets will do.
 */
#ifndef OPINIA_COLLECTOR_HOOK_H
#define OPINIA_COLLECTOR_HOOK_H

#include "collector/opinia_collector.h"

enum { HOOK_TOLERANCE_S = 300 };

struct hook_proof {
	bool good;
	struct sv
		delivery; /* id of the delivery (webhook-id …); empty: the scheme has none */
	const char *why; /* not good: for the log, without secrets */
};

struct hook_scheme {
	const char *name; /* "standard", "chatwoot", "twilio", … */
	const char *help; /* msgid */
	/* @secrets: as they stand in the file. Views of @out are into @q or @arena. */
	void (*verify)(const struct hook_request *q, const struct sv *secrets,
		       size_t secret_count, struct arena *arena, struct hook_proof *out);
};

const struct hook_scheme *hook_scheme_find(const char *name); /* NULL: none */
const struct hook_scheme *hook_scheme_all(size_t *count);     /* sorted by name */

/* The value of header @name (any case); empty: none, or it came twice. */
struct sv hook_header(const struct hook_request *q, const char *name);

#endif
