/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_asterisk_queue.c: Asterisk's queue_log, `epoch|call|queue|agent|EVENT|…`. The events of
 * a call become one interaction once the call is over; an answer of a survey (an event of its
 * own, see contrib/asterisk) becomes feedback at once, and an invitation that says what came of
 * it. The first answer to a question counts.
 */
#include "collector/asterisk_queue.h"

#include <stdlib.h>
#include <string.h>

#include "collector/calls.h"
#include "collector/queue_line.h"
#include "core/i18n.h"

enum { ROOM = 64 };

/* clang-format off */
static const struct source_row rows[] = {
	{ "events", ROW_TEXT, "EVENT[=SCORE]…", PHONE_EVENTS_PRESET, 0, 0,
	  N_("Events of the log that are answers to a survey: CSAT NPS OCENA=csat.") },
	{ "path", ROW_TEXT, "FILE", "/var/log/asterisk/queue_log", 0, 0,
	  N_("The log; those it was rotated to are found beside it.") },
	{ "system", ROW_TEXT, "NAME", NULL, 0, 0,
	  N_("Put before the ids of calls, where there are several exchanges.") },
};
/* clang-format on */

struct queue_source {
	struct log_source log; /* first member */
	struct phone_events events;
	struct calls calls;
	struct sv system;
	int64_t clock_s; /* the last line */
	struct buf text; /* of the cursor */
};

/* ---- records ----------------------------------------------------------------------------- */

static int64_t ms_of(int64_t s)
{
	return s ? s * MS_SECOND : TIME_NONE;
}

static bool origin(struct queue_source *q, struct batch *out, struct sv *to)
{
	return arena_copy(&out->arena, sv_of(log_place(&q->log)), to);
}

static struct sv survey_text(const char *p, uint8_t n)
{
	return (struct sv){ n ? p : NULL, n };
}

static bool describe(struct queue_source *q, struct batch *out, const struct call *c,
		     const struct call_survey *s, struct phone_survey *to)
{
	*to = (struct phone_survey){
		.source = q->log.batch_source,
		.channel = q->log.channel,
		.call = kept_sv(&c->id),
		.event = survey_text(q->events.at[s->event].name,
				     q->events.at[s->event].n),
		.question = survey_text(s->question, s->question_n),
		.language = survey_text(s->language, s->language_n),
		.pressed = survey_text(s->pressed, s->pressed_n),
		.agent = kept_sv(&c->agent),
		.queue = kept_sv(&c->queue),
		.customer = kept_sv(&c->caller),
		.occurred_at = ms_of(c->enter_s),
		.asked_at = ms_of(s->offered_s),
		.answered_at = ms_of(s->said_s),
		.outcome = s->outcome,
	};
	return origin(q, out, &to->origin);
}

static int give_invitation(struct queue_source *q, struct batch *out,
			   const struct call *c, struct call_survey *s, struct err *err)
{
	struct phone_survey survey;

	s->told = true;
	if (!describe(q, out, c, s, &survey))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (phone_outcome_tally(s->outcome))
		source_tally(&q->log.base, phone_outcome_tally(s->outcome), 1);
	return log_keep(&q->log, out, phone_invitation(out, &survey), err);
}

static int give_answer(struct queue_source *q, struct batch *out, const struct call *c,
		       struct call_survey *s, const struct score *score, struct err *err)
{
	struct phone_survey survey;
	int rc;

	if (!describe(q, out, c, s, &survey))
		return err_set(err, ERR_SYSTEM, "out of memory");
	survey.score = *score;
	rc = log_keep(&q->log, out, phone_answer(out, &survey), err);
	return rc ? rc : give_invitation(q, out, c, s, err);
}

