/* SPDX-License-Identifier: Apache-2.0 */
/* fleet_walk.c: what a filter means, said a second time and as plainly as it can be. */
#include "tests/store/fleet.h"

#include <stdlib.h>

/* ---- the walk -------------------------------------------------------------------- */

int64_t fleet_clock(const struct fleet *f, size_t i)
{
	return record_clock(&f->records[i]);
}

static bool has_topic(const struct verdict *v, struct sv branch, int label)
{
	for (unsigned i = 0; i < v->topic_count; i++) {
		struct sv id = fleet_taxonomy.topics[v->topics[i].topic].id;

		if (sv_starts(id, branch) &&
		    (id.n == branch.n || id.p[branch.n] == '.') &&
		    (label < 0 || v->topics[i].label == label))
			return true;
	}
	return false;
}

static bool has_points(const struct record *r, int first, int last, int64_t low,
		       int64_t high)
{
	for (unsigned i = 0; i < r->score_count; i++)
		if ((int)r->scores[i].kind >= first && (int)r->scores[i].kind <= last &&
		    r->scores[i].value >= low && r->scores[i].value <= high)
			return true;
	return false;
}

static bool has_words(struct fleet *f, size_t i, const struct filter_value *v)
{
	struct arena_mark mark = arena_mark(&f->arena);
	struct word *in, *want;
	struct err err = ERR_NONE;
	size_t n, k;
	bool found = false;

	toy_words(NULL, f->records[i].comment, f->verdicts[i].language, &f->arena, &in,
		  &n, &err);
	toy_words(NULL, v->text, f->verdicts[i].language, &f->arena, &want, &k, &err);
	for (size_t at = 0; at + k <= n && !found && k; at++) {
		size_t same = 0;

		while (same < k &&
		       (v->phrase || v->exact
				? sv_eq(in[at + same].folded, want[same].folded)
				: sv_eq(in[at + same].stem, want[same].stem)))
			same++;
		found = same == k;
	}
	arena_rewind(&f->arena, mark);
	return found;
}

/*
 * As the store has it: exactly so if such a name exists at all, else whatever the case.
 */
static bool is_name(struct fleet *f, size_t i, struct sv (*get)(const struct record *r),
		    struct sv wanted)
{
	bool exact = false;

	for (size_t k = 0; k < f->name_count && !exact; k++)
		exact = sv_eq(f->names[k], wanted);
	return exact ? sv_eq(get(&f->records[i]), wanted)
		     : sv_ieq(get(&f->records[i]), wanted);
}

static struct sv get_agent(const struct record *r)
{
	return r->agent;
}
static struct sv get_team(const struct record *r)
{
	return r->team;
}
static struct sv get_queue(const struct record *r)
{
	return r->queue;
}

static bool has_thing(const struct record *r, const struct verdict *v,
		      const struct filter_value *value)
{
	switch ((enum filter_has)value->number) {
	case HAS_COMMENT:
		return r->comment.n > 0;
	case HAS_SCORE:
		return r->score_count > 0;
	case HAS_CSAT:
		return has_points(r, SCORE_CSAT, SCORE_CSAT, INT16_MIN, INT16_MAX);
	case HAS_NPS:
		return has_points(r, SCORE_NPS, SCORE_NPS, INT16_MIN, INT16_MAX);
	case HAS_CES:
		return has_points(r, SCORE_CES1, SCORE_CES2, INT16_MIN, INT16_MAX);
	case HAS_CES1:
		return has_points(r, SCORE_CES1, SCORE_CES1, INT16_MIN, INT16_MAX);
	case HAS_CES2:
		return has_points(r, SCORE_CES2, SCORE_CES2, INT16_MIN, INT16_MAX);
	case HAS_FCR:
		return has_points(r, SCORE_FCR, SCORE_FCR, INT16_MIN, INT16_MAX);
	case HAS_CUSTOMER:
		return r->customer.n > 0 || r->email.n > 0;
	case HAS_TOPIC:
		return v->topic_count > 0;
	case HAS_AGENT:
		return r->agent.n > 0;
	case HAS_TEAM:
		return r->team.n > 0;
	case HAS_QUEUE:
		return r->queue.n > 0;
	case HAS_REASON:
		return r->reason.n > 0;
	default:
		for (unsigned i = 0; i < r->attr_count; i++)
			if (sv_eq(r->attrs[i].key, value->text))
				return true;
		return false;
	}
}

