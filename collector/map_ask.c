/* SPDX-License-Identifier: Apache-2.0 */
/* map_ask.c: see map_ask.h. */
#include "collector/map_ask.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collector/map_json.h"
#include "core/utf8.h"
#include "core/i18n.h"

enum { URL_MAX = 16384, SAID_MAX = 160, BODY_MAX = 1 << 20 };

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

int64_t map_session_now(const struct map_session *s)
{
	return s->env->now == TIME_NONE ? when_now() : s->env->now;
}

int map_session_open(struct map_session *s, const struct map_bound *bound,
		     const struct collect_env *env, struct err *err)
{
	const struct map *m = bound->map;
	struct http_options o = { .cancel = env->cancel,
				  .ca_file = env->ca_file,
				  .private_ok = source_flag(bound->settings, "private"),
				  .timeout_ms =
					  source_duration_ms(bound->settings, "timeout"),
				  .now = env->now };
	struct sv secrets[SECRETS_MAX] = { { NULL, 0 } };
	size_t n;
	int rc = 0;

	*s = (struct map_session){ .bound = bound, .env = env, .token_until = TIME_NONE };
	arena_init(&s->arena, 1 << 20);
	if (m->auth.style != AUTH_NONE || m->has_login)
		rc = source_secrets(bound->settings, "secret", &s->arena, secrets, &n,
				    err);
	s->secret = secrets[0];
	if (!rc)
		rc = http_open(&s->http, &o, err);
	if (rc)
		map_session_close(s);
	return rc;
}

void map_session_close(struct map_session *s)
{
	http_close(s->http);
	s->http = NULL;
	arena_release(&s->arena);
}

/* ---- the request ------------------------------------------------------------------------- */

static void put_param(struct buf *url, const char *name, struct sv value)
{
	buf_char(url, url->n && memchr(url->p, '?', url->n) ? '&' : '?');
	http_escape(sv_of(name), url);
	buf_char(url, '=');
	buf_sv_put(url, value);
}

static bool replaced(const struct map_ask *over, const char *name)
{
	for (size_t i = 0; over && i < over->query_count; i++)
		if (strcmp(over->query[i].name, name) == 0)
			return true;
	return false;
}

static void put_query(const struct map_ask *ask, const struct map_ask *over,
		      const struct map_fill *fill, struct buf *url)
{
	struct buf value;

	buf_init(&value, URL_MAX);
	for (size_t i = 0; i < ask->query_count; i++) {
		const struct map_named *q = &ask->query[i];

		buf_clear(&value);
		if (!replaced(over, q->name) && map_text_fill(q->value, fill, &value) &&
		    value.n)
			put_param(url, q->name, buf_sv(&value));
		url->failed |= !buf_ok(&value);
	}
	buf_release(&value);
}

/* The secret as a parameter, where it is not there already (an address for the next page). */
static void put_secret(const struct map_session *s, struct buf *url)
{
	const struct map *m = s->bound->map;
	struct buf name, value;

	buf_init(&name, 0);
	buf_init(&value, 0);
	buf_char(&name, url->n && memchr(url->p, '?', url->n) ? '&' : '?');
	http_escape(sv_of(m->auth.name), &name);
	buf_char(&name, '=');
	http_escape(s->secret, &value);
	if (sv_find(buf_sv(url), buf_sv(&name)) < 0)
		put_param(url, m->auth.name, buf_sv(&value));
	buf_release(&name);
	buf_release(&value);
}

static bool auth_here(const struct map_session *s, const struct map_ask *ask)
{
	const struct map *m = s->bound->map;

	return m->auth.style != AUTH_NONE && (!m->has_login || ask == &m->login);
}

int map_session_url(const struct map_session *s, const struct map_ask *ask,
		    const struct map_ask *over, const struct map_fill *fill,
		    struct arena *a, const char **out, struct err *err)
{
	struct map_fill full = *fill;
	struct buf url;
	struct sv kept;
	int rc = 0;

