/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone.h: what all telephone sources share: which events are survey answers, how the ids of
 * calls and answers are made (so that a log and an event of the same answer are the same
 * record), and the two records of a survey: the answer and the invitation.
 */
#ifndef OPINIA_COLLECTOR_PHONE_H
#define OPINIA_COLLECTOR_PHONE_H

#include "collector/keys.h"
#include "core/batch.h"

enum { PHONE_EVENTS = 16, PHONE_EVENT_MAX = 32, PHONE_QUESTION_MAX = 32 };

struct phone_events {
	struct {
		char name[PHONE_EVENT_MAX];
		uint8_t n;
		uint8_t which; /* field - FIELD_CSAT */
	} at[PHONE_EVENTS];
	size_t count;
};

#define PHONE_EVENTS_PRESET "CSAT NPS CES FCR"

/* "CSAT NPS OCENA=csat": names of events, and of which score where they do not say so. */
int phone_events_parse(struct phone_events *e, struct sv said, struct err *err);

enum phone_part { PHONE_ANSWER, PHONE_OFFER, PHONE_HANGUP };

/* "CSAT", "CSATOFFER", "CSATHANGUP": which row, which part of a survey. -1: none. */
int phone_event_find(const struct phone_events *e, struct sv name, enum phone_part *part);

/* The caller as given; empty where there is none to speak of ("anonymous", "unknown"). */
struct sv phone_caller(struct sv s);

enum phone_outcome {
	OUTCOME_PENDING,
	OUTCOME_ANSWERED,
	OUTCOME_NO_INPUT,
	OUTCOME_INVALID,
	OUTCOME_HANGUP
};
const char *phone_outcome_name(enum phone_outcome o);
const char *phone_outcome_tally(enum phone_outcome o); /* msgid; NULL: nothing to count */

struct phone_survey {
	struct sv source, origin;
	enum channel channel;
	struct sv call, event, question, language, pressed;
	struct sv agent, queue, customer;
	int64_t occurred_at, asked_at, answered_at; /* ms, TIME_NONE */
	struct score score;			    /* of an answer */
	enum phone_outcome outcome;		    /* of an invitation */
};

/* Add it; NULL: no room. Texts are copied, @source and @origin are not. */
struct record *phone_answer(struct batch *out, const struct phone_survey *s);
struct record *phone_invitation(struct batch *out, const struct phone_survey *s);
bool phone_attr(struct batch *out, struct record *r, const char *key, struct sv value);

#endif
