/* SPDX-License-Identifier: Apache-2.0 */
/* calls.c: see calls.h. Fields never hold a `|` or a line end: they were cut at them. */
#include "collector/calls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[CALL_STATES] = {
	"open", "completed", "abandoned",   "timeout", "empty",
	"key",	"withdrawn", "transferred", "survey",
};

const char *call_state_name(enum call_state s)
{
	return (unsigned)s < CALL_STATES ? state_names[s] : "?";
}

bool kept_fits(struct sv s, size_t max)
{
	return s.n < max && s.n < CALL_ID_MAX;
}

void keep(struct kept *to, struct sv s)
{
	to->n = (uint8_t)(s.n < CALL_ID_MAX ? s.n : CALL_ID_MAX - 1);
	if (to->n)
		memcpy(to->p, s.p, to->n);
}

struct sv kept_sv(const struct kept *k)
{
	return (struct sv){ k->n ? k->p : NULL, k->n };
}

/* ---- rows and slots ---------------------------------------------------------------------- */

bool calls_init(struct calls *c)
{
	*c = (struct calls){ .all = calloc(CALLS_MAX, sizeof(*c->all)) };
	if (c->all)
		calls_clear(c);
	return c->all != NULL;
}

void calls_release(struct calls *c)
{
	free(c->all);
	*c = (struct calls){ .all = NULL };
}

void calls_clear(struct calls *c)
{
	*c = (struct calls){ .all = c->all };
	for (size_t i = 0; i < CALLS_MAX; i++) {
		c->all[i].next = c->free;
		c->free = &c->all[i];
	}
}

static size_t slot_of(struct sv id)
{
	uint64_t h = id.n;

	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 29) % CALL_SLOTS;
}

struct call *calls_find(const struct calls *c, struct sv id)
{
	struct call *call = c->slot[slot_of(id)];

	while (call && !sv_eq(kept_sv(&call->id), id))
		call = call->next;
	return call;
}

/* More than its line takes: the numbers at their longest. */
static size_t bytes_of(const struct call *call)
{
	size_t n = 4u * 12 + 16 + call->id.n + call->queue.n + call->agent.n +
		   call->caller.n;

	for (size_t i = 0; i < call->survey_count; i++)
		n += 2u * 12 + 12 + call->survey[i].question_n +
		     call->survey[i].language_n + call->survey[i].pressed_n;
	return n;
}

static void leave_row(struct calls *c, struct call *call)
{
	struct call **oldest = &c->row[call->in_ended].oldest,
		    **newest = &c->row[call->in_ended].newest;

	*(call->older ? &call->older->newer : oldest) = call->newer;
	*(call->newer ? &call->newer->older : newest) = call->older;
}

static void enter_row(struct calls *c, struct call *call)
{
	call->in_ended = call->state != CALL_OPEN;
	call->older = c->row[call->in_ended].newest;
	call->newer = NULL;
	*(call->older ? &call->older->newer : &c->row[call->in_ended].oldest) = call;
	c->row[call->in_ended].newest = call;
}

struct call *calls_add(struct calls *c, struct sv id, int64_t at_s)
{
	struct call *call = c->free, **slot = &c->slot[slot_of(id)];

	assert(call);
	c->free = call->next;
	*call = (struct call){ .next = *slot, .state = CALL_SURVEY, .last_s = at_s };
	keep(&call->id, id);
	*slot = call;
	c->count++;
	enter_row(c, call);
	calls_touch(c, call, at_s);
	return call;
}

void calls_drop(struct calls *c, struct call *call)
{
	struct call **at = &c->slot[slot_of(kept_sv(&call->id))];

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	leave_row(c, call);
	c->bytes -= call->bytes;
	c->count--;
	call->next = c->free;
	c->free = call;
}

void calls_touch(struct calls *c, struct call *call, int64_t at_s)
{
	leave_row(c, call);
	if (at_s > call->last_s)
		call->last_s = at_s;
	enter_row(c, call);
	c->bytes -= call->bytes;
	call->bytes = (uint16_t)bytes_of(call);
	c->bytes += call->bytes;
}

bool calls_full(const struct calls *c)
{
	return !c->free || c->bytes > CALLS_BYTES;
}

struct call *calls_oldest(const struct calls *c)
{
	struct call *open = c->row[0].oldest, *ended = c->row[1].oldest;

	if (!open || !ended)
		return open ? open : ended;
	return ended->last_s <= open->last_s ? ended : open;
}

bool call_over(const struct call *call, int64_t now_s)
{
	return now_s - call->last_s > (call->in_ended ? CALL_ENDED_S : CALL_OPEN_S);
}

