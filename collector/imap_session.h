/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_session.h: commands and answers over an imap_link. It only ever reads: EXAMINE and
 * BODY.PEEK, so that no mail becomes "seen" and nothing is moved or deleted. One thread at a time.
 *
 * Errors: ERR_UNAVAILABLE when the server is gone, says BYE, is mute or drips, or says what is no
 * IMAP; the session is of no use afterwards. ERR_AGAIN: it says that it is busy, or cancelled.
 */
#ifndef OPINIA_COLLECTOR_IMAP_SESSION_H
#define OPINIA_COLLECTOR_IMAP_SESSION_H

#include "collector/imap_link.h"
#include "collector/imap_parse.h"
#include "core/arena.h"

enum { IMAP_DEAF_FACTOR = 5 /* timeouts without anything useful are the end */ };

struct imap_session {
	struct imap_link *link;
	struct imap_frame frame;
	const struct cancel *cancel;
	int64_t timeout_ms;
	unsigned tag; /* of the last command */
	bool can_idle, can_esearch;
	uint32_t exists, uidnext, uidvalidity; /* of the folder; 0: not told */
	int64_t useful;	     /* when something that we wanted came, monotonic */
	int64_t slow_waited; /* for the bytes of half a response, and how many came */
	size_t slow_bytes;
};

/* Connected, logged in, capabilities known. */
int imap_session_open(struct imap_session **out, const struct imap_link_options *o,
		      struct imap_reached *reached, struct err *err);
void imap_session_close(struct imap_session *s); /* NULL is fine */

/* Send one command (without tag and line end); s->tag is its. */
int imap_command(struct imap_session *s, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The next response. What it says of the folder is noted in @s. */
int imap_answer(struct imap_session *s, struct imap_response *r, struct err *err);
/* What came was wanted: patience begins anew. */
void imap_useful(struct imap_session *s);
/* Is @r the end of the command @tag? */
bool imap_ends(const struct imap_response *r, unsigned tag);
/* Responses up to the end of the last command, which is in @r; untagged ones go to @each (NULL:
 * nobody), whose error ends it. */
int imap_finish(struct imap_session *s, struct imap_response *r,
		int (*each)(void *self, const struct imap_response *r, struct err *err),
		void *self, struct err *err);
/* The error of a command that ended with NO or BAD; @what: "the search". */
int imap_refused(const struct imap_session *s, const struct imap_response *r,
		 const char *what, struct err *err);

/*
 * Open @folder (UTF-8) for reading; "a/b" also finds the folder that this server writes "a.b".
 * ERR_CONFIG: no such folder, and the sentence names those there are; or no permission.
 */
int imap_examine(struct imap_session *s, const char *folder, struct err *err);

/* The UIDs of from..to that are there, sorted; with @since ("24-Aug-2026") only what arrived since.
 * At most @room; ERR_UNAVAILABLE: it says more. */
int imap_search(struct imap_session *s, uint32_t from, uint32_t to, const char *since,
		uint32_t *uids, size_t room, size_t *count, struct err *err);
/* The smallest UID of from..to that is there; 0: none. Only with can_esearch. */
int imap_search_min(struct imap_session *s, uint32_t from, uint32_t to, const char *since,
		    uint32_t *uid, struct err *err);

/* Until a mail has come, @ms are over or cancelled. Only with can_idle. */
int imap_idle(struct imap_session *s, int64_t ms, struct err *err);

#endif
