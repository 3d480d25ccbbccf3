/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c: an answer with what every answer of ours has. Nobody is told what we run on, and what
 * is wrong only in so far as the status says it.
 */
#include <stdio.h>

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

enum MHD_Result reply_send(struct MHD_Connection *c, const struct server_reply *r,
			   bool close)
{
	struct MHD_Response *m = MHD_create_response_from_buffer(
		r->body.n, (void *)(uintptr_t)r->body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result sent = MHD_NO;
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
		sent = MHD_queue_response(c, (unsigned)r->status, m);
	if (m)
		MHD_destroy_response(m);
	return sent;
}

/* After a refusal nobody knows where the next request would begin. */
enum MHD_Result reply_refuse(struct MHD_Connection *c, int status)
{
	struct server_reply r = { .status = status };

	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		r.headers[r.header_count++] =
			(struct server_field){ SV("Allow"),
					       SV("GET, HEAD, OPTIONS, POST") };
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		r.headers[r.header_count++] =
			(struct server_field){ SV("Retry-After"), SV("5") };
	return reply_send(c, &r, true);
}
