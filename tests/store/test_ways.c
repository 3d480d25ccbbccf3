/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ways.c: whatever way a store came to what it holds, it says the same as an array: steps by
 * chance (new rows, the same again, revisions, people tied and untied, erased, verdicts read again, closed
 * and opened), and after a few of them everything that can be asked is compared with a walk. What lands
 * lands as one batch, or as several joined under one commit, with some among them that must leave nothing
 * behind: one that fails when its rows are in already, and one that was delivered before.
 */
#include <sodium.h>

#include "tests/store/fleet.h"

#if defined(__SANITIZE_ADDRESS__)
enum { SEEDS = 2 };
#else
enum { SEEDS = 10 };
#endif

enum { ROOM = 420, STEPS = 2000, BATCH = 40, LOOK = 60, PEOPLE = 40, CRMS = 6 };

struct extra {
	bool landed, erased;
	uint32_t revision;
	unsigned lexicon;
};

struct ways {
	struct fleet f;
	struct extra x[ROOM];
	size_t staged[BATCH];
	size_t staged_count;
	struct opinia_landing want;
	unsigned lexicon;
	uint64_t erasures;
	struct err err;
};

static const char *const lexicons[] = { "sha256:test", "lex-2", "lex-3" };

/* ---- landing --------------------------------------------------------------------- */

static void flush(struct ways *w)
{
	struct opinia_landing got;

	if (!w->staged_count)
		return;
	got = chance(2) ? fleet_land_joined(&w->f, w->staged, w->staged_count)
			: fleet_land(&w->f, w->staged, w->staged_count);
	cr_assert(got.added == w->want.added && got.revised == w->want.revised &&
			  got.unchanged == w->want.unchanged &&
			  got.refused == w->want.refused,
		  "%d added, %d revised, %d unchanged, %d refused; not %d, %d, %d, %d",
		  (int)got.added, (int)got.revised, (int)got.unchanged, (int)got.refused,
		  (int)w->want.added, (int)w->want.revised, (int)w->want.unchanged,
		  (int)w->want.refused);
	w->staged_count = 0;
	w->want = (struct opinia_landing){ 0 };
}

static bool is_staged(const struct ways *w, size_t i)
{
	for (size_t k = 0; k < w->staged_count; k++)
		if (w->staged[k] == i)
			return true;
	return false;
}

static void stage(struct ways *w, size_t i)
{
	w->staged[w->staged_count++] = i;
	if (w->staged_count == BATCH)
		flush(w);
}

/* A row that ties an address to a CRM number, so that several addresses are one person. */
static void tie(struct ways *w, size_t i)
{
	struct record *r = &w->f.records[i];

	record_init(r, KIND_CUSTOMER);
	w->f.verdicts[i] = (struct verdict){ .analyzed = false };
	r->source = SV("shop");
	r->external_id = sv_of(arena_printf(&w->f.arena, "x%zu", i));
	r->email = sv_of(arena_printf(&w->f.arena, "c%u@example.ro", chance(PEOPLE)));
	r->crm = sv_of(arena_printf(&w->f.arena, "CRM-%u", chance(CRMS)));
	r->occurred_at = fleet_now - (int64_t)chance(50) * MS_DAY;
}

static void make(struct ways *w, size_t i, enum record_kind kind)
{
	if (kind == KIND_CUSTOMER)
		tie(w, i);
	else
		fleet_record(&w->f, i, kind);
	w->x[i].lexicon = 0; /* of fleet_land() */
}

static void add_row(struct ways *w)
{
	static const enum record_kind kinds[] = { KIND_FEEDBACK,    KIND_FEEDBACK,
						  KIND_FEEDBACK,    KIND_FEEDBACK,
						  KIND_INTERACTION, KIND_INVITATION,
						  KIND_ACTIVITY,    KIND_CUSTOMER };
	size_t i = w->f.count;

	if (i == ROOM)
		return;
	make(w, i, kinds[chance(8)]);
	w->f.count++;
	w->x[i] = (struct extra){ .landed = true };
	w->want.added++;
	stage(w, i);
}

static void same_row(struct ways *w)
{
	size_t i = w->f.count ? chance((uint32_t)w->f.count) : 0;

	if (!w->f.count || w->x[i].erased)
		return;
	w->want.unchanged++;
	stage(w, i);
}