	full.settings = s->bound->settings;
	buf_init(&url, URL_MAX);
	map_text_fill(over && over->url ? over->url : ask->url, &full, &url);
	put_query(ask, over, &full, &url);
	if (over)
		put_query(over, NULL, &full, &url);
	if (!buf_ok(&url))
		rc = err_set(err, ERR_UNAVAILABLE,
			     "the address of a page is longer than %d bytes", URL_MAX);
	else if (!arena_copy(a, buf_sv(&url), &kept))
		rc = no_memory(err);
	else
		*out = kept.p;
	buf_release(&url);
	return rc;
}

struct fields {
	struct http_field at[HTTP_FIELDS_MAX];
	size_t count;
	struct arena *arena;
	bool failed;
};

static void put_field(struct fields *f, const char *name, struct sv value, bool secret)
{
	struct sv kept;

	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
			f->failed = true; /* it would be another header */
	if (f->count == HTTP_FIELDS_MAX || !arena_copy(f->arena, value, &kept))
		f->failed = true;
	else
		f->at[f->count++] = (struct http_field){ name, kept.p, secret };
}

static void put_basic(const struct map_session *s, const struct map_fill *fill,
		      struct fields *f)
{
	const struct map *m = s->bound->map;
	struct buf plain, coded;
	char *room;

	buf_init(&plain, 2 * SECRET_BYTES_MAX);
	buf_init(&coded, 0);
	if (m->auth.user)
		map_text_fill(m->auth.user, fill, &plain);
	buf_char(&plain, ':');
	if (m->auth.password)
		map_text_fill(m->auth.password, fill, &plain);
	else
		buf_sv_put(&plain, s->secret);
	buf_str(&coded, "Basic ");
	room = buf_ok(&plain) ? buf_room(&coded, plain.n / 3 * 4 + 8) : NULL;
	if (room) {
		sodium_bin2base64(room, plain.n / 3 * 4 + 8,
				  (const unsigned char *)plain.p, plain.n,
				  sodium_base64_VARIANT_ORIGINAL);
		buf_took(&coded, strlen(room));
		put_field(f, "Authorization", buf_sv(&coded), true);
	}
	f->failed |= !room;
	buf_release(&plain);
	buf_release(&coded);
}

static void put_auth(const struct map_session *s, const struct map_fill *fill,
		     struct fields *f)
{
	const struct map *m = s->bound->map;
	const char *name = m->auth.style == AUTH_BEARER ? "Authorization" : m->auth.name;
	const char *prefix = m->auth.prefix		    ? m->auth.prefix
			     : m->auth.style == AUTH_BEARER ? "Bearer"
							    : "";
	struct buf value;

	if (m->auth.style == AUTH_BASIC) {
		put_basic(s, fill, f);
		return;
	}
	if (m->auth.style == AUTH_QUERY)
		return;
	buf_init(&value, 2 * SECRET_BYTES_MAX);
	buf_str(&value, prefix);
	if (prefix[0])
		buf_char(&value, ' ');
	buf_sv_put(&value, s->secret);
	put_field(f, name, buf_sv(&value), true);
	buf_release(&value);
}

static void put_headers(const struct map_session *s, const struct map_ask *ask,
			const struct map_fill *fill, bool body, struct fields *f)
{
	bool accept = false, type = false;
	struct buf value;

	buf_init(&value, URL_MAX);
	for (size_t i = 0; i < ask->header_count; i++) {
		const struct map_named *h = &ask->headers[i];

		buf_clear(&value);
		accept |= sv_ieq(sv_of(h->name), SV("accept"));
		type |= sv_ieq(sv_of(h->name), SV("content-type"));
		if (map_text_fill(h->value, fill, &value))
			put_field(f, h->name, buf_sv(&value), fill->token.n > 0);
		f->failed |= !buf_ok(&value);
	}
	buf_release(&value);
	if (!accept)
		put_field(f, "Accept", SV("application/json"), false);
	if (body && !type)
		put_field(f, "Content-Type",
			  ask->content_type ? sv_of(ask->content_type)
					    : SV("application/json"),
			  false);
	if (auth_here(s, ask))
		put_auth(s, fill, f);
}

static int send(struct map_session *s, const struct map_ask *ask,
		const struct map_ask *over, const struct map_fill *fill, const char *url,
		struct arena *a, struct http_answer *answer, struct err *err)
{
	const struct map_text *body = over && over->body ? over->body : ask->body;
	struct fields f = { .arena = a };
	struct http_request q = { .method = ask->method ? "POST" : "GET" };
	struct buf text, address;
	int rc;

