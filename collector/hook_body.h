/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_body.h: the body of a call as JSON, whatever it came as: JSON, a form (an object of its
 * fields), FreeSWITCH's form around JSON, a CloudEvent in any of its three modes (its data).
 */
#ifndef OPINIA_COLLECTOR_HOOK_BODY_H
#define OPINIA_COLLECTOR_HOOK_BODY_H

#include <jansson.h>

#include "collector/opinia_collector.h"

struct hook_body {
	json_t *json;		   /* json_decref() it */
	struct sv event_of, event; /* a CloudEvent's source and id; empty: it is none */
};

/* 0, or the status to refuse it with and @why (msgid) for the log. What @out views lives in
 * @arena or is owned by its json. */
int hook_body_read(const struct hook_request *q, struct arena *arena,
		   struct hook_body *out, const char **why);

#endif