/* Of what was erased, nothing may come back under its id. */
static void revise(struct ways *w)
{
	size_t i = w->f.count ? chance((uint32_t)w->f.count) : 0;
	struct record was, *r = &w->f.records[i];
	struct verdict verdict;
	unsigned lexicon = w->x[i].lexicon;

	if (!w->f.count || is_staged(w, i))
		return;
	was = *r;
	verdict = w->f.verdicts[i];
	make(w, i, was.kind);
	r->source = was.source;
	if (w->x[i].erased) {
		flush(w);
		w->want.refused = 1;
		w->staged[w->staged_count++] = i;
		flush(w);
		*r = was;
		w->f.verdicts[i] = verdict;
		w->x[i].lexicon = lexicon;
		return;
	}
	/* chance made the same again: a customer's row has few words to say */
	if (r->kind == KIND_CUSTOMER && sv_eq(r->email, was.email) &&
	    sv_eq(r->crm, was.crm) && r->occurred_at == was.occurred_at) {
		w->want.unchanged++;
	} else {
		w->want.revised++;
		w->x[i].revision++;
	}
	stage(w, i);
}

/* ---- erasing --------------------------------------------------------------------- */

/* What is left of a record: what is counted, on its day. */
static void blank(struct ways *w, size_t i)
{
	struct record *r = &w->f.records[i], was = *r;
	int64_t day = when_day_start(w->f.zone, when_day(w->f.zone, record_clock(r)));

	record_init(r, was.kind);
	r->channel = was.channel;
	r->source = was.source;
	r->external_id = was.external_id; /* to try it again under */
	r->agent = was.agent;
	r->team = was.team;
	r->delivery = was.delivery;
	r->escalated = was.escalated;
	r->queue = was.queue;
	memcpy(r->scores, was.scores, sizeof(r->scores));
	r->score_count = was.score_count;
	if (was.comment.n)
		r->comment = SV("#"); /* there was one, but it has no words any more */
	if (was.answered_at != TIME_NONE)
		r->answered_at = day;
	else if (was.occurred_at != TIME_NONE)
		r->occurred_at = day;
	else
		r->asked_at = day;
	w->x[i].erased = true;
	w->x[i].revision = 0;
}

static struct sv address_of(const struct record *r)
{
	return r->kind == KIND_CUSTOMER ? r->email : r->customer;
}

static void erase_person(struct ways *w, struct sv address)
{
	struct opinia_audit why = { .who = SV("test"), .action = SV("erase") };
	struct opinia_erasure gone;
	struct opinia_snapshot *snap;
	bool hers[ROOM] = { false };
	uint64_t n = 0;
	uint32_t number;

	cr_assert_eq(opinia_snapshot_open(w->f.store, &snap, &w->err), 0);
	cr_assert_eq(opinia_subject_find(snap, address, &number, &w->err), 0, "%s",
		     w->err.text);
	opinia_snapshot_close(snap);
	for (size_t i = 0; i < w->f.count; i++)
		n += hers[i] =
			fleet_same_person(&w->f, address_of(&w->f.records[i]), address);
	cr_assert_eq(
		opinia_erase_customer(w->f.store, number, false, &why, &gone, &w->err), 0,
		"%s", w->err.text);
	cr_assert(gone.persons == 1 && gone.records == n, "%llu records, should be %llu",
		  (unsigned long long)gone.records, (unsigned long long)n);
	for (size_t i = 0; i < w->f.count; i++)
		if (hers[i])
			blank(w, i);
}

static void erase(struct ways *w)
{
	struct opinia_audit why = { .who = SV("test"), .action = SV("erase") };
	struct opinia_erasure gone;
	size_t i = w->f.count ? chance((uint32_t)w->f.count) : 0;

	flush(w);
	if (!w->f.count || w->x[i].erased)
		return;
	if (address_of(&w->f.records[i]).n) {
		erase_person(w, address_of(&w->f.records[i]));
		return;
	}
	cr_assert_eq(opinia_erase_record(w->f.store, (uint32_t)i + 1, false, &why, &gone,
					 &w->err),
		     0, "%s", w->err.text);
	cr_assert_eq(gone.records, 1);
	blank(w, i);
}

/* ---- reading again --------------------------------------------------------------- */

