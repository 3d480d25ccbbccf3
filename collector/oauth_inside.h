/* SPDX-License-Identifier: Apache-2.0 */
/* oauth_inside.h: what oauth.c and oauth_answer.c share. */
#ifndef OPINIA_COLLECTOR_OAUTH_INSIDE_H
#define OPINIA_COLLECTOR_OAUTH_INSIDE_H

#include "collector/oauth.h"

enum { OAUTH_TOKEN_MAX = 16384, OAUTH_ANSWER_MAX = 256 << 10 };

struct oauth_answer {
	struct sv token, refresh; /* @refresh empty: the old one stays */
	int64_t lasts_s;
};

/* What the service answered; ERR_CONFIG, ERR_UNAVAILABLE and what http_status() says. @host for
 * people, @where: what holds the secret. Never a word of the service but its error code. */
int oauth_read(const struct http_answer *a, const char *host, const char *where,
	       struct arena *arena, struct oauth_answer *out, struct err *err);

/* @lines, one a line, instead of what @path held: as a whole or not at all, 0600. ERR_SYSTEM. */
int oauth_write(const char *path, const struct sv *lines, size_t count, struct err *err);

#endif