static bool fill_interaction(struct queue_source *q, struct batch *out, struct record *r,
			     const struct call *c)
{
	struct arena *a = &out->arena;

	r->source = q->log.batch_source;
	r->channel = q->log.channel;
	r->occurred_at = ms_of(c->enter_s);
	r->first_response_at = ms_of(c->connect_s);
	r->escalated = c->transferred		    ? TRI_YES
		       : c->state == CALL_COMPLETED ? TRI_NO
						    : TRI_UNKNOWN;
	if (c->state == CALL_COMPLETED)
		r->resolved_at = ms_of(c->end_s);
	if (c->state == CALL_ABANDONED)
		r->reason = sv_of(call_state_name(c->state));
	/* A caller who comes back later under the same id is another contact. */
	r->external_id = sv_of(arena_printf(a, SV_FMT "@%lld", SV_ARG(kept_sv(&c->id)),
					    (long long)c->enter_s));
	return r->external_id.n && origin(q, out, &r->origin) &&
	       arena_copy(a, kept_sv(&c->id), &r->interaction) &&
	       arena_copy(a, kept_sv(&c->queue), &r->queue) &&
	       arena_copy(a, kept_sv(&c->agent), &r->agent) &&
	       arena_copy(a, kept_sv(&c->caller), &r->customer) &&
	       phone_attr(out, r, "outcome", sv_of(call_state_name(c->state))) &&
	       (c->state != CALL_COMPLETED ||
		phone_attr(out, r, "ended_by", c->by_agent ? SV("agent") : SV("caller")));
}

/* The call is over: what is known of it, and of the surveys that got no answer. */
static int close_call(struct queue_source *q, struct batch *out, struct call *c,
		      struct err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->survey_count; i++)
		if (!c->survey[i].told)
			rc = give_invitation(q, out, c, &c->survey[i], err);
	if (!rc && c->enter_s) {
		struct record *r = batch_add(out, KIND_INTERACTION);

		if (!r || !fill_interaction(q, out, r, c))
			return err_set(err, ERR_SYSTEM, "out of memory");
		rc = log_keep(&q->log, out, r, err);
		if (c->state == CALL_COMPLETED && !c->survey_count)
			source_tally(&q->log.base, N_("calls without a survey"), 1);
	}
	if (!rc)
		calls_drop(&q->calls, c);
	return rc;
}

static bool has_room(const struct batch *out)
{
	return out->count + ROOM <= BATCH_RECORDS;
}

static int close_due(struct queue_source *q, struct batch *out, int64_t now_s,
		     struct err *err)
{
	struct call *c;
	int rc = 0;

	while (!rc && has_room(out) && (c = calls_due(&q->calls, now_s)))
		rc = close_call(q, out, c, err);
	return rc;
}

/* ---- what happened ----------------------------------------------------------------------- */

static int find_call(struct queue_source *q, struct batch *out,
		     const struct queue_line *l, bool make, struct call **call,
		     struct err *err)
{
	struct call *c = calls_find(&q->calls, l->call);
	int rc = 0;

	if (c && call_over(c, l->at_s)) {
		rc = close_call(q, out, c, err);
		c = NULL;
	}
	while (!rc && !c && make && calls_full(&q->calls) && calls_oldest(&q->calls))
		rc = close_call(q, out, calls_oldest(&q->calls), err);
	if (!rc && !c && make)
		c = calls_add(&q->calls, l->call, l->at_s);
	*call = c;
	return rc;
}

static void entered(struct call *c, const struct queue_line *l)
{
	if (!c->enter_s)
		c->enter_s = l->at_s;
	if (!c->caller.n)
		keep(&c->caller, phone_caller(l->more[1]));
	keep(&c->queue, l->queue);
	c->state = CALL_OPEN;
}

static void connected(struct call *c, const struct queue_line *l)
{
	if (!c->connect_s)
		c->connect_s = l->at_s;
	keep(&c->agent, l->agent);
	c->state = CALL_OPEN;
}

static void ended(struct call *c, const struct queue_line *l)
{
	c->end_s = l->at_s;
	c->by_agent = sv_eq(l->event, SV("COMPLETEAGENT"));
	c->transferred |= c->state == CALL_TRANSFERRED;
	if (l->agent.n)
		keep(&c->agent, l->agent);
}

static const struct {
	struct sv event;
	enum call_state state; /* afterwards */
	void (*happened)(struct call *c, const struct queue_line *l);
} events[] = {
	{ SV_INIT("CONNECT"), CALL_OPEN, connected },
	{ SV_INIT("ENTERQUEUE"), CALL_OPEN, entered },
	{ SV_INIT("COMPLETEAGENT"), CALL_COMPLETED, ended },
	{ SV_INIT("COMPLETECALLER"), CALL_COMPLETED, ended },
	{ SV_INIT("ABANDON"), CALL_ABANDONED, ended },
	{ SV_INIT("ATTENDEDTRANSFER"), CALL_TRANSFERRED, ended },
	{ SV_INIT("BLINDTRANSFER"), CALL_TRANSFERRED, ended },
	{ SV_INIT("TRANSFER"), CALL_TRANSFERRED, ended },
	{ SV_INIT("EXITEMPTY"), CALL_EMPTY, ended },
	{ SV_INIT("EXITWITHKEY"), CALL_KEY, ended },
	{ SV_INIT("EXITWITHTIMEOUT"), CALL_TIMEOUT, ended },
	{ SV_INIT("WITHDRAW"), CALL_WITHDRAWN, ended },
};