static void read_again(struct ways *w)
{
	struct opinia_stored docs[30];
	struct verdict verdicts[30];
	struct opinia_prepared *p;
	struct opinia_landing landed;
	struct opinia_snapshot *snap;
	size_t which[30], n = 0;
	unsigned lexicon = 1 + chance(2);

	flush(w);
	cr_assert_eq(opinia_snapshot_open(w->f.store, &snap, &w->err), 0);
	for (size_t k = 0; k < 30 && w->f.count; k++) {
		size_t i = chance((uint32_t)w->f.count), again = 0;
		struct record was = w->f.records[i];

		while (again < n && which[again] != i)
			again++;
		if (again < n || w->x[i].erased || !was.comment.n)
			continue;
		cr_assert_eq(opinia_fetch(snap, (uint32_t)i + 1, &w->f.arena, &docs[n],
					  &w->err),
			     0, "%s", w->err.text);
		do /* somebody else's verdict */
			fleet_record(&w->f, i, KIND_FEEDBACK);
		while (!w->f.verdicts[i].analyzed);
		w->f.records[i] = was;
		w->x[i].lexicon = lexicon;
		verdicts[n] = w->f.verdicts[i];
		which[n++] = i;
	}
	opinia_snapshot_close(snap);
	if (!n)
		return;
	cr_assert_eq(opinia_store_prepare_again(w->f.store, docs, n, verdicts,
						sv_of(lexicons[lexicon]), &p, &w->err),
		     0, "%s", w->err.text);
	cr_assert_eq(opinia_store_land(w->f.store, p, &landed, &w->err), 0, "%s",
		     w->err.text);
	cr_assert_eq(landed.revised, n);
	opinia_prepared_free(p);
}

static void reopen(struct ways *w)
{
	flush(w);
	opinia_store_close(w->f.store);
	cr_assert_eq(opinia_store_open(&w->f.store, &w->f.opt, &w->err), 0, "%s",
		     w->err.text);
}

/* ---- looking --------------------------------------------------------------------- */

static void same_pages(struct ways *w, struct opinia_snapshot *snap, const char *text)
{
	struct filter *filter = fleet_parse(&w->f, text);
	struct opinia_page all = { 0 }, page = { .limit = 1 + chance(60) };
	struct arena_mark mark = arena_mark(&w->f.arena);
	uint32_t *ids, *part;
	size_t n, m, at = 0;

	cr_assert_eq(opinia_select(snap, filter, &all, &w->f.arena, &ids, &n, &w->err),
		     0);
	do {
		cr_assert_eq(opinia_select(snap, filter, &page, &w->f.arena, &part, &m,
					   &w->err),
			     0, "%s", w->err.text);
		cr_assert(at + m <= n && !memcmp(part, ids + at, m * sizeof(*part)),
			  "[%s] page at %zu", text, at);
		at += m;
		page.after = page.next;
	} while (page.next.n);
	cr_assert_eq(at, n, "[%s] %zu of %zu", text, at, n);
	arena_rewind(&w->f.arena, mark);
}

static void same_facts(struct ways *w, struct opinia_snapshot *snap)
{
	struct opinia_fact *facts;
	size_t n, at = 0, with[ROOM];

	cr_assert_eq(
		opinia_facts(snap,
			     fleet_parse(&w->f,
					 "kind:feedback,interaction,invitation,activity"),
			     &w->f.arena, &facts, &n, &w->err),
		0, "%s", w->err.text);
	for (size_t i = 0; i < w->f.count; i++) {
		const struct record *r = &w->f.records[i];
		const struct opinia_fact *x = &facts[at];

		if (r->kind == KIND_CUSTOMER ||
		    (w->x[i].erased && r->kind != KIND_FEEDBACK))
			continue;
		cr_assert_lt(at, n);
		cr_assert(x->id == i + 1 && x->kind == r->kind &&
				  x->channel == r->channel &&
				  x->delivery == r->delivery &&
				  x->escalated == r->escalated &&
				  x->answered_at == r->answered_at &&
				  sv_eq(x->activity, r->activity) &&
				  (x->interaction != 0) == (r->interaction.n > 0) &&
				  (x->customer != 0) == (r->customer.n > 0),
			  "facts of record %zu%s", i + 1,
			  w->x[i].erased ? " (erased)" : "");
		for (size_t k = 0; k < at && k < 12; k++)
			cr_assert_eq(
				facts[k].customer && facts[k].customer == x->customer,
				fleet_same_person(&w->f, w->f.records[with[k]].customer,
						  r->customer),
				"person of %zu and %zu", with[k] + 1, i + 1);
		with[at++] = i;
	}
	cr_assert_eq(at, n);
}

