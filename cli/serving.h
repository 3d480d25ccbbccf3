/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serving.h: what `serve` does with a request. A call of a service is understood, analyzed,
 * landed, and only then answered: who hears 200 may forget it.
 */
#ifndef OPINIA_CLI_SERVING_H
#define OPINIA_CLI_SERVING_H

#include <pthread.h>

#include "cli/configured.h"
#include "server/opinia_server.h"

enum { SERVING_KEYS = SERVER_CONNECTIONS };

struct call;

struct serving {
	struct program *p;
	struct configured_sources sources;
	pthread_rwlock_t
		lock; /* of the sources: a call reads them, a reload changes them */
	const char *public_url; /* without a / at its end */
	bool journal;		/* the log is systemd's: lines begin with their level */
	_Atomic bool refused;	/* the store did not take the last call */
	pthread_mutex_t keys_lock;
	struct sv keys[SERVING_KEYS]; /* Idempotency-Keys being worked on */
	size_t key_count;
	pthread_mutex_t land_lock;
	pthread_cond_t landed;	    /* a landing ended */
	struct call *first, **last; /* calls that wait for the next one, in order */
	size_t rows;		    /* that they bring */
	bool landing;		    /* somebody is at it */
};

int serving_open(struct serving *s, struct program *p, struct err *err);
/* Read opinia.conf anew. On failure what was stays. */
int serving_reload(struct serving *s, const char *config, struct err *err);
void serving_close(struct serving *s);

/* For struct server_handler; any thread. */
void serving_answer(void *self, const struct server_request *q,
		    struct server_reply *reply);
bool serving_finish(void *self, struct server_reply *reply, bool wait);

/* A line of the log. @level as syslog's: 3 error, 4 warning, 6 information. */
void serving_log(const struct serving *s, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
