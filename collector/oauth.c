/* SPDX-License-Identifier: Apache-2.0 */
/* oauth.c: see oauth.h. */
#include "collector/oauth.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/oauth_inside.h"
#include "core/buf.h"
#include "core/when.h"

enum { SPARE_MS = 60000 };

struct oauth {
	const struct source_settings *s;
	struct buf token;
	int64_t until_ms; /* of the clock below */
	struct buf refresh,
		instead_of; /* what the service gave last, and for which one */
	bool unwritten;	    /* @refresh is not on the disk yet */
};

/* Goes on while the machine sleeps, and does not jump. */
static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

static bool choice_is(const struct source_settings *s, const char *key, const char *value)
{
	return sv_eq(sv_of(source_text(s, key)), sv_of(value));
}

bool oauth_wanted(const struct source_settings *s)
{
	return source_text(s, "token_url") != NULL;
}

int oauth_open(struct oauth **out, const struct source_settings *s, struct err *err)
{
	const char *url = source_text(s, "token_url");

	*out = NULL;
	if (!url || !http_host(url).n) {
		err_set(err, ERR_CONFIG, "where are access tokens given out?");
		return source_at(s, "token_url", err);
	}
	if (!sv_starts(sv_of(url), SV("https://")) && !source_flag(s, "private")) {
		err_set(err, ERR_CONFIG, "the address must begin with https://");
		return source_at(s, "token_url", err);
	}
	if (!source_text(s, "client_id")) {
		err_set(err, ERR_CONFIG, "it is missing");
		return source_at(s, "client_id", err);
	}
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	(*out)->s = s;
	buf_init(&(*out)->token, OAUTH_TOKEN_MAX);
	buf_init(&(*out)->refresh, OAUTH_TOKEN_MAX);
	buf_init(&(*out)->instead_of, OAUTH_TOKEN_MAX);
	return 0;
}

static void forget(struct buf *b)
{
	if (b->p)
		sodium_memzero(b->p, b->cap);
	buf_release(b);
}

void oauth_forget(struct oauth *o)
{
	forget(&o->token);
	o->until_ms = 0;
}

void oauth_close(struct oauth *o)
{
	if (!o)
		return;
	forget(&o->token);
	forget(&o->refresh);
	forget(&o->instead_of);
	free(o);
}

/* ---- refresh tokens ---------------------------------------------------------------------- */

/* What to show: the first line, unless the service has replaced that very one. */
static struct sv refresh_now(struct oauth *o, struct sv line)
{
	if (o->refresh.n && sv_eq(line, buf_sv(&o->instead_of)))
		return buf_sv(&o->refresh);
	o->unwritten = false; /* somebody signed in anew */
	return line;
}

static int keep_refresh(struct oauth *o, const struct sv *lines, size_t count,
			struct err *err)
{
	struct sv now[SECRETS_MAX];
	const char *path = source_text(o->s, "secret_file");
	int rc;

	if (!path) /* a credential stays as it was lent */
		o->unwritten = false;
	if (!o->unwritten)
		return 0;
	memcpy(now, lines, count * sizeof(*lines));
	now[0] = buf_sv(&o->refresh);
	rc = oauth_write(path, now, count, err);
	o->unwritten = rc != 0;
	return rc ? source_at(o->s, "secret_file", err) : 0;
}

static bool note_refresh(struct oauth *o, struct sv in_file, struct sv shown,
			 struct sv given)
{
	if (!given.n || sv_eq(given, shown))
		return true;
	buf_clear(&o->refresh);
	buf_sv_put(&o->refresh, given);
	buf_clear(&o->instead_of);
	buf_sv_put(&o->instead_of, in_file);
	o->unwritten = true;
	return buf_ok(&o->refresh) && buf_ok(&o->instead_of);
}

/* ---- asking ------------------------------------------------------------------------------ */

static void put_pair(struct buf *b, const char *key, struct sv value)
{
	if (b->n)
		buf_char(b, '&');
	buf_str(b, key);
	buf_char(b, '=');
	http_escape(value, b);
}

static int client_secret(const struct source_settings *s, struct arena *arena,
			 struct sv *out, struct err *err)
{
	struct sv lines[SECRETS_MAX];
	size_t n;
	int rc;

	*out = (struct sv){ NULL, 0 };
	if (!source_text(s, "client_secret_file") &&
	    !source_text(s, "client_secret_credential"))
		return 0;
	rc = source_secrets(s, "client_secret", arena, lines, &n, err);
	if (!rc)
		*out = lines[0];
	return rc;
}

