/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.h: recorded exchanges: a file of requests and their answers, as they went over the
 * wire, one after the other (tests/exchanges/README.md says how they are written).
 */
#ifndef OPINIA_TESTS_FAKE_EXCHANGE_H
#define OPINIA_TESTS_FAKE_EXCHANGE_H

#include <stddef.h>

enum { EXCHANGES_MAX = 16 };

struct exchange {
	const char *method, *target; /* GET, /path?query */
	const char *fields;	     /* request headers, lines */
	const char *body;
	int status;
	const char *answer_fields, *answer;
};

struct exchange_file {
	char *text; /* owns all the above */
	struct exchange at[EXCHANGES_MAX];
	size_t count;
};

/* Aborts with a sentence where the file is none. */
void exchange_read(struct exchange_file *f, const char *path);
void exchange_free(struct exchange_file *f);

#endif
