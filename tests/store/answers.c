/* SPDX-License-Identifier: Apache-2.0 */
/* answers.c: see answers.h. */
#include "tests/store/answers.h"

struct asking {
	struct opinia_snapshot *snap;
	struct opinia_filter_env env;
	struct arena arena;
	uint64_t sum;
	struct err *err;
};

static void say(struct asking *a, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		a->sum = (a->sum ^ p[i]) * 1099511628211u;
	a->sum = (a->sum ^ n) * 1099511628211u;
}

static void number(struct asking *a, int64_t n)
{
	say(a, &n, sizeof(n));
}

static void text(struct asking *a, struct sv s)
{
	say(a, s.p, s.n);
}

static void counts(struct asking *a, const struct counts *c)
{
	number(a, (int64_t)c->records);
	number(a, (int64_t)c->commented);
	say(a, c->sentiment, sizeof(c->sentiment));
	for (int k = 0; k < SCORE_KINDS; k++)
		for (uint8_t i = 0; i < c->scales[k]; i++) {
			const struct scale_counts *s = &c->score[k][i];

			number(a, s->min);
			number(a, s->max);
			for (int v = 0; v <= s->max - s->min; v++)
				number(a, (int64_t)s->at[v]);
		}
}

static void record(struct asking *a, const struct record *r)
{
	const struct sv texts[] = { r->source,	 r->external_id, r->interaction,
				    r->customer, r->comment,	 r->agent,
				    r->team,	 r->queue,	 r->reason,
				    r->activity, r->email,	 r->phone,
				    r->crm };
	const int64_t numbers[] = { r->kind,	    (int64_t)r->channel,
				    r->answered_at, r->occurred_at,
				    r->asked_at,    r->first_response_at,
				    r->resolved_at, r->value_cents,
				    r->delivery,    r->escalated };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		text(a, texts[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		number(a, numbers[i]);
	for (unsigned i = 0; i < r->score_count; i++) {
		number(a, r->scores[i].kind);
		number(a, r->scores[i].value);
		number(a, r->scores[i].min);
		number(a, r->scores[i].max);
		text(a, r->scores[i].question);
	}
	for (unsigned i = 0; i < r->attr_count; i++) {
		text(a, r->attrs[i].key);
		text(a, r->attrs[i].value);
	}
}

static void stored(struct asking *a, const struct opinia_stored *d)
{
	number(a, d->id);
	number(a, d->revision);
	number(a, d->landed_at);
	number(a, d->customer);
	number(a, d->readable | d->erased << 1 | d->contradiction << 2);
	text(a, d->lexicon);
	record(a, &d->record);
	number(a, d->verdict.analyzed);
	number(a, d->verdict.language);
	number(a, d->verdict.sentiment);
	number(a, d->verdict.score);
	number(a, d->verdict.conf);
	for (unsigned i = 0; i < d->verdict.topic_count; i++) {
		number(a, d->verdict.topics[i].topic);
		number(a, d->verdict.topics[i].label);
		number(a, d->verdict.topics[i].score);
	}
}

static int documents(struct asking *a, uint64_t count)
{
	struct opinia_stored d;
	int rc = 0;

	for (uint32_t id = 1; id <= count && !rc; id++) {
		arena_reset(&a->arena);
		rc = opinia_fetch(a->snap, id, &a->arena, &d, a->err);
		if (rc)
			return rc;
		stored(a, &d);
		for (uint32_t r = 0; r < d.revision && !rc; r++) {
			struct opinia_stored past;

			rc = opinia_fetch_past(a->snap, id, r, &a->arena, &past, a->err);
			if (rc == ERR_MISSING) /* erased */
				rc = 0;
			else if (!rc)
				stored(a, &past);
		}
	}
	return rc;
}

static int filters(struct asking *a)
{
	static const char *const asked[] = {
		"",
		"kind:feedback,interaction,invitation,activity,customer",
		"nu merge",
		"\"nu merge\"",
		"=plata -has:customer",
		"topic:order since:2026-01-20",
		"sentiment:neg channel:chat,phone",
		"csat:1..2",
		"attr.bloc:alta",
		"is:erased",
		"has:customer until:2026-02-20",
		"customer:c1@example.pl",
	};
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct opinia_page page = { .limit = 37 };
		struct filter *f;
		uint32_t *ids;
		uint64_t n;
		size_t got;

		arena_reset(&a->arena);
		rc = opinia_filter_parse(sv_of(asked[i]), &a->env, &a->arena, &f, a->err);
		if (!rc)
			rc = opinia_count(a->snap, f, &n, a->err);
		do {
			if (!rc)
				rc = opinia_select(a->snap, f, &page, &a->arena, &ids,
						   &got, a->err);
			if (!rc)
				say(a, ids, got * sizeof(*ids));
			page.after = page.next;
		} while (!rc && page.next.n);
		number(a, (int64_t)(rc ? 0 : n));
	}
	return rc;
}

static int groups(struct asking *a)
{
	static const char *const cuts[] = { "day",	   "week,channel",
					    "month,topic", "topic,sentiment",
					    "agent,csat",  "language,weekday",
					    "attr.bloc",   "source,team,queue" };
	struct opinia_by by[3];
	struct opinia_group *g;
	struct counts all;
	size_t n, k;
	int rc = opinia_totals_of(a->snap, NULL, &all, a->err);

	if (!rc)
		counts(a, &all);
	for (size_t i = 0; !rc && i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		arena_reset(&a->arena);
		rc = opinia_by_parse(sv_of(cuts[i]), by, &k, a->err);
		if (!rc)
			rc = opinia_groups(a->snap, NULL, by, k, &a->arena, &g, &n,
					   a->err);
		for (size_t j = 0; !rc && j < n; j++) {
			for (size_t d = 0; d < k; d++)
				text(a, g[j].key[d]);
			counts(a, &g[j].counts);
		}
	}
	return rc;
}

static int trail(void *self, const struct opinia_audit *e, struct err *err)
{
	struct asking *a = self;

	(void)err;
	number(a, e->at);
	text(a, e->action);
	text(a, e->what);
	return 0;
}

static int persons(struct asking *a, uint64_t numbers)
{
	int rc = 0;

	for (uint32_t i = 1; i <= numbers + 1 && !rc; i++) {
		struct opinia_subject s;

		arena_reset(&a->arena);
		rc = opinia_subject_read(a->snap, i, &a->arena, &s, a->err);
		if (rc == ERR_MISSING) {
			rc = 0;
			continue;
		}
		for (size_t k = 0; !rc && k < s.address_count; k++)
			text(a, s.addresses[k]);
		if (!rc)
			say(a, s.ids, s.id_count * sizeof(*s.ids));
	}
	return rc;
}

int answers_of(struct opinia_store *store, uint64_t *out, struct err *err)
{
	struct asking a = { .sum = 14695981039346656037u, .err = err };
	struct opinia_totals t;
	uint64_t n = 0, all = 0;
	int rc = opinia_snapshot_open(store, &a.snap, err);

	if (rc)
		return rc;
	a.env = (struct opinia_filter_env){ .now_ms = INT64_C(1780000000000),
					    .zone = opinia_store_zone(store) };
	arena_init(&a.arena, 0);
	rc = opinia_snapshot_totals(a.snap, &a.arena, &t, err);
	for (int k = 0; !rc && k < KIND_COUNT; k++) {
		number(&a, (int64_t)t.records[k]);
		all += t.records[k];
	}
	if (!rc) {
		number(&a, (int64_t)t.customers);
		number(&a, (int64_t)t.revisions);
		number(&a, t.first_day);
		number(&a, t.last_day);
		text(&a, t.lexicon);
		rc = documents(&a, all);
	}
	if (!rc)
		rc = filters(&a);
	if (!rc)
		rc = groups(&a);
	if (!rc)
		rc = persons(&a, 64);
	if (!rc)
		rc = opinia_audit_read(a.snap, trail, &a, &n, err);
	arena_release(&a.arena);
	opinia_snapshot_close(a.snap);
	*out = a.sum ^ n;
	return rc;
}