	buf_init(&text, BODY_MAX);
	buf_init(&address, URL_MAX);
	if (body && ask->method)
		map_text_fill(body, fill, &text);
	put_headers(s, ask, fill, text.n > 0, &f);
	buf_str(&address, url);
	if (auth_here(s, ask) && s->bound->map->auth.style == AUTH_QUERY)
		put_secret(s, &address);
	q.url = address.p;
	q.fields = f.at;
	q.field_count = f.count;
	q.body = buf_sv(&text);
	if (f.failed || !buf_ok(&text) || !buf_ok(&address))
		rc = err_set(err, ERR_CONFIG,
			     "a header or body cannot be sent: too long, too many, or a "
			     "control character is in a setting, secret or token");
	else
		rc = http_ask(s->http, &q, a, answer, err);
	buf_release(&text);
	buf_release(&address);
	return rc;
}

/* Again after "too often", as long as one pull may wait. */
static int send_patiently(struct map_session *s, const struct map_ask *ask,
			  const struct map_ask *over, const struct map_fill *fill,
			  const char *url, struct arena *a, struct http_answer *answer,
			  struct err *err)
{
	for (;;) {
		int rc = send(s, ask, over, fill, url, a, answer, err);

		s->again_ms = rc ? 0 : answer->again_ms;
		if (rc || (answer->status != 429 && answer->status != 503) ||
		    s->waited_ms + answer->again_ms > MAP_WAIT_MAX_MS)
			return rc;
		s->waited_ms +=
			answer->again_ms > MS_SECOND ? answer->again_ms : MS_SECOND;
		if (cancel_sleep(s->env->cancel, answer->again_ms))
			return cancel_said(err);
	}
}

/* ---- what the answer means --------------------------------------------------------------- */

struct sv map_session_said(const struct map_session *s, const json_t *whole,
			   struct arena *a)
{
	struct map_at at = { .item = whole, .whole = whole };
	struct sv out = { NULL, 0 };
	struct cell cell;
	struct buf tame;

	if (!whole || !s->bound->map->error ||
	    map_expr_value(s->bound->map->error, &at, JOIN_FIRST, a, &cell))
		return out;
	buf_init(&tame, 0);
	utf8_tame(utf8_clip(cell_trim(cell.text), SAID_MAX), &tame);
	if (!buf_ok(&tame) || !arena_copy(a, buf_sv(&tame), &out))
		out = (struct sv){ NULL, 0 };
	buf_release(&tame);
	return out;
}

/* [status.N] of the map. False: it says nothing. */
static bool map_says(const struct map_session *s, const struct http_answer *answer,
		     const char *host, int *rc, struct err *err)
{
	const struct map *m = s->bound->map;

	for (size_t i = 0; i < m->status_count; i++) {
		const struct map_status *st = &m->status[i];

		if (st->status != answer->status)
			continue;
		*rc = st->means == MEANS_NONE	? 0
		      : st->means == MEANS_PARK ? ERR_CONFIG
						: ERR_AGAIN;
		if (*rc)
			err_set(err, (enum err_code) * rc, "%s (status %d): %s", host,
				answer->status, st->say ? st->say : "it does not answer");
		return true;
	}
	return false;
}

static int status(const struct map_session *s, const struct http_answer *answer,
		  const char *url, struct arena *a, struct err *err)
{
	struct sv at = http_host(url), said = { NULL, 0 };
	char host[256];
	json_t *whole = NULL;
	struct err why;
	int rc;

	snprintf(host, sizeof(host), SV_FMT, SV_ARG(at));
	if (map_says(s, answer, host, &rc, err))
		return rc;
	rc = http_status(answer, host, err);
	if (answer->body.n < BODY_MAX && !map_json_parse(&whole, answer->body, a, &why))
		said = map_session_said(s, whole, a);
	json_decref(whole);
	if (said.n && err) {
		why = *err;
		return err_set(err, why.code, "%s; it says: " SV_FMT, why.text,
			       SV_ARG(said));
	}
	return rc;
}