static bool contradicts(const struct record *r, const struct verdict *v)
{
	const struct plain_verdict *w = &v->plain;
	bool sure = w->conf >= 700 && abs(w->score) >= 700 && !w->irony;

	for (unsigned i = 0; v->analyzed && sure && i < r->score_count; i++) {
		const struct score *s = &r->scores[i];
		int span = s->max - s->min,
		    good = s->low_is_good ? s->max - s->value : s->value - s->min;

		if (s->kind != SCORE_FCR &&
		    ((w->sentiment == SENTIMENT_NEG && 5 * good >= 4 * span) ||
		     (w->sentiment == SENTIMENT_POS && 5 * good <= span)))
			return true;
	}
	return false;
}

static bool holds_score(const struct record *r, enum filter_field field,
			const struct filter_value *v)
{
	static const int range[][2] = {
		[FILTER_CSAT] = { SCORE_CSAT, SCORE_CSAT },
		[FILTER_NPS] = { SCORE_NPS, SCORE_NPS },
		[FILTER_CES] = { SCORE_CES1, SCORE_CES2 },
		[FILTER_CES1] = { SCORE_CES1, SCORE_CES1 },
		[FILTER_CES2] = { SCORE_CES2, SCORE_CES2 },
		[FILTER_FCR] = { SCORE_FCR, SCORE_FCR },
	};

	return has_points(r, range[field][0], range[field][1], v->low, v->high);
}

static bool holds_attr(const struct record *r, struct sv key, struct sv value)
{
	for (unsigned i = 0; i < r->attr_count; i++)
		if (sv_eq(r->attrs[i].key, key) && sv_eq(r->attrs[i].value, value))
			return true;
	return false;
}

static bool names_one_of(const struct record *r, const struct record *other)
{
	return sv_eq(r->email, other->email) || sv_eq(r->crm, other->crm);
}

/*
 * Addresses that a row of KIND_CUSTOMER names together are one person's, and so on from row to row.
 * Only those rows are walked: a question asks this of every record.
 */
static const size_t *ties(const struct fleet *f, size_t *count)
{
	static const struct fleet *of;
	static size_t *rows, n, seen;

	if (of != f || seen != f->count) {
		rows = realloc(rows, (f->count + 1) * sizeof(*rows));
		n = 0;
		for (size_t i = 0; i < f->count; i++)
			if (f->records[i].kind == KIND_CUSTOMER)
				rows[n++] = i;
		of = f;
		seen = f->count;
	}
	*count = n;
	return rows;
}

/* Does the row name @one, or an address of a row that is @in already? */
static bool touches(const struct fleet *f, const size_t *rows, size_t count,
		    const bool *in, const struct record *r, struct sv one)
{
	bool found = sv_eq(r->email, one) || sv_eq(r->crm, one);

	for (size_t k = 0; k < count && !found; k++)
		found = in[k] && names_one_of(&f->records[rows[k]], r);
	return found;
}

bool fleet_same_person(const struct fleet *f, struct sv one, struct sv other)
{
	size_t count;
	const size_t *rows = ties(f, &count);
	bool *in, grown = true, same = one.n && sv_eq(one, other);

	if (!one.n || !other.n || same)
		return same;
	in = calloc(count + 1, sizeof(*in));
	while (grown && !same) {
		grown = false;
		for (size_t i = 0; i < count && !same; i++) {
			const struct record *r = &f->records[rows[i]];

			if (in[i] || !r->email.n || !touches(f, rows, count, in, r, one))
				continue;
			grown = in[i] = true;
			same = sv_eq(r->email, other) || sv_eq(r->crm, other);
		}
	}
	free(in);
	return same;
}

static bool is_person(const struct fleet *f, const struct record *r, struct sv wanted)
{
	return fleet_same_person(f, r->kind == KIND_CUSTOMER ? r->email : r->customer,
				 wanted);
}

