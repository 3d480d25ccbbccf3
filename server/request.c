/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c: is this one request, and the same to everybody who reads it? Two lengths, a length
 * beside chunks, two hosts: a proxy in front may see another request there than we do, so they
 * are refused. The library would take them.
 */
#include <string.h>

#include "core/percent.h"
#include "server/inside.h"

enum {
	DRAIN_TIMES = 4,  /* a chunked body is read up to so many times the ceiling */
	KEPT_BODY = 2048, /* bytes that a connection keeps for its next one */
};

void request_forget(struct visitor *v)
{
	if (v->body.cap <= KEPT_BODY) {
		buf_clear(&v->body);
	} else {
		buf_release(&v->body);
		buf_init(&v->body, v->body.max);
	}
	arena_reset(&v->arena);
	v->uri = (struct sv){ NULL, 0 };
	v->asking = false;
	v->begun = v->handed = v->starved = false;
	v->asked.header_count = 0;
}

/* ---- the request line ---------------------------------------------------------------- */

/* @to has room for @from. No NUL, control or backslash, however it is written. */
static bool decode(struct sv from, char *to, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < from.n; i++) {
		int c = (unsigned char)from.p[i];

		if (c == '%') {
			int high = i + 2 < from.n ? hex_digit(from.p[i + 1]) : -1;
			int low = i + 2 < from.n ? hex_digit(from.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = high << 4 | low;
			i += 2;
		}
		if (c < 0x20 || c == 0x7f || c == '\\')
			return false;
		to[(*n)++] = (char)c;
	}
	return true;
}

static bool read_uri(struct visitor *v)
{
	struct sv rest = v->uri, raw = sv_cut(&rest, '?');
	char *path = arena_take(&v->arena, raw.n + 1);
	size_t n;

	if (!path || !raw.n || raw.p[0] != '/' || !decode(raw, path, &n))
		return false;
	path[n] = 0;
	v->asked.path = (struct sv){ path, n };
	v->asked.query = rest;
	for (size_t i = 0; i < rest.n; i++)
		if ((unsigned char)rest.p[i] <= 0x20 || rest.p[i] == 0x7f)
			return false;
	return sv_find(v->asked.path, SV("/../")) < 0 &&
	       !sv_ends(v->asked.path, SV("/.."));
}

/* ---- headers ------------------------------------------------------------------------- */

struct shape {
	struct visitor *v;
	size_t lengths, codings, hosts;
	struct sv length, coding;
	bool full, bad;
};

static enum MHD_Result take_header(void *self, enum MHD_ValueKind kind, const char *key,
				   size_t key_n, const char *value, size_t value_n)
{
	struct shape *s = self;
	struct server_request *q = &s->v->asked;
	struct server_field f = { { key, key_n }, { value ? value : "", value_n } };
	unsigned bad = 0; /* of its own, so that the loops need no memory */

	(void)kind;
	if (sv_ieq(f.name, SV("Content-Length"))) {
		s->lengths++;
		s->length = f.value;
	} else if (sv_ieq(f.name, SV("Transfer-Encoding"))) {
		s->codings++;
		s->coding = f.value;
	} else if (sv_ieq(f.name, SV("Host"))) {
		s->hosts++;
	}
	for (size_t i = 0; i < value_n; i++)
		bad |= ((unsigned char)value[i] < 0x20 && value[i] != '\t') |
		       (value[i] == 0x7f);
	for (size_t i = 0; i < key_n; i++)
		bad |= ((unsigned char)key[i] <= 0x20) | (key[i] == 0x7f);
	s->bad |= bad != 0;
	s->full = q->header_count == SERVER_HEADERS_MAX;
	if (s->full)
		return MHD_NO;
	q->headers[q->header_count++] = f;
	return MHD_YES;
}

static bool digits(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n < 19;
}

/* Would somebody else see another request here? */
static bool is_two_faced(const struct shape *s, bool modern)
{
	if (s->bad || s->lengths > 1 || s->codings > 1 || (s->lengths && s->codings))
		return true;
	if (s->hosts > 1 || (modern && !s->hosts))
		return true;
	return s->codings && (!modern || !sv_ieq(s->coding, SV("chunked")));
}

static int check_shape(const struct shape *s, const char *version, size_t body_max)
{
	int64_t n = 0;

	if (s->full)
		return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
	if (is_two_faced(s, strcmp(version, MHD_HTTP_VERSION_1_1) == 0))
		return MHD_HTTP_BAD_REQUEST;
	if (s->lengths && (!digits(s->length) || !sv_i64(s->length, &n)))
		return MHD_HTTP_BAD_REQUEST;
	return (uint64_t)n > body_max ? MHD_HTTP_CONTENT_TOO_LARGE : 0;
}

static bool method_known(const char *method)
{
	static const char *const known[] = { "GET", "HEAD", "OPTIONS", "POST" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(method, known[i]) == 0)
			return true;
	return false;
}

int request_begin(struct visitor *v, struct MHD_Connection *c, const char *method,
		  const char *version, size_t body_max)
{
	struct shape s = { .v = v };
	int status;

	v->asked.header_count = 0;
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, take_header, &s);
	status = check_shape(&s, version, body_max);
	if (status)
		return status;
	if (!read_uri(v))
		return MHD_HTTP_BAD_REQUEST;
	if (!method_known(method))
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	v->asked.method = sv_of(method);
	v->asked.arena = &v->arena;
	return 0;
}

/* ---- the body ------------------------------------------------------------------------ */

bool request_take(struct visitor *v, const char *p, size_t n, size_t body_max)
{
	/* what is over the ceiling is read a while, so that the caller hears why */
	if (buf_ok(&v->body))
		buf_put(&v->body, p, n);
	if (buf_ok(&v->body))
		return true;
	v->asked.body.n += n;
	return v->asked.body.n / DRAIN_TIMES <= body_max;
}

int request_end(struct visitor *v)
{
	if (!buf_ok(&v->body))
		return MHD_HTTP_CONTENT_TOO_LARGE;
	v->asked.body = buf_sv(&v->body);
	v->asked.received_at = when_now();
	return 0;
}
