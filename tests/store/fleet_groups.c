/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fleet_groups.c: numbers by up to three dimensions, counted again over all records as plainly as it
 * can be.
 */
#include "tests/store/fleet.h"

enum { KEYS_MAX = 8 };

struct key {
	struct sv text;
	int32_t order;
};

/* ---- a recount ------------------------------------------------------------------- */

static struct key one(struct fleet *f, struct sv text, int32_t order)
{
	struct key k = { { NULL, 0 }, order };

	cr_assert(arena_copy(&f->arena, text, &k.text));
	return k;
}

static struct key time_key(struct fleet *f, enum opinia_dim dim, int32_t day)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu",
					     "fri", "sat", "sun" };
	char text[WHEN_TEXT_MAX];
	int32_t order = day;

	switch (dim) {
	case DIM_DAY:
		day_format(day, text);
		break;
	case DIM_WEEK:
		week_format(day, text), order = day_week_start(day);
		break;
	case DIM_MONTH:
		month_format(day, text), order = day_month_start(day);
		break;
	default:
		order = day - day_week_start(day) + 1;
		strcpy(text, names[order - 1]);
		break;
	}
	return one(f, sv_of(text), order);
}

static size_t score_keys(struct fleet *f, const struct record *r, int first, int last,
			 struct key *out)
{
	size_t n = 0;

	for (unsigned i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];
		struct score usual = score_preset(s->kind);
		bool again = false, plain = usual.max == s->max;
		char text[64];

		for (unsigned j = 0; j < i; j++)
			again |= r->scores[j].kind == s->kind &&
				 r->scores[j].value == s->value &&
				 r->scores[j].max == s->max;
		if ((int)s->kind < first || (int)s->kind > last || again)
			continue;
		snprintf(text, sizeof(text), first == last ? "%s%d" : "%s %d",
			 first == last ? "" : score_kind_name(s->kind), s->value);
		if (!plain)
			snprintf(text + strlen(text), 20, " (%d-%d)", s->min, s->max);
		out[n++] = one(f, sv_of(text), s->value);
	}
	if (!n)
		out[n++] = (struct key){ { NULL, 0 }, 0 };
	return n;
}

static size_t attr_keys(const struct record *r, struct sv name, struct key *out)
{
	size_t n = 0;

	for (unsigned i = 0; i < r->attr_count; i++)
		if (sv_eq(r->attrs[i].key, name))
			out[n++] = (struct key){ r->attrs[i].value, 0 };
	if (!n)
		out[n++] = (struct key){ { NULL, 0 }, 0 };
	return n;
}

static size_t topic_keys(const struct verdict *v, struct key *out)
{
	for (unsigned i = 0; i < v->topic_count; i++)
		out[i] = (struct key){ fleet_taxonomy.topics[v->topics[i].topic].id, 0 };
	return v->topic_count;
}

static size_t keys_of(struct fleet *f, size_t i, struct opinia_by by,
		      struct key out[KEYS_MAX])
{
	static const char *const codes[] = { "und", "ro", "pl" };
	const struct record *r = &f->records[i];
	const struct verdict *v = &f->verdicts[i];

	switch (by.dim) {
	case DIM_CHANNEL:
		out[0] = (struct key){ sv_of(channel_name(r->channel)), 0 };
		return 1;
	case DIM_TOPIC:
		return topic_keys(v, out);
	case DIM_SENTIMENT:
		out[0] = (struct key){
			sv_of(v->analyzed ? sentiment_name(v->sentiment) : NULL), 0
		};
		return 1;
	case DIM_LANGUAGE:
		out[0] =
			(struct key){ sv_of(v->analyzed ? codes[v->language] : NULL), 0 };
		return 1;
	case DIM_AGENT:
		out[0] = (struct key){ r->agent, 0 };
		return 1;
	case DIM_TEAM:
		out[0] = (struct key){ r->team, 0 };
		return 1;
	case DIM_QUEUE:
		out[0] = (struct key){ r->queue, 0 };
		return 1;
	case DIM_SOURCE:
		out[0] = (struct key){ r->source, 0 };
		return 1;
	case DIM_REASON:
		out[0] = (struct key){ r->reason, 0 };
		return 1;
	case DIM_CSAT:
		return score_keys(f, r, SCORE_CSAT, SCORE_CSAT, out);
	case DIM_NPS:
		return score_keys(f, r, SCORE_NPS, SCORE_NPS, out);
	case DIM_CES:
		return score_keys(f, r, SCORE_CES1, SCORE_CES2, out);
	case DIM_FCR:
		return score_keys(f, r, SCORE_FCR, SCORE_FCR, out);
	case DIM_ATTR:
		return attr_keys(r, by.attr, out);
	default:
		out[0] = time_key(f, by.dim, when_day(f->zone, record_clock(r)));
		return 1;
	}
}

