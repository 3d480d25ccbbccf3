/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c: see replay.h. Queries and JSON bodies are compared as values, not as text. */
#include "tests/fake/replay.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake/desk.h"
#include "tests/fake/exchange.h"

enum { STRANGE_MAX = 4096, BODY_MAX = 1 << 16 };

struct replay {
	struct MHD_Daemon *daemon;
	struct exchange_file file;
	char url[64];
	pthread_mutex_t lock; /* all below */
	bool used[EXCHANGES_MAX];
	char strange[STRANGE_MAX];
};

struct call {
	char body[BODY_MAX];
	size_t n;
};

static int hex(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static void decode(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '%' && s[1] && s[2]) {
			*to++ = (char)(hex(s[1]) * 16 + hex(s[2]));
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* "a=1&b=2" as an object of texts. */
static json_t *query_of(const char *target)
{
	const char *from = strchr(target, '?');
	char *text = strdup(from ? from + 1 : ""), *next = text, *p, *value;
	json_t *out = json_object();

	while ((p = strsep(&next, "&"))) {
		value = strchr(p, '=');
		if (!value)
			continue;
		*value++ = 0;
		decode(p);
		decode(value);
		json_object_set_new(out, p, json_string(value));
	}
	free(text);
	return out;
}

static enum MHD_Result take_argument(void *into, enum MHD_ValueKind kind, const char *key,
				     const char *value)
{
	(void)kind;
	json_object_set_new(into, key, json_string(value ? value : ""));
	return MHD_YES;
}

/* A recorded body with the secret in its place. */
static json_t *body_of(const char *text)
{
	const char *mark = strstr(text, "(secret)");
	size_t room = strlen(text) + sizeof(DESK_SECRET);
	char *full = calloc(1, room);
	json_t *out;

	snprintf(full, room, "%.*s%s%s", mark ? (int)(mark - text) : (int)strlen(text),
		 text, mark ? DESK_SECRET : "", mark ? mark + 8 : "");
	out = json_loads(full, 0, NULL);
	free(full);
	return out;
}

static bool same_request(const struct exchange *e, const char *method, const char *path,
			 const json_t *query, const char *body)
{
	size_t n = strcspn(e->target, "?");
	json_t *wanted, *got;
	bool same;

	if (strcmp(e->method, method) != 0 || strncmp(e->target, path, n) != 0 || path[n])
		return false;
	wanted = query_of(e->target);
	same = json_equal(wanted, query);
	json_decref(wanted);
	if (!same || (!*e->body && !*body))
		return same;
	wanted = body_of(e->body);
	got = json_loads(body, 0, NULL);
	same = wanted && got && json_equal(wanted, got);
	json_decref(wanted);
	json_decref(got);
	return same;
}

static const struct exchange *find(struct replay *r, const char *method, const char *path,
				   const json_t *query, const char *body)
{
	const struct exchange *found = NULL;
	char *said;
	size_t n;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->file.count && !found; i++)
		if (same_request(&r->file.at[i], method, path, query, body)) {
			found = &r->file.at[i];
			r->used[i] = true;
		}
	if (!found) {
		said = json_dumps(query, JSON_COMPACT);
		n = strlen(r->strange);
		snprintf(r->strange + n, sizeof(r->strange) - n, "%s %s %s %s\n", method,
			 path, said, body);
		free(said);
	}
	pthread_mutex_unlock(&r->lock);
	return found;
}

static enum MHD_Result receive(void *self, struct MHD_Connection *c, const char *path,
			       const char *method, const char *version, const char *data,
			       size_t *size, void **state)
{
	struct call *call = *state;
	const struct exchange *e;
	struct MHD_Response *out;
	enum MHD_Result rc;
	json_t *query;

	(void)version;
	if (!call) {
		*state = calloc(1, sizeof(*call));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*size) {
		if (call->n + *size >= sizeof(call->body))
			return MHD_NO;
		memcpy(call->body + call->n, data, *size);
		call->n += *size;
		*size = 0;
		return MHD_YES;
	}
	query = json_object();
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_argument, query);
	e = find(self, method, path, query, call->body);
	json_decref(query);
	out = MHD_create_response_from_buffer(e ? strlen(e->answer) : 0,
					      e ? (void *)(uintptr_t)e->answer : NULL,
					      MHD_RESPMEM_PERSISTENT);
	rc = MHD_queue_response(c, e ? (unsigned)e->status : 599, out);
	MHD_destroy_response(out);
	return rc;
}

static void done(void *self, struct MHD_Connection *c, void **state,
		 enum MHD_RequestTerminationCode why)
{
	(void)self, (void)c, (void)why;
	free(*state);
	*state = NULL;
}

struct replay *replay_open(const char *file)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct replay *r = calloc(1, sizeof(*r));

	exchange_read(&r->file, file);
	pthread_mutex_init(&r->lock, NULL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->daemon =
		MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, receive,
				 r, MHD_OPTION_SOCK_ADDR, &at,
				 MHD_OPTION_NOTIFY_COMPLETED, done, NULL, MHD_OPTION_END);
	if (!r->daemon)
		abort();
	snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%d",
		 (int)MHD_get_daemon_info(r->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	return r;
}

void replay_close(struct replay *r)
{
	MHD_stop_daemon(r->daemon);
	exchange_free(&r->file);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

const char *replay_url(const struct replay *r)
{
	return r->url;
}

size_t replay_left(struct replay *r)
{
	size_t n = 0;

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->file.count; i++)
		n += !r->used[i] &&
		     strcmp(r->file.at[i].target, "/for-the-shape-only") != 0;
	pthread_mutex_unlock(&r->lock);
	return n;
}

const char *replay_strange(struct replay *r)
{
	return r->strange;
}