struct call *calls_due(const struct calls *c, int64_t now_s)
{
	for (int i = 1; i >= 0; i--)
		if (c->row[i].oldest && call_over(c->row[i].oldest, now_s))
			return c->row[i].oldest;
	return NULL;
}

/* ---- as text ----------------------------------------------------------------------------- */

static void write_call(const struct call *call, struct buf *out)
{
	buf_printf(out,
		   SV_FMT "|" SV_FMT "|" SV_FMT "|" SV_FMT "|%lld|%lld|%lld|%lld|%d|%d",
		   SV_ARG(kept_sv(&call->id)), SV_ARG(kept_sv(&call->queue)),
		   SV_ARG(kept_sv(&call->agent)), SV_ARG(kept_sv(&call->caller)),
		   (long long)call->enter_s, (long long)call->connect_s,
		   (long long)call->end_s, (long long)call->last_s, (int)call->state,
		   call->by_agent | call->transferred << 1);
	for (size_t i = 0; i < call->survey_count; i++) {
		const struct call_survey *s = &call->survey[i];

		buf_printf(out, "|%d|%d|%d|%lld|%lld|%.*s|%.*s|%.*s", s->event,
			   (int)s->outcome, s->told, (long long)s->offered_s,
			   (long long)s->said_s, s->question_n, s->question,
			   s->language_n, s->language, s->pressed_n, s->pressed);
	}
	buf_char(out, '\n');
}

void calls_write(const struct calls *c, struct buf *out)
{
	for (int row = 0; row < 2; row++)
		for (const struct call *call = c->row[row].oldest; call;
		     call = call->newer)
			write_call(call, out);
}

static bool number(struct sv *rest, int64_t max, int64_t *out)
{
	return sv_i64(sv_cut(rest, '|'), out) && *out >= 0 && *out <= max;
}

static bool text(struct sv *rest, size_t max, char *to, uint8_t *n)
{
	struct sv s = sv_cut(rest, '|');

	if (s.n > max)
		return false;
	if (s.n)
		memcpy(to, s.p, s.n);
	*n = (uint8_t)s.n;
	return true;
}

static bool read_survey(struct call *call, struct sv *rest)
{
	struct call_survey *s = &call->survey[call->survey_count];
	int64_t event, outcome, told;

	if (call->survey_count == CALL_SURVEYS ||
	    !number(rest, PHONE_EVENTS - 1, &event) ||
	    !number(rest, OUTCOME_HANGUP, &outcome) || !number(rest, 1, &told) ||
	    !number(rest, INT32_MAX * 2LL, &s->offered_s) ||
	    !number(rest, INT32_MAX * 2LL, &s->said_s) ||
	    !text(rest, sizeof(s->question), s->question, &s->question_n) ||
	    !text(rest, sizeof(s->language), s->language, &s->language_n) ||
	    !text(rest, sizeof(s->pressed), s->pressed, &s->pressed_n))
		return false;
	s->event = (uint8_t)event;
	s->outcome = (enum phone_outcome)outcome;
	s->told = told;
	call->survey_count++;
	return true;
}

static bool read_names(struct call *call, struct sv *rest)
{
	return text(rest, CALL_NAME_MAX, call->queue.p, &call->queue.n) &&
	       text(rest, CALL_NAME_MAX, call->agent.p, &call->agent.n) &&
	       text(rest, CALL_NAME_MAX, call->caller.p, &call->caller.n);
}

static bool read_numbers(struct call *call, struct sv *rest, int64_t *last)
{
	const int64_t latest = INT32_MAX * 2LL;
	int64_t state, bits;

	if (!number(rest, latest, &call->enter_s) ||
	    !number(rest, latest, &call->connect_s) ||
	    !number(rest, latest, &call->end_s) || !number(rest, latest, last) ||
	    !number(rest, CALL_STATES - 1, &state) || !number(rest, 3, &bits))
		return false;
	call->state = (enum call_state)state;
	call->by_agent = bits & 1;
	call->transferred = bits & 2;
	return true;
}

static bool read_call(struct calls *c, struct sv rest)
{
	struct sv id = sv_cut(&rest, '|');
	struct call *call;
	int64_t last;

	if (!id.n || id.n >= CALL_ID_MAX || !c->free || calls_find(c, id))
		return false;
	call = calls_add(c, id, 0);
	if (!read_names(call, &rest) || !read_numbers(call, &rest, &last))
		return false;
	while (rest.n)
		if (!read_survey(call, &rest))
			return false;
	calls_touch(c, call, last);
	return true;
}

bool calls_read(struct calls *c, struct sv said)
{
	if (said.n && memchr(said.p, 0, said.n))
		return false;
	while (said.n) {
		struct sv line = sv_cut(&said, '\n');

		if (line.n && !read_call(c, line))
			return false;
	}
	return true;
}
