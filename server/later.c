/* SPDX-License-Identifier: Apache-2.0 */
/*
 * later.c: requests that are not answered at once. A commit costs a wait for the disk and some work
 * however much is in it, so a thread takes in all that is there, and all that comes while others
 * wait for the disk. The library looks at every connection that has something to read, and then, again
 * and again, at those whose handler queued no answer. In each of these rounds the thread may wait
 * for one of them only, or it would not hear the others.
 */
#include "server/inside.h"

/* For whom this thread waits. A connection stays with its thread. */
static _Thread_local const struct visitor *first;

bool later_done(struct opinia_server *s, struct visitor *v)
{
	if (!first)
		first = v;
	v->waiting = !s->opt.handler.finish(s->opt.handler.self, &v->reply, first == v);
	if (!v->waiting && first == v)
		first = NULL;
	return !v->waiting;
}

void later_end(struct opinia_server *s, struct visitor *v)
{
	while (v->waiting)
		v->waiting = !s->opt.handler.finish(s->opt.handler.self, &v->reply, true);
	if (first == v)
		first = NULL;
}
