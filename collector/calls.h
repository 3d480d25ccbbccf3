/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls.h: the calls that are not over yet, as a log of events tells them. Bounded in number and
 * in the bytes that they take in a cursor; the one that was silent longest goes first. A call
 * that ended waits five minutes for its survey or its next queue, one that did not is given up
 * after six hours: by the log's own clock, so the same log always gives the same.
 */
#ifndef OPINIA_COLLECTOR_CALLS_H
#define OPINIA_COLLECTOR_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/phone.h"
#include "core/buf.h"

enum {
	CALLS_MAX = 512,
	CALLS_BYTES = 56 << 10, /* as text */
	CALL_ID_MAX = 160,
	CALL_NAME_MAX = 96,
	CALL_SURVEYS = 6,
	CALL_LANGUAGE_MAX = 12,
	CALL_ENDED_S = 300,
	CALL_OPEN_S = 6 * 3600,
	CALL_SLOTS = 1024,
};

enum call_state {
	CALL_OPEN, /* waiting or talking */
	CALL_COMPLETED,
	CALL_ABANDONED,
	CALL_TIMEOUT,
	CALL_EMPTY,
	CALL_KEY,
	CALL_WITHDRAWN,
	CALL_TRANSFERRED,
	CALL_SURVEY, /* no queue: only its survey is known */
	CALL_STATES
};

/* A text that is kept; what does not fit is refused before. */
struct kept {
	uint8_t n;
	char p[CALL_ID_MAX];
};

struct call_survey {
	uint8_t event; /* row of phone_events */
	enum phone_outcome outcome;
	bool told;
	int64_t offered_s, said_s;
	uint8_t question_n, language_n, pressed_n;
	char question[PHONE_QUESTION_MAX], language[CALL_LANGUAGE_MAX], pressed[KEYS_MAX];
};

struct call {
	struct kept id, queue, agent, caller;
	int64_t enter_s, connect_s, end_s, last_s; /* 0: not known */
	enum call_state state;
	bool by_agent, transferred;
	uint8_t survey_count;
	struct call_survey survey[CALL_SURVEYS];
	struct call *next;	    /* in its slot */
	struct call *newer, *older; /* in its row: open or ended */
	bool in_ended;
	uint16_t bytes; /* as counted in calls.bytes */
};

struct calls {
	struct call *all;  /* CALLS_MAX */
	struct call *free; /* by next */
	struct call *slot[CALL_SLOTS];
	struct {
		struct call *oldest, *newest;
	} row[2]; /* open, ended: by the last event */
	size_t count, bytes;
};

bool calls_init(struct calls *c); /* false: out of memory */
void calls_release(struct calls *c);
void calls_clear(struct calls *c);

struct call *calls_find(const struct calls *c, struct sv id);
/* A new one; there must be room (calls_full()). */
struct call *calls_add(struct calls *c, struct sv id, int64_t at_s);
void calls_drop(struct calls *c, struct call *call);

bool calls_full(const struct calls *c);
struct call *calls_oldest(const struct calls *c); /* of all; NULL: none */
/* One that is over at @now_s; NULL: none. */
struct call *calls_due(const struct calls *c, int64_t now_s);
bool call_over(const struct call *call, int64_t now_s);

/* Something happened to it at @at_s: it moves to the end of its row. */
void calls_touch(struct calls *c, struct call *call, int64_t at_s);

bool kept_fits(struct sv s, size_t max);
void keep(struct kept *to, struct sv s);
struct sv kept_sv(const struct kept *k);
const char *call_state_name(enum call_state s);

/* As lines of text, oldest first, and back. False: this is none of ours. */
void calls_write(const struct calls *c, struct buf *out);
bool calls_read(struct calls *c, struct sv text);

#endif
