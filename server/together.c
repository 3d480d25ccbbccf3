/* SPDX-License-Identifier: Apache-2.0 */
/*
 * together.c: requests of one thread that are ended together. A commit costs a wait for the disk
 * and some work however much is in it, so a thread takes in all that is there before it waits
 * once. The library looks at every connection that has something to read, and then again at those
 * whose handler queued no answer: the second look at the first of them ends them all.
 */
#include "server/inside.h"

struct together {
	struct visitor *all[SERVER_TOGETHER];
	size_t count;
};

/* A connection stays with its thread. */
static _Thread_local struct together here;

void together_finish(struct opinia_server *s)
{
	struct server_reply *replies[SERVER_TOGETHER];
	size_t n = here.count;

	here.count = 0;
	for (size_t i = 0; i < n; i++) {
		here.all[i]->waiting = false;
		replies[i] = &here.all[i]->reply;
	}
	if (n)
		s->opt.handler.finish(s->opt.handler.self, replies, n);
}

void together_wait(struct opinia_server *s, struct visitor *v)
{
	v->waiting = true;
	here.all[here.count++] = v;
	if (here.count == SERVER_TOGETHER)
		together_finish(s);
}