/* The JSON of a 2xx. What is none is described, not quoted. */
static int read_json(const struct http_answer *answer, struct arena *a, json_t **out,
		     struct err *err)
{
	struct sv type = utf8_clip(answer->content_type, 60);
	struct err why = ERR_NONE;
	struct buf tame;
	int rc = map_json_parse(out, answer->body, a, &why);

	if (!rc)
		return 0;
	if (rc != ERR_INPUT)
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_init(&tame, 0);
	utf8_tame(type, &tame);
	rc = err_set(err, ERR_UNAVAILABLE,
		     "the answer is %s (content type %s, %zu bytes)", why.text,
		     tame.n ? tame.p : _("not said"), answer->body.n);
	buf_release(&tame);
	return rc;
}

/* ---- login ------------------------------------------------------------------------------- */

static int take_token(struct map_session *s, const json_t *whole, struct err *err)
{
	const struct map *m = s->bound->map;
	struct map_at at = { .item = whole, .whole = whole };
	const json_t *token = map_path_one(m->login_token, &at);
	char room[MAP_NUMBER_MAX];
	struct cell cell;
	struct sv said;

	if ((m->login_good && !map_cond_holds(m->login_good, &at)) || !token ||
	    !map_scalar(token, room, &cell) || !cell.text.n) {
		said = map_session_said(s, whole, &s->arena);
		if (!said.n)
			said = SV("no token");
		return err_set(err, ERR_CONFIG,
			       "not accepted: are the user and the secret right? (it "
			       "says: " SV_FMT ")",
			       SV_ARG(said));
	}
	if (!arena_copy(&s->arena, cell.text, &s->token))
		return no_memory(err);
	s->fresh = true;
	s->token_until =
		m->login_lifetime_ms ? when_now() + m->login_lifetime_ms : TIME_NONE;
	return 0;
}

int map_session_login(struct map_session *s, bool again, struct err *err)
{
	const struct map *m = s->bound->map;
	struct map_fill fill = { .settings = s->bound->settings, .secret = s->secret };
	struct http_answer answer = { 0 };
	json_t *whole = NULL;
	struct arena a;
	const char *url = NULL;
	int rc;

	if (!m->has_login ||
	    (s->token.n && !again &&
	     (s->token_until == TIME_NONE || when_now() < s->token_until)))
		return 0;
	arena_init(&a, 0);
	rc = map_session_url(s, &m->login, NULL, &fill, &a, &url, err);
	if (!rc)
		rc = send_patiently(s, &m->login, NULL, &fill, url, &a, &answer, err);
	if (!rc && (answer.status < 200 || answer.status > 299)) {
		rc = status(s, &answer, url, &a, err);
		rc = rc ? rc : err_set(err, ERR_CONFIG, "the login is not accepted");
	} else if (!rc) {
		rc = read_json(&answer, &a, &whole, err);
	}
	if (!rc)
		rc = take_token(s, whole, err);
	json_decref(whole);
	arena_release(&a);
	return rc ? err_at(err, "login") : 0;
}

/* ---- all of it --------------------------------------------------------------------------- */

int map_session_ask(struct map_session *s, const struct map_ask *ask,
		    const struct map_ask *over, const struct map_fill *fill,
		    const char *url, struct arena *a, struct http_answer *answer,
		    json_t **out, struct err *err)
{
	struct map_fill full = *fill;
	int rc;

	*out = NULL;
	*answer = (struct http_answer){ 0 };
	full.settings = s->bound->settings;
	full.secret = s->secret;
	for (bool again = false;; again = true) {
		const char *at = url;

		rc = map_session_login(s, again, err);
		full.token = s->token;
		if (!rc && !url)
			rc = map_session_url(s, ask, over, &full, a, &at, err);
		if (!rc)
			rc = send_patiently(s, ask, over, &full, at, a, answer, err);
		if (rc)
			return rc;
		if (answer->status == 204)
			return 0; /* nothing there */
		if (answer->status >= 200 && answer->status <= 299)
			return read_json(answer, a, out, err);
		if (answer->status != 401 || !s->bound->map->has_login || s->fresh)
			return status(s, answer, at, a, err);
	}
}