static struct opinia_group *group_of(struct recount *c, const struct key key[3])
{
	struct opinia_group *g;

	for (size_t i = 0; i < c->count; i++) {
		bool same = true;

		g = &c->groups[i];
		for (size_t a = 0; a < c->by_count; a++)
			same &= sv_eq(g->key[a], key[a].text) &&
				g->order[a] == key[a].order;
		if (same)
			return g;
	}
	cr_assert_lt(c->count, FLEET_GROUPS);
	g = &c->groups[c->count++];
	memset(g, 0, sizeof(*g));
	for (size_t a = 0; a < c->by_count; a++) {
		g->key[a] = key[a].text;
		g->order[a] = key[a].order;
	}
	return g;
}

static void count_record(struct recount *c, size_t i, const struct key key[3],
			 uint16_t topic)
{
	const struct record *r = &c->f->records[i];
	const struct verdict *v = &c->f->verdicts[i];
	struct counts *to = &group_of(c, key)->counts;
	bool no_content = false;
	uint8_t label = v->sentiment;

	for (unsigned t = 0; t < v->topic_count; t++) {
		no_content |= v->topics[t].topic == FLEET_TOPICS - 1;
		if (v->topics[t].topic == topic)
			label = v->topics[t].label;
	}
	to->records++;
	to->commented += r->comment.n > 0 && !no_content;
	if (v->analyzed)
		to->sentiment[label]++;
	for (unsigned s = 0; s < r->score_count; s++)
		counts_score(to, &r->scores[s], 1);
}

static void spread(struct recount *c, size_t i, size_t axis, struct key key[3],
		   uint16_t topic)
{
	struct key keys[KEYS_MAX];
	size_t n;

	if (axis == c->by_count) {
		count_record(c, i, key, topic);
		return;
	}
	n = keys_of(c->f, i, c->by[axis], keys);
	for (size_t k = 0; k < n; k++) {
		key[axis] = keys[k];
		spread(c, i, axis + 1, key,
		       c->by[axis].dim == DIM_TOPIC
			       ? (uint16_t)taxonomy_find(&fleet_taxonomy, keys[k].text)
			       : topic);
	}
}

static int by_scale(const void *a, const void *b)
{
	return ((const struct scale_counts *)a)->max -
	       ((const struct scale_counts *)b)->max;
}

static int by_key(const void *a, const void *b)
{
	const struct opinia_group *x = a, *y = b;

	for (int i = 0; i < 3; i++) {
		if (!x->key[i].n != !y->key[i].n)
			return x->key[i].n ? -1 : 1;
		if (x->order[i] != y->order[i])
			return x->order[i] < y->order[i] ? -1 : 1;
		if (sv_cmp(x->key[i], y->key[i]))
			return sv_cmp(x->key[i], y->key[i]);
	}
	return 0;
}

void fleet_recount(struct recount *c)
{
	struct key key[3] = { 0 };

	c->count = 0;
	for (size_t i = 0; i < c->f->count; i++)
		if (fleet_matches(c->f, i, c->filter))
			spread(c, i, 0, key, c->lone);
	qsort(c->groups, c->count, sizeof(*c->groups), by_key);
	for (size_t i = 0; i < c->count; i++)
		for (int k = 0; k < SCORE_KINDS; k++)
			qsort(c->groups[i].counts.score[k], c->groups[i].counts.scales[k],
			      sizeof(struct scale_counts), by_scale);
}

