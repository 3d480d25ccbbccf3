/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_ask.h: one exchange with the service of a map: the request filled in, the login before it,
 * waiting where it says "too often", and what its status means by the map.
 */
#ifndef OPINIA_COLLECTOR_MAP_ASK_H
#define OPINIA_COLLECTOR_MAP_ASK_H

#include "collector/http.h"
#include "collector/map_parts.h"

enum { MAP_WAIT_MAX_MS = 60000 }; /* of one pull */

struct map_session {
	const struct map_bound *bound;
	const struct collect_env *env;
	struct http *http;
	struct arena arena; /* the secret, the token */
	struct sv secret, token;
	int64_t token_until;	     /* TIME_NONE: for ever */
	bool fresh;		     /* the token is of this pull */
	int64_t waited_ms, again_ms; /* of this pull; what the service wished for */
};

/* ERR_CONFIG: a secret is needed and not there. Nothing is asked yet. */
int map_session_open(struct map_session *s, const struct map_bound *bound,
		     const struct collect_env *env, struct err *err);
void map_session_close(struct map_session *s);
int64_t map_session_now(const struct map_session *s);

/* The address of @ask, with its query, in @a. @over may replace parts of it (NULL: nothing). */
int map_session_url(const struct map_session *s, const struct map_ask *ask,
		    const struct map_ask *over, const struct map_fill *fill,
		    struct arena *a, const char **out, struct err *err);

/*
 * Ask, at @url instead of the address of @ask where that is not NULL. 0: a 2xx answer as JSON,
 * *out is the caller's; or *out NULL: the map says that this status means "nothing there". The
 * answer itself is in @answer (its status also after an error).
 */
int map_session_ask(struct map_session *s, const struct map_ask *ask,
		    const struct map_ask *over, const struct map_fill *fill,
		    const char *url, struct arena *a, struct http_answer *answer,
		    json_t **out, struct err *err);

/* Log in, if the map wants it and there is no token that is good still. @again: even then. */
int map_session_login(struct map_session *s, bool again, struct err *err);

/* What the service says of an error by the map's `error`, made harmless; empty: nothing. */
struct sv map_session_said(const struct map_session *s, const json_t *whole,
			   struct arena *a);

#endif
