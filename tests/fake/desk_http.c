/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk_http.c: the desk's door: requests in, answers and faults out, and a log without secrets. A
 * thread a connection, so that one that hangs holds up nobody.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/fake/desk_inside.h"

struct call {
	char body[DESK_BODY_MAX];
	size_t n;
};

/* ---- faults and the log -------------------------------------------------------------------- */

void desk_fail(struct desk *d, enum desk_fault fault, unsigned times)
{
	pthread_mutex_lock(&d->lock);
	d->fault = fault;
	d->faults = times;
	pthread_mutex_unlock(&d->lock);
}

void desk_redirect(struct desk *d, const char *url)
{
	pthread_mutex_lock(&d->lock);
	snprintf(d->redirect, sizeof(d->redirect), "%s", url);
	pthread_mutex_unlock(&d->lock);
}

unsigned desk_asked(struct desk *d)
{
	unsigned n;

	pthread_mutex_lock(&d->lock);
	n = d->asked;
	pthread_mutex_unlock(&d->lock);
	return n;
}

char *desk_log(struct desk *d)
{
	char *log;

	pthread_mutex_lock(&d->lock);
	log = d->log ? d->log : calloc(1, 1);
	d->log = NULL;
	d->log_bytes = 0;
	pthread_mutex_unlock(&d->lock);
	return log;
}

const char *desk_url(const struct desk *d)
{
	return d->url;
}

static void note(struct desk *d, const struct desk_ask *q, const char *fields, int status)
{
	char *query = json_dumps(q->query, JSON_COMPACT);
	size_t room =
		d->log_bytes + strlen(q->path) + strlen(query) + strlen(fields) + 64;
	char *log = realloc(d->log, room);

	if (!log)
		abort();
	d->log = log;
	d->log_bytes += (size_t)snprintf(log + d->log_bytes, room - d->log_bytes,
					 "%s %s %s [%s] %d\n", q->method, q->path, query,
					 fields, status);
	free(query);
}

static enum desk_fault next_fault(struct desk *d)
{
	if (!d->faults)
		return DESK_FINE;
	d->faults--;
	return d->fault;
}

/* ---- the request --------------------------------------------------------------------------- */

static enum MHD_Result take_argument(void *into, enum MHD_ValueKind kind, const char *key,
				     const char *value)
{
	(void)kind;
	json_object_set_new(into, key, json_string(value ? value : ""));
	return MHD_YES;
}

/* The names of the headers, and no value: one of them is the secret. */
static enum MHD_Result take_field(void *into, enum MHD_ValueKind kind, const char *key,
				  const char *value)
{
	char *names = into;
	size_t n = strlen(names);

	(void)kind, (void)value;
	snprintf(names + n, 512 - n, "%s%s", n ? " " : "", key);
	return MHD_YES;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* ---- the answer ---------------------------------------------------------------------------- */

static struct MHD_Response *response(const char *text)
{
	return MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
					       MHD_RESPMEM_MUST_COPY);
}

struct half {
	char *text;
	size_t n;
};

static ssize_t give_half(void *self, uint64_t at, char *out, size_t room)
{
	struct half *h = self;
	size_t left = at < h->n / 2 ? h->n / 2 - (size_t)at : 0;

	if (!left)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	left = left < room ? left : room;
	memcpy(out, h->text + at, left);
	return (ssize_t)left;
}

static void free_half(void *self)
{
	struct half *h = self;

	free(h->text);
	free(h);
}

static struct MHD_Response *half_of(const char *text)
{
	struct half *h = calloc(1, sizeof(*h));

	if (!h)
		abort();
	h->text = strdup(text);
	h->n = strlen(text);
	return MHD_create_response_from_callback(h->n, 4096, give_half, h, free_half);
}

static const char *http_date(char *out, size_t room)
{
	time_t t = time(NULL) + 120;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, room, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return out;
}

/* A fault that has no page in it. */
static struct MHD_Response *refusal(struct desk *d, enum desk_fault fault, int *status)
{
	static const int codes[] = {
		[DESK_401] = 401,	  [DESK_403] = 403,	 [DESK_404] = 404,
		[DESK_429_SECONDS] = 429, [DESK_429_DATE] = 429, [DESK_429_SOON] = 429,
		[DESK_500] = 500,	  [DESK_REDIRECT] = 302
	};
	struct MHD_Response *r;
	char date[64];

