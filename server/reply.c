/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c: an answer with what every answer of ours has. Nobody is told what we run on, and what
 * is wrong only in so far as the status says it. Most answers are the same few bytes: the library's
 * notion of them is kept, which it may send to many at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/inside.h"

static const char *const always[][2] = {
	{ "Cache-Control", "no-store" },
	{ "Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action "
				     "'none'; frame-ancestors 'none'" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Content-Type-Options", "nosniff" },
};

static bool put(struct MHD_Response *m, struct server_field f)
{
	char name[128], value[1024];

	if (f.name.n >= sizeof(name) || f.value.n >= sizeof(value))
		return false;
	for (size_t i = 0; i < f.value.n; i++)
		if ((unsigned char)f.value.p[i] < 0x20)
			return false;
	snprintf(name, sizeof(name), SV_FMT, SV_ARG(f.name));
	snprintf(value, sizeof(value), SV_FMT, SV_ARG(f.value));
	return MHD_add_response_header(m, name, value) == MHD_YES;
}

static bool put_z(struct MHD_Response *m, const char *name, const char *value)
{
	return MHD_add_response_header(m, name, value) == MHD_YES;
}

static struct MHD_Response *make(const struct server_reply *r, bool close)
{
	struct MHD_Response *m = MHD_create_response_from_buffer(
		r->body.n, (void *)(uintptr_t)r->body.p, MHD_RESPMEM_MUST_COPY);
	bool good = m != NULL;

	for (size_t i = 0; good && i < sizeof(always) / sizeof(always[0]); i++)
		good = put_z(m, always[i][0], always[i][1]);
	if (good && r->body.n)
		good = put_z(m, "Content-Type",
			     r->content_type ? r->content_type
					     : "text/plain; charset=utf-8");
	for (size_t i = 0; good && i < r->header_count; i++)
		good = put(m, r->headers[i]);
	if (good && close)
		good = put_z(m, "Connection", "close");
	if (good)
		return m;
	if (m)
		MHD_destroy_response(m);
	return NULL;
}

/* ---- those that are kept ----------------------------------------------------------- */

enum { KEPT_REPLIES = 8, KEPT_BYTES = 64 };

struct kept_reply {
	char body[KEPT_BYTES], type[KEPT_BYTES];
	size_t n;
	struct MHD_Response *made; /* NULL: nothing is kept here */
};

struct kept_replies {
	pthread_rwlock_t lock; /* who sends one that is there only reads */
	struct kept_reply all[KEPT_REPLIES];
	size_t next; /* where the next one goes */
};

struct kept_replies *replies_new(void)
{
	struct kept_replies *k = calloc(1, sizeof(*k));

	if (k)
		pthread_rwlock_init(&k->lock, NULL);
	return k;
}

void replies_free(struct kept_replies *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < KEPT_REPLIES; i++)
		if (k->all[i].made)
			MHD_destroy_response(k->all[i].made);
	pthread_rwlock_destroy(&k->lock);
	free(k);
}

static bool may_be_kept(const struct server_reply *r)
{
	return r->body.n && r->body.n <= KEPT_BYTES && !r->header_count &&
	       r->content_type && strlen(r->content_type) < KEPT_BYTES;
}

static bool is_kept(const struct kept_reply *k, const struct server_reply *r)
{
	return k->made && k->n == r->body.n && memcmp(k->body, r->body.p, k->n) == 0 &&
	       strcmp(k->type, r->content_type) == 0;
}

static void keep(struct kept_replies *k, const struct server_reply *r,
		 struct MHD_Response *made)
{
	struct kept_reply *to = &k->all[k->next];

	k->next = (k->next + 1) % KEPT_REPLIES;
	if (to->made)
		MHD_destroy_response(to->made); /* who is sent it still has it */
	memcpy(to->body, r->body.p, r->body.n);
	memcpy(to->type, r->content_type, strlen(r->content_type) + 1);
	to->n = r->body.n;
	to->made = made;
}

static struct MHD_Response *find_kept(const struct kept_replies *k,
				      const struct server_reply *r)
{
	for (size_t i = 0; i < KEPT_REPLIES; i++)
		if (is_kept(&k->all[i], r))
			return k->all[i].made;
	return NULL;
}

static enum MHD_Result send_kept(struct kept_replies *k, struct MHD_Connection *c,
				 const struct server_reply *r)
{
	struct MHD_Response *m;
	enum MHD_Result sent = MHD_NO;

	pthread_rwlock_rdlock(&k->lock);
	m = find_kept(k, r);
	if (m)
		sent = MHD_queue_response(c, (unsigned)r->status, m);
	pthread_rwlock_unlock(&k->lock);
	if (m)
		return sent;
	pthread_rwlock_wrlock(&k->lock);
	m = find_kept(k, r); /* another may have been first */
	if (!m) {
		m = make(r, false);
		if (m)
			keep(k, r, m);
	}
	if (m)
		sent = MHD_queue_response(c, (unsigned)r->status, m);
	pthread_rwlock_unlock(&k->lock);
	return sent;
}

enum MHD_Result reply_send(struct opinia_server *s, struct MHD_Connection *c,
			   const struct server_reply *r, bool close)
{
	enum MHD_Result sent = MHD_NO;
	struct MHD_Response *m;

	if (!close && may_be_kept(r))
		return send_kept(s->replies, c, r);
	m = make(r, close);
	if (m) {
		sent = MHD_queue_response(c, (unsigned)r->status, m);
		MHD_destroy_response(m);
	}
	return sent;
}

/* After a refusal nobody knows where the next request would begin. */
enum MHD_Result reply_refuse(struct opinia_server *s, struct MHD_Connection *c,
			     int status)
{
	struct server_reply r = { .status = status };

	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		r.headers[r.header_count++] =
			(struct server_field){ SV("Allow"),
					       SV("GET, HEAD, OPTIONS, POST") };
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		r.headers[r.header_count++] =
			(struct server_field){ SV("Retry-After"), SV("5") };
	return reply_send(s, c, &r, true);
}
