/* SPDX-License-Identifier: Apache-2.0 */
/* imap_login.c: see imap_login.h. The secret is read each time: somebody may have renewed it. */
#include "collector/imap_login.h"

#include <string.h>

static bool by_token(const struct source_settings *s)
{
	return strcmp(source_text(s, "auth"), "xoauth2") == 0;
}

static int check_secret(const struct source_settings *s, struct err *err)
{
	struct sv secrets[SECRETS_MAX];
	struct arena arena;
	size_t n;
	int rc;

	arena_init(&arena, 0);
	rc = source_secrets(s, "secret", &arena, secrets, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		explicit_bzero((char *)secrets[i].p, secrets[i].n);
	arena_release(&arena);
	return rc;
}

int imap_login_init(struct imap_login *l, const struct source_settings *s,
		    const struct collect_env *env, struct err *err)
{
	char place[IMAP_PLACE_MAX];

	*l = (struct imap_login){ .settings = s, .env = env };
	if (imap_link_url(source_text(s, "url"), place, err))
		return source_at(s, "url", err);
	if (!oauth_wanted(s))
		return check_secret(s, err);
	if (by_token(s))
		return oauth_open(&l->oauth, s, err);
	err_set(err, ERR_CONFIG, "it needs `auth = xoauth2`");
	return source_at(s, "token_url", err);
}

void imap_login_release(struct imap_login *l)
{
	oauth_close(l->oauth);
	http_close(l->http);
	*l = (struct imap_login){ .settings = NULL };
}

static int fresh_token(struct imap_login *l, struct arena *arena, struct sv *out,
		       struct err *err)
{
	struct http_options o = {
		.cancel = l->env->cancel,
		.ca_file = l->env->ca_file,
		.private_ok = source_flag(l->settings, "private"),
		.timeout_ms = source_duration_ms(l->settings, "timeout"),
		.now = l->env->now,
	};
	int rc = l->http ? 0 : http_open(&l->http, &o, err);

	return rc ? rc : oauth_token(l->oauth, l->http, arena, out, err);
}

/* The password or token, in @arena. */
static int secret_of(struct imap_login *l, struct arena *arena, struct sv *out,
		     struct err *err)
{
	struct sv secrets[SECRETS_MAX];
	size_t n;
	int rc;

	if (l->oauth)
		return fresh_token(l, arena, out, err);
	rc = source_secrets(l->settings, "secret", arena, secrets, &n, err);
	for (size_t i = 1; !rc && i < n; i++)
		explicit_bzero((char *)secrets[i].p, secrets[i].n);
	*out = rc ? (struct sv){ NULL, 0 } : secrets[0];
	return rc;
}

static int log_in(struct imap_login *l, struct imap_session **out,
		  struct imap_reached *reached, struct err *err)
{
	const struct source_settings *s = l->settings;
	struct imap_link_options o = {
		.url = source_text(s, "url"),
		.user = source_text(s, "user"),
		.token = by_token(s),
		.no_tls = strcmp(source_text(s, "tls"), "none") == 0,
		.private_ok = source_flag(s, "private"),
		.ca_file = l->env->ca_file,
		.cancel = l->env->cancel,
		.timeout_ms = source_duration_ms(s, "timeout"),
	};
	struct arena arena;
	struct sv secret;
	int rc;

	arena_init(&arena, 0);
	rc = secret_of(l, &arena, &secret, err);
	if (!rc) {
		o.secret = secret.p;
		rc = imap_session_open(out, &o, reached, err);
		explicit_bzero((char *)secret.p, secret.n);
	}
	arena_release(&arena);
	return rc;
}

int imap_login(struct imap_login *l, struct imap_session **out,
	       struct imap_reached *reached, struct err *err)
{
	struct imap_reached first = { .named = false };
	int rc = log_in(l, out, &first, err);

	if (rc == ERR_CONFIG && l->oauth && first.connected && !first.logged_in) {
		oauth_forget(l->oauth);
		first = (struct imap_reached){ .named = false };
		rc = log_in(l, out, &first, err);
	}
	if (reached)
		*reached = first;
	return rc;
}