	*status = codes[fault];
	r = response(codes[fault] == 429
			     ? "Number of allowed API requests per minute exceeded"
			     : "{\"error\":\"not today\"}");
	if (fault == DESK_429_SECONDS)
		MHD_add_response_header(r, "Retry-After", "120");
	if (fault == DESK_429_SOON)
		MHD_add_response_header(r, "Retry-After", "1");
	if (fault == DESK_429_DATE)
		MHD_add_response_header(r, "Retry-After", http_date(date, sizeof(date)));
	if (fault == DESK_REDIRECT)
		MHD_add_response_header(r, "Location", d->redirect);
	return r;
}

static struct MHD_Response *page(struct desk *d, const struct desk_ask *q,
				 enum desk_fault fault, int *status)
{
	json_t *json = desk_answer(d, q, fault == DESK_ENDLESS, status);
	char *text = json_dumps(json, JSON_COMPACT);
	struct MHD_Response *r;

	json_decref(json);
	if (fault == DESK_BROKEN_JSON)
		text[strlen(text) / 2] = 0;
	r = fault == DESK_HALF ? half_of(text) : response(text);
	MHD_add_response_header(r, "Content-Type", "application/json; charset=utf-8");
	free(text);
	return r;
}

static bool admitted(const struct desk *d, struct MHD_Connection *c)
{
	const struct desk_vendor *v = d->vendor;
	const char *extra = v->header ? header(c, v->header) : NULL;

	return desk_admits(v, v->auth ? header(c, v->auth) : NULL) &&
	       (!v->header || (extra && strcmp(extra, v->header_value) == 0));
}

static enum MHD_Result answer(struct desk *d, struct MHD_Connection *c,
			      const struct desk_ask *q)
{
	char fields[512] = "";
	struct MHD_Response *r;
	enum desk_fault fault;
	enum MHD_Result rc;
	int status = 200;

	MHD_get_connection_values(c, MHD_HEADER_KIND, take_field, fields);
	pthread_mutex_lock(&d->lock);
	d->asked++;
	fault = next_fault(d);
	while (fault == DESK_HANG && !d->closed)
		pthread_cond_wait(&d->closing, &d->lock);
	if (fault >= DESK_401 && fault <= DESK_REDIRECT)
		r = refusal(d, fault, &status);
	else if (fault == DESK_HTML)
		r = response("<!DOCTYPE html><title>Sign in</title><p>Please sign in");
	else if (!admitted(d, c))
		r = refusal(d, DESK_401, &status);
	else
		r = page(d, q, fault, &status);
	note(d, q, fields, status);
	pthread_mutex_unlock(&d->lock);
	rc = MHD_queue_response(c, (unsigned)status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result control(struct desk *d, struct MHD_Connection *c, const char *line)
{
	bool good = desk_control(d, line);
	struct MHD_Response *r = response(good ? "done\n" : "not understood\n");
	enum MHD_Result rc = MHD_queue_response(c, good ? 200 : 400, r);

	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result receive(void *self, struct MHD_Connection *c, const char *path,
			       const char *method, const char *version, const char *data,
			       size_t *size, void **state)
{
	struct desk *d = self;
	struct call *call = *state;
	struct desk_ask q = { .method = method, .path = path };
	enum MHD_Result rc;

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
	if (strcmp(path, "/_control") == 0)
		return control(d, c, call->body);
	q.query = json_object();
	q.body = json_loadb(call->body, call->n, JSON_REJECT_DUPLICATES, NULL);
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_argument, q.query);
	rc = answer(d, c, &q);
	json_decref(q.query);
	json_decref(q.body);
	return rc;
}

static void done(void *self, struct MHD_Connection *c, void **state,
		 enum MHD_RequestTerminationCode why)
{
	(void)self, (void)c, (void)why;
	free(*state);
	*state = NULL;
}

void desk_listen(struct desk *d)
{
	struct sockaddr_in at = { .sin_family = AF_INET };

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	d->daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0, NULL,
		NULL, receive, d, MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_NOTIFY_COMPLETED,
		done, NULL, MHD_OPTION_END);
	if (!d->daemon) {
		fprintf(stderr, "the desk cannot listen\n");
		abort();
	}
	snprintf(d->url, sizeof(d->url), "http://127.0.0.1:%d",
		 (int)MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
}
