/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oauth.h: access tokens (RFC 6749) for sources that want one: IMAP with XOAUTH2, services with
 * Authorization: Bearer. Either the owner signed in once, and `secret_file` holds the refresh
 * token of that; or the program is a client of its own (client credentials).
 *
 * An adapter takes the rows into its table (OAUTH_CLIENT_ROWS and OAUTH_TOKEN_ROWS, each sorted
 * in itself) and asks for a token whenever it logs in: it is asked of the service a minute before
 * the last one expires, not before.
 */
#ifndef OPINIA_COLLECTOR_OAUTH_H
#define OPINIA_COLLECTOR_OAUTH_H

#include "collector/http.h"
#include "collector/source_settings.h"
#include "core/i18n.h"

/* clang-format off */
#define OAUTH_CLIENT_ROWS                                                                       \
	{ "client_id", ROW_TEXT, "ID", NULL, 0, 0,                                              \
	  N_("OAuth: the id that the service gave this program.") },                            \
	{ "client_secret_credential", ROW_TEXT, "NAME", NULL, 0, 0,                             \
	  N_("OAuth: the systemd credential that holds the client's own secret.") },            \
	{ "client_secret_file", ROW_TEXT, "FILE", NULL, 0, 0,                                   \
	  N_("OAuth: the file (0600) that holds the client's own secret, if it has one.") }
#define OAUTH_TOKEN_ROWS                                                                        \
	{ "token_grant", ROW_CHOICE, "refresh|client", "refresh", 0, 0,                         \
	  N_("OAuth: by a refresh token in secret_file, or as a client of its own.") },         \
	{ "token_login", ROW_CHOICE, "body|basic", "body", 0, 0,                                \
	  N_("OAuth: where id and secret of the client are sent.") },                           \
	{ "token_scope", ROW_TEXT, "SCOPE", NULL, 0, 0,                                         \
	  N_("OAuth: what the token shall be good for, where the service wants to hear it.") }, \
	{ "token_url", ROW_TEXT, "URL", NULL, 0, 0,                                             \
	  N_("OAuth: where access tokens are given out.") }
/* clang-format on */

struct oauth; /* the tokens of one source; belongs to one thread */

/* Does the source say `token_url`? Then it wants tokens. */
bool oauth_wanted(const struct source_settings *s);

/* ERR_CONFIG "file:line: …": token_url is no https address, client_id is missing. @s is borrowed. */
int oauth_open(struct oauth **out, const struct source_settings *s, struct err *err);

/*
 * A token that is good for another minute, as a copy in @arena, NUL behind it. A refresh token
 * that the service replaces is written back to the first line of `secret_file` (a credential
 * cannot be written: the new one is kept as long as @o). ERR_CONFIG: the service takes the
 * refresh token or the client not (any more); ERR_SYSTEM: the new refresh token cannot be
 * written; else as http_ask() and http_status().
 */
int oauth_token(struct oauth *o, struct http *h, struct arena *arena, struct sv *out,
		struct err *err);

void oauth_forget(struct oauth *o); /* the service said 401: ask for another one */
void oauth_close(struct oauth *o);  /* NULL is fine */

#endif