static void same_documents(struct ways *w, struct opinia_snapshot *snap)
{
	struct opinia_stored d;

	for (size_t i = 0; i < w->f.count; i += 1 + chance(6)) {
		const struct record *r = &w->f.records[i];
		const struct verdict *v = &w->f.verdicts[i];
		const struct extra *x = &w->x[i];

		cr_assert_eq(
			opinia_fetch(snap, (uint32_t)i + 1, &w->f.arena, &d, &w->err), 0,
			"%s", w->err.text);
		cr_assert(d.erased == x->erased && d.readable == !x->erased &&
				  d.revision == x->revision && d.record.kind == r->kind &&
				  sv_eq(d.record.agent, r->agent) &&
				  d.record.score_count == r->score_count,
			  "record %zu", i + 1);
		cr_assert(d.verdict.analyzed == v->analyzed &&
				  d.verdict.topic_count == v->topic_count &&
				  (!v->analyzed || (d.verdict.sentiment == v->sentiment &&
						    d.verdict.language == v->language)),
			  "verdict of record %zu", i + 1);
		if (v->analyzed)
			cr_assert(sv_eq(d.lexicon, sv_of(lexicons[x->lexicon])),
				  "lexicon of record %zu", i + 1);
		if (x->erased)
			continue;
		cr_assert(sv_eq(d.record.comment, r->comment) &&
				  sv_eq(d.record.external_id, r->external_id) &&
				  sv_eq(d.record.interaction, r->interaction) &&
				  sv_eq(d.record.customer, r->customer) &&
				  sv_eq(d.record.email, r->email) &&
				  d.record.attr_count == r->attr_count,
			  "words of record %zu", i + 1);
	}
}

static void same_totals(struct ways *w, struct opinia_snapshot *snap)
{
	struct opinia_totals t;
	uint64_t kinds[KIND_COUNT] = { 0 };

	for (size_t i = 0; i < w->f.count; i++)
		kinds[w->f.records[i].kind]++;
	cr_assert_eq(opinia_snapshot_totals(snap, &w->f.arena, &t, &w->err), 0);
	for (int k = 0; k < KIND_COUNT; k++)
		cr_assert_eq(t.records[k], kinds[k], "kind %d", k);
}

/* Not the topic's own sentiment of a lone topic: tests/store/test_groups.c has it. */
static void same_numbers(struct ways *w, struct opinia_snapshot *snap)
{
	static const char *const cuts[] = { "",
					    "day",
					    "week,channel",
					    "month,topic",
					    "agent,csat",
					    "language,sentiment",
					    "weekday,topic",
					    "source,nps,attr.plan",
					    "team,fcr,ces",
					    "reason,channel,month" };
	const char *text = fleet_filter(&w->f);

	fleet_same_groups(&w->f, snap, "", cuts[chance(10)], TOPIC_NONE);
	if (!strstr(text, "topic:"))
		fleet_same_groups(&w->f, snap, text, cuts[chance(10)], TOPIC_NONE);
}

static void look(struct ways *w)
{
	struct arena_mark mark = arena_mark(&w->f.arena);
	struct opinia_snapshot *snap;
	struct opinia_check check;
	const char *text;

	flush(w);
	cr_assert_eq(opinia_snapshot_open(w->f.store, &snap, &w->err), 0);
	fleet_same_answer(&w->f, snap, "");
	for (unsigned i = 0; i < 12; i++)
		fleet_same_answer(&w->f, snap, fleet_filter(&w->f));
	text = fleet_filter(&w->f);
	same_pages(w, snap, chance(2) ? text : "");
	same_numbers(w, snap);
	same_facts(w, snap);
	same_documents(w, snap);
	same_totals(w, snap);
	opinia_snapshot_close(snap);
	arena_rewind(&w->f.arena, mark);
	if (chance(3))
		return;
	cr_assert_eq(opinia_store_check(w->f.store, fleet_told, NULL, &check, &w->err), 0,
		     "%s", w->err.text);
}

static void walk(uint64_t seed)
{
	static struct ways w;

	chance_state = seed;
	memset(&w, 0, sizeof(w));
	fleet_begin(&w.f, ROOM);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned dice = chance(200);

		if (dice < 60)
			add_row(&w);
		else if (dice < 110)
			same_row(&w);
		else if (dice < 170)
			revise(&w);
		else if (dice < 190)
			flush(&w);
		else if (dice < 195)
			read_again(&w);
		else if (dice < 198)
			erase(&w);
		else
			reopen(&w);
		if (step % LOOK == LOOK - 1)
			look(&w);
	}
	fleet_close(&w.f);
}

Test(ways, whatever_happened_to_a_store_it_answers_like_an_array, .timeout = 86400)
{
	const char *given = getenv("OPINIA_SEEDS"), *first = getenv("OPINIA_SEED");
	uint64_t seed = first ? strtoull(first, NULL, 10) : 20260303;
	uint64_t n = given ? strtoull(given, NULL, 10) : first ? 1 : SEEDS;

	cr_assert_geq(sodium_init(), 0);
	for (uint64_t i = 0; i < n; i++) {
		fprintf(stderr, "ways: OPINIA_SEED=%llu\n", (unsigned long long)seed + i);
		walk(seed + i);
	}
}