static bool holds(struct fleet *f, size_t i, const struct filter_term *t,
		  const struct filter_value *v)
{
	const struct record *r = &f->records[i];
	const struct verdict *d = &f->verdicts[i];
	int32_t day;

	switch (t->field) {
	case FILTER_WORDS:
		return has_words(f, i, v);
	case FILTER_TOPIC:
		return has_topic(d, v->text, -1);
	case FILTER_COMPLAINT:
		return has_topic(d, v->text, SENTIMENT_NEG);
	case FILTER_PRAISE:
		return has_topic(d, v->text, SENTIMENT_POS);
	case FILTER_SENTIMENT:
		return d->analyzed && d->sentiment == v->number;
	case FILTER_CHANNEL:
		return r->channel == (enum channel)v->number;
	case FILTER_KIND:
		return r->kind == (enum record_kind)v->number;
	case FILTER_LANGUAGE:
		return d->analyzed && sv_eq(fleet_languages[d->language], v->text);
	case FILTER_AGENT:
		return is_name(f, i, get_agent, v->text);
	case FILTER_TEAM:
		return is_name(f, i, get_team, v->text);
	case FILTER_QUEUE:
		return is_name(f, i, get_queue, v->text);
	case FILTER_SOURCE:
		return sv_eq(r->source, v->text);
	case FILTER_REASON:
		return sv_eq(r->reason, v->text);
	case FILTER_ACTIVITY:
		return sv_eq(r->activity, v->text);
	case FILTER_ATTR:
		return holds_attr(r, t->key, v->text);
	case FILTER_DELIVERY:
		return r->delivery == (enum delivery)v->number;
	case FILTER_ESCALATED:
		return r->escalated == (enum tri)v->number;
	case FILTER_SELF_SERVICE:
		return r->self_service == (enum tri)v->number;
	case FILTER_HAS:
		return has_thing(r, d, v);
	case FILTER_IS:
		return v->number == IS_NO_CONTENT ? has_topic(d, SV("no_content"), -1)
						  : contradicts(r, d);
	case FILTER_ID:
		return (int64_t)i + 1 >= v->low && (int64_t)i + 1 <= v->high;
	case FILTER_CUSTOMER:
		return is_person(f, r, v->text);
	case FILTER_DAYS:
		day = when_day(f->zone, record_clock(r));
		return day >= v->low && day <= v->high;
	default:
		return holds_score(r, t->field, v);
	}
}

static bool says_kind(const struct filter *f)
{
	for (size_t i = 0; f && i < f->count; i++)
		if (f->terms[i].field == FILTER_KIND)
			return true;
	return false;
}

bool fleet_matches(struct fleet *f, size_t i, const struct filter *filter)
{
	if (!says_kind(filter) && f->records[i].kind != KIND_FEEDBACK)
		return false;
	for (size_t k = 0; filter && k < filter->count; k++) {
		const struct filter_term *t = &filter->terms[k];
		bool any = false;

		for (size_t n = 0; n < t->count && !any; n++)
			any = holds(f, i, t, &t->values[n]);
		if (any == t->negated)
			return false;
	}
	return true;
}

/* ---- comparing ------------------------------------------------------------------- */

void fleet_same_answer(struct fleet *f, struct opinia_snapshot *snap, const char *text)
{
	struct filter *filter = fleet_parse(f, text);
	struct opinia_page page = { 0 };
	struct err err = ERR_NONE;
	struct arena_mark mark = arena_mark(&f->arena);
	uint32_t *ids;
	uint64_t counted;
	size_t n, want = 0;
	bool *in = calloc(f->count + 1, sizeof(*in));

	cr_assert_eq(opinia_count(snap, filter, &counted, &err), 0, "[%s] %s", text,
		     err.text);
	cr_assert_eq(opinia_select(snap, filter, &page, &f->arena, &ids, &n, &err), 0,
		     "[%s] %s", text, err.text);
	for (size_t i = 0; i < n; i++) {
		cr_assert(ids[i] >= 1 && ids[i] <= f->count && !in[ids[i]], "[%s] id %u",
			  text, ids[i]);
		in[ids[i]] = true;
		if (i) {
			int64_t a = fleet_clock(f, ids[i - 1] - 1),
				b = fleet_clock(f, ids[i] - 1);

			cr_assert(a > b || (a == b && ids[i - 1] > ids[i]),
				  "[%s] order of %u and %u", text, ids[i - 1], ids[i]);
		}
	}
	for (size_t i = 0; i < f->count; i++) {
		bool should = fleet_matches(f, i, filter);

		want += should;
		cr_assert_eq(in[i + 1], should, "[%s] record %zu: %d, should be %d", text,
			     i + 1, in[i + 1], should);
	}
	cr_assert(n == want && counted == want && page.total == want,
		  "[%s] %zu selected, %llu counted", text, n,
		  (unsigned long long)counted);
	free(in);
	arena_rewind(&f->arena, mark);
}

void fleet_told(void *self, const char *what)
{
	(void)self;
	cr_log_error("check: %s", what);
}
