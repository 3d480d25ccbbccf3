/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service.h: a little service on 127.0.0.1 for the tests of maps: it holds items, gives them out in
 * every style of pages, and misbehaves as it is told. It remembers what it was asked.
 */
#ifndef OPINIA_TESTS_COLLECTOR_SERVICE_H
#define OPINIA_TESTS_COLLECTOR_SERVICE_H

#include <criterion/criterion.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"

enum { ITEMS_MAX = 6000, LOG_MAX = 64 };

struct item {
	int id, rating;
	long long at; /* s */
};

struct service {
	struct MHD_Daemon *daemon;
	int port;
	struct item items[ITEMS_MAX];
	int count, size;
	const char *token;     /* must be in the header X-Token; NULL: anybody */
	int logins;	       /* how often somebody logged in */
	int status, times;     /* answer so the next times */
	const char *body;      /* instead of the items, with 200 */
	const char *retry;     /* a Retry-After header */
	bool stuck;	       /* always the first page */
	bool gone;	       /* a cursor is unknown */
	const char *elsewhere; /* next-url leads there */
	char log[LOG_MAX][512];
	int asked;
};

static inline long long service_arg(struct MHD_Connection *c, const char *name,
				    long long unsaid)
{
	const char *v = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);

	return v ? atoll(v) : unsaid;
}

/* Items from the @from-th that is in the window on. */
static inline int service_items(struct service *s, struct MHD_Connection *c, int from,
				int size, struct buf *out)
{
	long long since = service_arg(c, "since", 0);
	int seen = 0, put = 0;

	buf_char(out, '[');
	for (int i = 0; i < s->count && put < size; i++) {
		if (s->items[i].at < since || seen++ < from)
			continue;
		buf_printf(out,
			   "%s{\"id\":%d,\"rating\":%d,\"at\":%lld,\"say\":\"ok %d\"}",
			   put ? "," : "", s->items[i].id, s->items[i].rating,
			   s->items[i].at, s->items[i].id);
		put++;
	}
	buf_char(out, ']');
	return put;
}

/* /number /offset /cursor /nexturl /link /survey /totals /login */
static inline int service_page(struct service *s, struct MHD_Connection *c,
			       const char *url, struct buf *out, char *link)
{
	long long from = service_arg(c, "from", 0);
	int size = s->size, put;

	if (strcmp(url, "/number") == 0)
		from = (service_arg(c, "page", 1) - 1) * size;
	if (s->stuck)
		from = 0;
	if (strcmp(url, "/survey") == 0) {
		buf_str(out, "{\"q\":[{\"id\":\"a\",\"type\":\"rate\",\"range\":5},"
			     "{\"id\":\"b\",\"type\":\"nps\"},{\"id\":\"c\",\"type\":"
			     "\"text\"},"
			     "{\"id\":\"d\",\"type\":\"photo\"}]}");
		return 200;
	}
	if (strcmp(url, "/totals") == 0) {
		buf_str(out, "{\"sent\":100,\"by\":[{\"n\":20},{\"n\":40}]}");
		return 200;
	}
	if (s->gone && from)
		return 404;
	if (strcmp(url, "/number") == 0 || strcmp(url, "/offset") == 0) {
		service_items(s, c, (int)from, size, out);
		return 200;
	}
	buf_str(out, "{\"items\":");
	put = service_items(s, c, (int)from, size, out);
	if (put == size && strcmp(url, "/cursor") == 0)
		buf_printf(out, ",\"next\":\"%lld\"", from + size);
	if (put == size && strcmp(url, "/nexturl") == 0)
		buf_printf(out, ",\"next\":\"%s/nexturl?from=%lld\"",
			   s->elsewhere ? s->elsewhere : "", from + size);
	if (put == size && strcmp(url, "/link") == 0)
		snprintf(link, 200, "<http://127.0.0.1:%d/link?from=%lld>; rel=\"next\"",
			 s->port, from + size);
	buf_char(out, '}');
	return 200;
}

static inline int service_say(struct service *s, struct MHD_Connection *c,
			      const char *url, struct buf *out, char *link)
{
	const char *token = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Token");

	if (strcmp(url, "/login") == 0) {
		s->logins++;
		buf_printf(out, "{\"token\":\"%s\"}", s->token ? s->token : "t");
		return 200;
	}
	if (s->status && s->times-- > 0) {
		buf_str(out, "{\"error\":\"no \\u001b[31mluck\"}");
		return s->status;
	}
	if (s->token && (!token || strcmp(token, s->token) != 0))
		return 401;
	if (s->body && strcmp(url, "/survey") != 0 && strcmp(url, "/totals") != 0) {
		buf_str(out, s->body);
		return 200;
	}
	return service_page(s, c, url, out, link);
}

static inline enum MHD_Result service_answer(void *self, struct MHD_Connection *c,
					     const char *url, const char *method,
					     const char *version, const char *data,
					     size_t *size, void **seen)
{
	struct service *s = self;
	struct MHD_Response *r;
	enum MHD_Result done;
	char link[200] = "";
	struct buf *body, out;
	const char *auth;
	int status;

	(void)version;
	if (!*seen) {
		*seen = body = malloc(sizeof(*body));
		buf_init(body, 0);
		return MHD_YES;
	}
	body = *seen;
	if (*size) {
		buf_put(body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	auth = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
	snprintf(s->log[s->asked % LOG_MAX], sizeof(s->log[0]),
		 "%s %s page=%lld from=%lld since=%lld until=%lld auth=%s %s", method,
		 url, service_arg(c, "page", -1), service_arg(c, "from", -1),
		 service_arg(c, "since", -1), service_arg(c, "until", -1),
		 auth ? auth : "-", body->n ? body->p : "");
	s->asked++;
	buf_init(&out, 0);
	status = service_say(s, c, url, &out, link);
	r = MHD_create_response_from_buffer(out.n, out.p ? out.p : (char *)"",
					    MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header(r, "Content-Type",
				s->body && s->body[0] == '<' ? "text/html"
							     : "application/json");
	if (link[0])
		MHD_add_response_header(r, "Link", link);
	if (s->retry)
		MHD_add_response_header(r, "Retry-After", s->retry);
	done = MHD_queue_response(c, (unsigned)status, r);
	MHD_destroy_response(r);
	buf_release(&out);
	return done;
}

static inline void service_done(void *self, struct MHD_Connection *c, void **seen,
				enum MHD_RequestTerminationCode why)
{
	(void)self;
	(void)c;
	(void)why;
	if (*seen) {
		buf_release(*seen);
		free(*seen);
	}
}

static inline struct service *service_begin(int count, int size)
{
	struct service *s = calloc(1, sizeof(*s));
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	cr_assert(s != NULL && count <= ITEMS_MAX);
	s->count = count;
	s->size = size;
	for (int i = 0; i < count; i++)
		s->items[i] = (struct item){ i + 1, i % 5 + 1, 1795000000 + i * 60 };
	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
				     service_answer, s, MHD_OPTION_SOCK_ADDR, &at,
				     MHD_OPTION_NOTIFY_COMPLETED, service_done, NULL,
				     MHD_OPTION_END);
	cr_assert(s->daemon != NULL);
	s->port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	return s;
}

static inline void service_end(struct service *s)
{
	MHD_stop_daemon(s->daemon);
	free(s);
}

#endif