/* ---- comparing ------------------------------------------------------------------- */

static void same_counts(const struct counts *a, const struct counts *b, const char *what)
{
	cr_assert_eq(a->records, b->records, "%s: %llu records, should be %llu", what,
		     (unsigned long long)a->records, (unsigned long long)b->records);
	cr_assert_eq(a->commented, b->commented, "%s: commented", what);
	cr_assert_eq(memcmp(a->sentiment, b->sentiment, sizeof(a->sentiment)), 0,
		     "%s: sentiment", what);
	for (int k = 0; k < SCORE_KINDS; k++) {
		cr_assert_eq(a->scales[k], b->scales[k],
			     "%s: scales of %d: %d, should be %d", what, k, a->scales[k],
			     b->scales[k]);
		for (unsigned i = 0; i < a->scales[k]; i++) {
			const struct scale_counts *x = &a->score[k][i],
						  *y = &b->score[k][i];

			cr_assert(x->min == y->min && x->max == y->max &&
					  x->low_is_good == y->low_is_good,
				  "%s: scale", what);
			cr_assert_eq(memcmp(x->at, y->at, sizeof(x->at)), 0,
				     "%s: scores of %d", what, k);
		}
	}
	cr_assert_eq(a->unscaled, b->unscaled, "%s: unscaled", what);
}

static void same_groups(const struct opinia_group *got, size_t n, const struct recount *c,
			const char *what)
{
	char where[200];

	cr_assert_eq(n, c->count, "%s: %zu groups, should be %zu", what, n, c->count);
	for (size_t i = 0; i < n; i++) {
		snprintf(where, sizeof(where), "%.120s [" SV_FMT "]", what,
			 SV_ARG(got[i].key[0]));
		for (size_t a = 0; a < c->by_count; a++)
			cr_assert(sv_eq(got[i].key[a], c->groups[i].key[a]) &&
					  got[i].order[a] == c->groups[i].order[a],
				  "%s: key %zu is [" SV_FMT "], should be [" SV_FMT "]",
				  where, a, SV_ARG(got[i].key[a]),
				  SV_ARG(c->groups[i].key[a]));
		same_counts(&got[i].counts, &c->groups[i].counts, where);
	}
}

/*
 * By roll-ups where they can, and by bitmaps: one more term that always holds keeps
 * roll-ups away.
 */
void fleet_same_groups(struct fleet *f, struct opinia_snapshot *snap, const char *text,
		       const char *by_text, uint16_t lone)
{
	struct recount c = { .f = f, .lone = lone, .groups = f->room };
	struct filter *filter = fleet_parse(f, text), *by_bits;
	struct arena_mark mark = arena_mark(&f->arena);
	struct opinia_by by[3];
	struct opinia_group *got;
	struct counts totals;
	struct err err = ERR_NONE;
	char what[160];
	size_t n;

	if (by_text[0])
		cr_assert_eq(opinia_by_parse(sv_of(by_text), by, &c.by_count, &err), 0,
			     "%s", err.text);
	c.by = by;
	c.filter = filter;
	fleet_recount(&c);
	snprintf(what, sizeof(what), "[%s] by %s", text, by_text);
	cr_assert_eq(
		opinia_groups(snap, filter, by, c.by_count, &f->arena, &got, &n, &err), 0,
		"%s: %s", what, err.text);
	same_groups(got, n, &c, what);
	by_bits = opinia_filter_and(filter, SV("id"), SV("0.."), &f->arena);
	cr_assert_eq(
		opinia_groups(snap, by_bits, by, c.by_count, &f->arena, &got, &n, &err),
		0, "%s: %s", what, err.text);
	strcat(what, " by bits");
	same_groups(got, n, &c, what);
	if (c.by_count == 0) {
		cr_assert_eq(opinia_totals_of(snap, filter, &totals, &err), 0, "%s",
			     err.text);
		if (c.count)
			same_counts(&totals, &c.groups[0].counts, what);
		else
			cr_assert_eq(totals.records, 0);
	}
	arena_rewind(&f->arena, mark);
}