/* The survey of that event and question; a new one where there is none. NULL: too many. */
static struct call_survey *survey_of(struct call *c, int event, struct sv question,
				     int64_t at_s)
{
	struct call_survey *s;

	for (size_t i = 0; i < c->survey_count; i++) {
		s = &c->survey[i];
		if (s->event == event &&
		    sv_eq(survey_text(s->question, s->question_n), question))
			return s;
	}
	if (c->survey_count == CALL_SURVEYS)
		return NULL;
	s = &c->survey[c->survey_count++];
	*s = (struct call_survey){ .event = (uint8_t)event, .offered_s = at_s };
	s->question_n = (uint8_t)question.n;
	if (question.n)
		memcpy(s->question, question.p, question.n);
	return s;
}

static void note_language(struct call_survey *s, struct sv language)
{
	if (s->language_n || !language.n || language.n > sizeof(s->language))
		return;
	s->language_n = (uint8_t)language.n;
	memcpy(s->language, language.p, language.n);
}

static int answered(struct queue_source *q, struct batch *out, struct call *c,
		    struct call_survey *s, const struct queue_line *l, struct err *err)
{
	struct sv pressed = keys_pressed(l->more[0]);
	struct score score;

	s->said_s = l->at_s;
	s->pressed_n = 0;
	if (pressed.n && keys_possible(pressed)) {
		s->pressed_n = (uint8_t)pressed.n;
		memcpy(s->pressed, pressed.p, pressed.n);
	}
	switch (keys_read(&q->log.keys, q->events.at[s->event].which, pressed, &score)) {
	case KEYS_SILENT:
		s->outcome = OUTCOME_NO_INPUT;
		return 0;
	case KEYS_NOTHING:
		s->outcome = OUTCOME_INVALID;
		return 0;
	default:
		s->outcome = OUTCOME_ANSWERED;
		return give_answer(q, out, c, s, &score, err);
	}
}

/* CSATOFFER|ro|q1, CSAT|4|ro|q1, CSATHANGUP|ro|q1 */
static int surveyed(struct queue_source *q, struct batch *out, const struct queue_line *l,
		    int event, enum phone_part part, struct err *err)
{
	const struct sv *more = l->more + (part == PHONE_ANSWER);
	struct call_survey *s;
	struct call *c;
	int rc;

	if (more[1].n >= PHONE_QUESTION_MAX)
		return log_aside(&q->log, _("the name of the question is too long"), err);
	rc = find_call(q, out, l, true, &c, err);
	if (rc)
		return rc;
	s = survey_of(c, event, more[1], l->at_s);
	if (!s)
		return log_aside(&q->log, _("too many questions in one call"), err);
	note_language(s, more[0]);
	if (!c->agent.n && l->agent.n)
		keep(&c->agent, l->agent);
	if (!c->queue.n && l->queue.n)
		keep(&c->queue, l->queue);
	if (part == PHONE_HANGUP && s->outcome == OUTCOME_PENDING)
		s->outcome = OUTCOME_HANGUP;
	if (part == PHONE_ANSWER && !s->told)
		rc = answered(q, out, c, s, l, err);
	calls_touch(&q->calls, c, l->at_s);
	return rc;
}

static int happened(struct queue_source *q, struct batch *out, const struct queue_line *l,
		    struct err *err)
{
	enum phone_part part;
	struct call *c;
	int event = phone_event_find(&q->events, l->event, &part);
	int rc;

	if (event >= 0)
		return surveyed(q, out, l, event, part, err);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!sv_eq(events[i].event, l->event))
			continue;
		rc = find_call(q, out, l, events[i].happened == entered, &c, err);
		if (rc || !c || (!c->enter_s && events[i].happened != entered))
			return rc;
		events[i].happened(c, l);
		c->state = events[i].state;
		c->transferred |= c->state == CALL_TRANSFERRED;
		calls_touch(&q->calls, c, l->at_s);
	}
	return 0;
}

