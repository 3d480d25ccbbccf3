/* SPDX-License-Identifier: Apache-2.0 */
/* desk_inside.h: what stands behind struct desk, for desk.c and desk_http.c. */
#ifndef OPINIA_TESTS_FAKE_DESK_INSIDE_H
#define OPINIA_TESTS_FAKE_DESK_INSIDE_H

#include <microhttpd.h>
#include <pthread.h>

#include "tests/fake/exchange.h"
#include "tests/fake/vendor.h"

enum { DESK_ROWS_MAX = 4096, DESK_BODY_MAX = 1 << 16 };

struct desk {
	const struct desk_vendor *vendor;
	struct MHD_Daemon *daemon;
	char url[64], redirect[256];
	json_t *whole, *item; /* as recorded */

	pthread_mutex_t lock; /* all below */
	pthread_cond_t closing;
	bool closed;
	struct desk_row rows[DESK_ROWS_MAX];
	size_t count;
	enum desk_fault fault;
	unsigned faults, asked, added;
	char *log;
	size_t log_bytes;
};

void desk_listen(struct desk *d);
bool desk_admits(const struct desk_vendor *v, const char *given);
json_t *desk_answer(struct desk *d, const struct desk_ask *q, bool endless, int *status);
/* A line of the program's controls (desk_control.c): "add=3", "fail=429". False: not understood. */
bool desk_control(struct desk *d, const char *line);

#endif