/* "Basic …" of id and secret, each escaped before (RFC 6749, 2.3.1). */
static bool put_basic(struct sv id, struct sv secret, struct arena *arena,
		      const char **out)
{
	struct buf b;
	size_t room;
	char *text;

	buf_init(&b, OAUTH_TOKEN_MAX);
	http_escape(id, &b);
	buf_char(&b, ':');
	http_escape(secret, &b);
	room = sodium_base64_ENCODED_LEN(b.n, sodium_base64_VARIANT_ORIGINAL);
	text = buf_ok(&b) ? arena_take(arena, room) : NULL;
	if (text)
		sodium_bin2base64(text, room, (unsigned char *)b.p, b.n,
				  sodium_base64_VARIANT_ORIGINAL);
	*out = text ? arena_printf(arena, "Basic %s", text) : NULL;
	forget(&b);
	return *out;
}

static void put_grant(const struct source_settings *s, struct sv refresh, struct buf *b)
{
	const char *scope = source_text(s, "token_scope");

	put_pair(b, "grant_type",
		 refresh.n ? SV("refresh_token") : SV("client_credentials"));
	if (refresh.n)
		put_pair(b, "refresh_token", refresh);
	if (scope)
		put_pair(b, "scope", sv_of(scope));
}

static int ask(const struct source_settings *s, struct http *h, struct sv refresh,
	       struct arena *arena, struct http_answer *answer, struct err *err)
{
	struct sv id = sv_of(source_text(s, "client_id")), secret;
	struct http_field fields[3] = {
		{ "Content-Type", "application/x-www-form-urlencoded", false },
		{ "Accept", "application/json", false },
		{ "Authorization", NULL, true },
	};
	struct http_request q = { .method = "POST",
				  .url = source_text(s, "token_url"),
				  .fields = fields,
				  .field_count = 2,
				  .body_max = OAUTH_ANSWER_MAX };
	struct buf body;
	int rc = client_secret(s, arena, &secret, err);

	buf_init(&body, 4 * OAUTH_TOKEN_MAX);
	put_grant(s, refresh, &body);
	if (choice_is(s, "token_login", "basic")) {
		q.field_count = 3;
		if (!rc && !put_basic(id, secret, arena, &fields[2].value))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	} else {
		put_pair(&body, "client_id", id);
		if (secret.n)
			put_pair(&body, "client_secret", secret);
	}
	q.body = buf_sv(&body);
	if (!rc && !buf_ok(&body))
		rc = err_set(err, ERR_CONFIG, "a secret is too long");
	if (!rc && (rc = http_ask(h, &q, arena, answer, err)) != 0)
		source_at(s, "token_url", err);
	forget(&body);
	return rc;
}

static int renew(struct oauth *o, struct http *h, struct arena *arena, struct err *err)
{
	const struct source_settings *s = o->s;
	const char *path = source_text(s, "secret_file");
	struct sv lines[SECRETS_MAX] = { { NULL, 0 } }, shown = { NULL, 0 },
		  host = http_host(source_text(s, "token_url"));
	const char *name = arena_printf(arena, SV_FMT, SV_ARG(host));
	struct http_answer answer;
	struct oauth_answer got;
	size_t count = 0;
	int rc = choice_is(s, "token_grant", "client")
			 ? 0
			 : source_secrets(s, "secret", arena, lines, &count, err);

	if (!rc && count) {
		shown = refresh_now(o, lines[0]);
		rc = keep_refresh(o, lines, count, err);
	}
	if (!rc)
		rc = ask(s, h, shown, arena, &answer, err);
	if (rc)
		return rc;
	rc = oauth_read(&answer, name ? name : "?", path ? path : "the credential", arena,
			&got, err);
	if (rc)
		return source_at(s, "token_url", err);
	buf_clear(&o->token);
	buf_sv_put(&o->token, got.token);
	o->until_ms = clock_ms() + got.lasts_s * MS_SECOND - SPARE_MS;
	if (!buf_ok(&o->token) ||
	    (count && !note_refresh(o, lines[0], shown, got.refresh)))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return count ? keep_refresh(o, lines, count, err) : 0;
}

int oauth_token(struct oauth *o, struct http *h, struct arena *arena, struct sv *out,
		struct err *err)
{
	struct arena own;
	int rc = 0;

	*out = (struct sv){ NULL, 0 };
	if (!o->token.n || o->unwritten || clock_ms() >= o->until_ms) {
		arena_init(&own, 4 << 20);
		rc = renew(o, h, &own, err);
		arena_release(&own);
	}
	if (!rc && !arena_copy(arena, buf_sv(&o->token), out))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	return rc;
}
