/* SPDX-License-Identifier: Apache-2.0 */
/* phone.c: see phone.h. The id of an answer is CALL/EVENT or CALL/EVENT/QUESTION. */
#include "collector/phone.h"

#include <string.h>

#include "core/i18n.h"

/* ---- names of events --------------------------------------------------------------------- */

static bool event_name(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '_' ||
		      (s.p[i] >= 'a' && s.p[i] <= 'z') ||
		      (s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n > 0 && s.n < PHONE_EVENT_MAX;
}

static int add_event(struct phone_events *e, struct sv said, struct err *err)
{
	struct sv score = said, name = sv_cut(&score, '=');
	unsigned which;

	if (e->count == PHONE_EVENTS)
		return err_set(err, ERR_CONFIG, "more than %d events", PHONE_EVENTS);
	if (!event_name(name))
		return err_set(err, ERR_CONFIG,
			       "`" SV_FMT "`: an event has letters, digits and _",
			       SV_ARG(name));
	if (!keys_find(score.n ? score : name, &which))
		return err_set(err, ERR_CONFIG,
			       "`" SV_FMT "`: which score is that? write " SV_FMT
			       "=csat (or nps, ces, ces1, ces2, fcr)",
			       SV_ARG(said), SV_ARG(name));
	memcpy(e->at[e->count].name, name.p, name.n);
	e->at[e->count].n = (uint8_t)name.n;
	e->at[e->count++].which = (uint8_t)which;
	return 0;
}

int phone_events_parse(struct phone_events *e, struct sv said, struct err *err)
{
	int rc = 0;

	*e = (struct phone_events){ .count = 0 };
	while (!rc && said.n) {
		struct sv one = sv_trim(sv_cut(&said, ' '));

		if (one.n && one.p[one.n - 1] == ',')
			one.n--;
		if (one.n)
			rc = add_event(e, one, err);
	}
	return rc;
}

int phone_event_find(const struct phone_events *e, struct sv name, enum phone_part *part)
{
	for (size_t i = 0; i < e->count; i++) {
		struct sv rest = sv_sub(name, e->at[i].n, name.n);

		if (name.n < e->at[i].n || memcmp(name.p, e->at[i].name, e->at[i].n) != 0)
			continue;
		*part = !rest.n			   ? PHONE_ANSWER
			: sv_eq(rest, SV("OFFER")) ? PHONE_OFFER
						   : PHONE_HANGUP;
		if (*part != PHONE_HANGUP || sv_eq(rest, SV("HANGUP")))
			return (int)i;
	}
	return -1;
}

struct sv phone_caller(struct sv s)
{
	static const struct sv nobody[] = {
		SV_INIT("anonymous"),	SV_INIT("asterisk"), SV_INIT("unknown"),
		SV_INIT("<unknown>"),	SV_INIT("private"),  SV_INIT("restricted"),
		SV_INIT("unavailable"), SV_INIT("withheld"), SV_INIT("s"),
		SV_INIT("0"),
	};

	s = sv_trim(s);
	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++)
		if (sv_ieq(s, nobody[i]))
			return (struct sv){ NULL, 0 };
	return s;
}

/* ---- outcomes ---------------------------------------------------------------------------- */

static const struct {
	const char *name, *tally;
} outcomes[] = {
	[OUTCOME_PENDING] = { "hangup", N_("hung up during the survey") },
	[OUTCOME_ANSWERED] = { "answered", NULL },
	[OUTCOME_NO_INPUT] = { "no_input", N_("no key pressed") },
	[OUTCOME_INVALID] = { "invalid", N_("keys that mean nothing") },
	[OUTCOME_HANGUP] = { "hangup", N_("hung up during the survey") },
};

const char *phone_outcome_name(enum phone_outcome o)
{
	return outcomes[o].name;
}

const char *phone_outcome_tally(enum phone_outcome o)
{
	return outcomes[o].tally;
}

/* ---- records ----------------------------------------------------------------------------- */

bool phone_attr(struct batch *out, struct record *r, const char *key, struct sv value)
{
	if (!value.n || r->attr_count == RECORD_ATTRS_MAX)
		return true;
	r->attrs[r->attr_count].key = sv_of(key);
	return arena_copy(&out->arena, value, &r->attrs[r->attr_count++].value);
}

static bool copy_all(struct batch *out, struct record *r, const struct phone_survey *s)
{
	const struct {
		struct sv from, *to;
	} all[] = {
		{ s->call, &r->interaction },  { s->agent, &r->agent },
		{ s->queue, &r->queue },       { s->customer, &r->customer },
		{ s->language, &r->language },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].from.n && !arena_copy(&out->arena, all[i].from, all[i].to))
			return false;
	r->external_id = sv_of(arena_printf(
		&out->arena, SV_FMT "/" SV_FMT "%s" SV_FMT, SV_ARG(s->call),
		SV_ARG(s->event), s->question.n ? "/" : "", SV_ARG(s->question)));
	return r->external_id.n &&
	       (!keys_possible(s->pressed) || phone_attr(out, r, "keys", s->pressed));
}

static struct record *add(struct batch *out, enum record_kind kind,
			  const struct phone_survey *s)
{
	struct record *r = batch_add(out, kind);

	if (!r)
		return NULL;
	r->source = s->source;
	r->origin = s->origin;
	r->channel = s->channel;
	r->occurred_at = s->occurred_at;
	r->asked_at = s->asked_at;
	if (copy_all(out, r, s))
		return r;
	batch_drop_last(out);
	return NULL;
}

struct record *phone_answer(struct batch *out, const struct phone_survey *s)
{
	struct record *r = add(out, KIND_FEEDBACK, s);

	if (!r)
		return NULL;
	r->answered_at = s->answered_at;
	r->scores[0] = s->score;
	r->score_count = 1;
	if (!s->question.n ||
	    arena_copy(&out->arena, s->question, &r->scores[0].question))
		return r;
	batch_drop_last(out);
	return NULL;
}

struct record *phone_invitation(struct batch *out, const struct phone_survey *s)
{
	struct record *r = add(out, KIND_INVITATION, s);

	if (!r)
		return NULL;
	r->delivery = DELIVERY_OFFERED;
	if (phone_attr(out, r, "outcome", sv_of(phone_outcome_name(s->outcome))) &&
	    phone_attr(out, r, "survey", s->event))
		return r;
	batch_drop_last(out);
	return NULL;
}
