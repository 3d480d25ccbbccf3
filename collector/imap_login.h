/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_login.h: what a mailbox is logged in with: the password or token of the secret file, or an
 * access token that is asked for with the refresh token in it (oauth.h).
 */
#ifndef OPINIA_COLLECTOR_IMAP_LOGIN_H
#define OPINIA_COLLECTOR_IMAP_LOGIN_H

#include "collector/imap_session.h"
#include "collector/oauth.h"
#include "collector/opinia_collector.h"

struct imap_login {
	const struct source_settings *settings;
	const struct collect_env *env;
	struct http *http;   /* NULL: not needed so far */
	struct oauth *oauth; /* NULL: not wanted */
};

/* What can be known to be wrong before anybody is asked: ERR_CONFIG. */
int imap_login_init(struct imap_login *l, const struct source_settings *s,
		    const struct collect_env *env, struct err *err);
void imap_login_release(struct imap_login *l);

/* Connect and log in; a token that is refused is forgotten, and another one is asked for once. */
int imap_login(struct imap_login *l, struct imap_session **out,
	       struct imap_reached *reached, struct err *err);

#endif