static int take_line(struct queue_source *q, struct batch *out, struct err *err)
{
	struct queue_line l;

	if (!q->log.line.n)
		return 0;
	if (!queue_line_split(q->log.line, &l))
		return log_aside(&q->log, _("no line of a queue_log"), err);
	if (!queue_line_name(&l, q->system) || !kept_fits(l.queue, CALL_NAME_MAX) ||
	    !kept_fits(l.agent, CALL_NAME_MAX) || !kept_fits(l.more[1], CALL_NAME_MAX))
		return log_aside(&q->log, _("a name in it is too long"), err);
	q->clock_s =
		l.at_s; /* may go back: one wrong time must not end all later calls */
	return happened(q, out, &l, err);
}

/* ---- the adapter ------------------------------------------------------------------------- */

static int load(struct queue_source *q, struct sv text, struct err *err)
{
	calls_clear(&q->calls);
	q->clock_s = 0;
	if (!text.n)
		return 0;
	if (sv_i64(sv_cut(&text, '\n'), &q->clock_s) && calls_read(&q->calls, text))
		return 0;
	return err_set(err, ERR_INPUT, "this cursor is not one of a queue_log");
}

static int save(struct queue_source *q, struct sv cursor, struct batch *out,
		struct err *err)
{
	buf_clear(&q->text);
	if (q->log.env) {
		buf_printf(&q->text, "%lld\n", (long long)q->clock_s);
		calls_write(&q->calls, &q->text);
	}
	if (!buf_ok(&q->text))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return log_end(&q->log, cursor, buf_sv(&q->text), out, err);
}

static int queue_pull(struct source *s, struct sv cursor, struct batch *out,
		      struct err *err)
{
	struct queue_source *q = (struct queue_source *)s;
	struct sv rest;
	bool fresh, got = true;
	int rc = log_begin(&q->log, cursor, out, &fresh, &rest, err);

	if (!rc && fresh)
		rc = load(q, rest, err);
	for (uint64_t n = 0; !rc && got && has_room(out); n++) {
		if (q->log.env && n % 4096 == 4095 && cancel_asked(q->log.env->cancel))
			break;
		rc = log_line(&q->log, &got, err);
		if (!rc && got)
			rc = take_line(q, out, err);
		if (!rc)
			rc = close_due(q, out, q->clock_s, err);
	}
	if (!rc && !got)
		rc = close_due(q, out, log_now_s(&q->log), err);
	return rc ? rc : save(q, cursor, out, err);
}

static void queue_close(struct source *s)
{
	struct queue_source *q = (struct queue_source *)s;

	if (!q)
		return;
	calls_release(&q->calls);
	buf_release(&q->text);
	log_release(&q->log);
	free(q);
}

int asterisk_queue_open(struct source **out, const struct adapter *adapter,
			const struct source_config *config, const char *path,
			struct err *err)
{
	const struct source_settings *s = config->settings;
	struct queue_source *q = calloc(1, sizeof(*q));
	int rc;

	*out = NULL;
	if (!q || !calls_init(&q->calls)) {
		free(q);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	buf_init(&q->text, 0);
	rc = log_init(&q->log, adapter, config, path, err);
	if (!rc) {
		rc = phone_events_parse(
			&q->events,
			sv_of(s ? source_text(s, "events") : PHONE_EVENTS_PRESET), err);
		if (rc && s)
			source_at(s, "events", err);
	}
	if (!rc && s)
		q->system = sv_of(source_text(s, "system"));
	if (rc) {
		queue_close(&q->log.base);
		return rc;
	}
	*out = &q->log.base;
	return 0;
}

static int queue_open(struct source **out, const struct source_config *config,
		      struct err *err)
{
	return asterisk_queue_open(
		out, &adapter_asterisk_queue, config,
		config->settings ? source_text(config->settings, "path") : config->place,
		err);
}

static int queue_fits(struct sv head)
{
	struct queue_line l;

	while (head.n) {
		struct sv line = sv_cut(&head, '\n');

		if (!line.n || line.p[0] == '#')
			continue;
		return queue_line_split(line, &l) && l.event.p[0] >= 'A' &&
				       l.event.p[0] <= 'Z'
			       ? 95
			       : 0;
	}
	return 0;
}

const struct adapter adapter_asterisk_queue = {
	.kind = "asterisk-queue",
	.summary = N_("Asterisk's queue_log: calls and the keys of their surveys"),
	.fits = queue_fits,
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.open = queue_open,
	.pull = queue_pull,
	.test = log_test,
	.close = queue_close,
};
