/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h: **read first**. What one source hands over: an answer, or one of the four
 * things that an answer is measured against.
 *
 * One flat struct for all five kinds: they share the head, and a field that a kind does not
 * have stays empty. Every view lives in the arena of the batch that the record is in.
 * record_check() is the only place that says what a good record is.
 */
#ifndef OPINIA_CORE_RECORD_H
#define OPINIA_CORE_RECORD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

enum record_kind {
	KIND_FEEDBACK,	  /* one customer's answer about one interaction        */
	KIND_INTERACTION, /* one chat, mail thread or call                      */
	KIND_INVITATION,  /* a survey that was sent or offered                  */
	KIND_ACTIVITY,	  /* a purchase, login, cancellation … of a customer    */
	KIND_CUSTOMER,	  /* which e-mail, phone and CRM id are one person      */
	KIND_COUNT
};

enum channel {
	CHANNEL_CHAT,
	CHANNEL_EMAIL,
	CHANNEL_PHONE,
	CHANNEL_WEB,
	CHANNEL_OTHER,
	CHANNEL_COUNT
};

/* CES 1.0 (effort, low is good) and CES 2.0 (ease, high is good) are never merged. */
enum score_kind { SCORE_CSAT, SCORE_NPS, SCORE_CES1, SCORE_CES2, SCORE_FCR, SCORE_KINDS };

#define TIME_NONE INT64_MIN /* "not given": a value of its own, never 0 */

enum {
	RECORD_SCORES_MAX = 8,
	RECORD_ATTRS_MAX = 16,
	RECORD_ID_MAX = 1024,	    /* bytes of any id, name, attribute value */
	RECORD_COMMENT_MAX = 65536, /* bytes */
	SCORE_POINTS_MAX = 11,	    /* points of a scale: max - min + 1 */
};

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };

struct score {
	enum score_kind kind;
	int16_t value, min, max; /* min <= value <= max, whole points   */
	bool low_is_good;	 /* direction of the scale               */
	struct sv question;	 /* the source's question id; may be empty */
};

struct attr {
	struct sv key, value; /* key: lower-case ASCII letters, digits, `_` */
};

enum delivery {
	DELIVERY_UNKNOWN,
	DELIVERY_DELIVERED,
	DELIVERY_BOUNCED,
	DELIVERY_OFFERED
};

struct record {
	enum record_kind kind;
	/* --- head: every kind --- */
	struct sv source;      /* the configured source, `files` for imports        */
	struct sv external_id; /* the source's own id; empty: see record_key in store */
	uint32_t
		occurrence; /* 1.. : the n-th identical row of its file, for rows without any id */
	enum channel channel;
	struct sv interaction; /* id of the interaction                             */
	int64_t occurred_at, asked_at, answered_at; /* ms since 1970, UTC, or TIME_NONE */
	struct sv
		customer; /* address, number or CRM id as given: the store alone turns it into a pseudonym */
	struct sv agent, team, queue; /* frozen when the survey was sent             */
	struct attr attrs[RECORD_ATTRS_MAX];
	uint8_t attr_count;
	struct sv origin; /* where it was read: `file.csv:17`, a UID, a URL     */
	/* --- feedback --- */
	struct score scores[RECORD_SCORES_MAX];
	uint8_t score_count;
	struct sv comment; /* the customer's own words, UTF-8 as repaired by the source */
	struct sv language; /* hint: `ro`, `pl`, … ; empty: none                  */
	/* --- interaction (occurred_at is its start) --- */
	int64_t first_response_at, resolved_at;
	enum tri escalated, self_service;
	struct sv reason;
	/* --- invitation (asked_at is when it was sent) --- */
	enum delivery delivery;
	/* --- activity (occurred_at) --- */
	struct sv activity;  /* purchase, login, cancel …                          */
	int64_t value_cents; /* worth of it in hundredths; 0 where it has none     */
	/* --- customer --- */
	struct sv email, phone, crm;
};

void record_init(struct record *r, enum record_kind kind); /* all fields "not given" */

/*
 * Is it a record? ERR_INPUT and one sentence that names the field if not: a score off its
 * scale, more than the ceilings, an answer with neither score nor comment, invalid UTF-8 …
 */
int record_check(const struct record *r, struct err *err);

/* The clock that days, weeks and `since:` use: answered, else occurred, else asked; TIME_NONE. */
int64_t record_clock(const struct record *r);

const char *record_kind_name(enum record_kind k);
const char *channel_name(enum channel c);
const char *score_kind_name(enum score_kind k); /* csat nps ces1 ces2 fcr */
bool record_kind_find(struct sv name, enum record_kind *out);
bool channel_find(struct sv name,
		  enum channel *out); /* also the Romanian, Polish and common synonyms */
bool score_kind_find(struct sv name, enum score_kind *out);

/* The scale a kind has when nothing else is said: csat 1-5, nps 0-10, ces1 1-5, ces2 1-7, fcr 0-1. */
struct score score_preset(enum score_kind kind);

#endif
