/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_opinia.c: Opinia as the program has it: read, analyzed, encrypted, indexed, durable in
 * batches. A question is asked from a parsed filter to its counts.
 */
#include <stdio.h>
#include <string.h>

#include "bench/engine.h"
#include "bench/opened.h"
#include "cli/pipeline.h"
#include "collector/opinia_collector.h"

enum { PAGE = 50 };

struct store {
	struct opened o;
	struct opinia_snapshot *snap;
	struct arena arena, filters;
	struct filter *f[ASKED], *before; /* before: the 30 days of Q2 that came first */
	struct opinia_by by[2][3];	  /* of Q1, Q2 */
	size_t by_count[2];
};

static const char *dir_of(const struct engine_place *place, char out[static 1024])
{
	snprintf(out, 1024, "%s/store", place->data);
	return out;
}

/* ---- in ------------------------------------------------------------------------------------ */

static int pull(void *import, struct batch *out, struct err *err)
{
	return opinia_import_pull(import, out, err);
}

static uint64_t bytes_of(struct opened *o)
{
	struct opinia_snapshot *snap;
	struct opinia_totals totals;
	struct err err = ERR_NONE;
	struct arena arena;

	arena_init(&arena, 0);
	must(opinia_snapshot_open(o->store, &snap, &err), &err);
	must(opinia_snapshot_totals(snap, &arena, &totals, &err), &err);
	opinia_snapshot_close(snap);
	arena_release(&arena);
	return totals.bytes;
}

static void load(const struct engine_place *place, struct cost *out)
{
	struct import_options options = { .dry_run = false };
	struct opinia_landing total;
	struct err err = ERR_NONE;
	struct pipeline line;
	struct opinia_import *import;
	struct opened o;
	char dir[1024];

	opened_open(&o, place->lexicon, dir_of(place, dir), true);
	options.zone = opinia_store_zone(o.store);
	must(opinia_import_open(&import, place->csv, &options, &err), &err);
	line = (struct pipeline){
		.analyzer = o.analyzer,
		.store = o.store,
		.threads = place->cores,
		.source = import,
		.pull = pull,
	};
	cost_begin(out);
	must(pipeline_run(&line, &total, &err), &err);
	cost_end(out);
	out->rows = total.added;
	out->bytes = bytes_of(&o);
	opinia_import_close(import);
	opened_close(&o);
}

/* ---- what is asked ------------------------------------------------------------------------- */

static struct filter *filter_of(struct store *s, const char *text, int32_t first,
				int32_t last)
{
	struct opinia_filter_env env = {
		.zone = opinia_store_zone(s->o.store),
		.taxonomy = opinia_analyzer_taxonomy(s->o.analyzer),
	};
	struct err err = ERR_NONE;
	struct filter *f;

	must(opinia_filter_parse(sv_of(text), &env, &s->filters, &f, &err), &err);
	if (first != INT32_MIN)
		f = opinia_filter_days(f, first, last, &s->filters);
	if (!f)
		die("out of memory");
	return f;
}

static void prepare(struct store *s, const struct about *a)
{
	struct err err = ERR_NONE;

	must(opinia_by_parse(SV("week,channel"), s->by[0], &s->by_count[0], &err), &err);
	must(opinia_by_parse(SV("topic"), s->by[1], &s->by_count[1], &err), &err);
	s->f[ASK_WEEKLY] = filter_of(s, "topic:" BENCH_TOPIC, about_year_first(a),
				     about_year_last(a));
	s->f[ASK_RISING] = filter_of(s, "", a->last - 29, a->last);
	s->before = filter_of(s, "", a->last - 59, a->last - 30);
	s->f[ASK_COUNT] = s->f[ASK_NEWEST] = filter_of(
		s, "topic:" BENCH_TOPIC " channel:chat csat:1..2 sentiment:neg lang:ro",
		a->last - 89, a->last);
	s->f[ASK_WORD] = filter_of(s, "=" BENCH_WORD, INT32_MIN, 0);
	s->f[ASK_PHRASE] = filter_of(s, "\"" BENCH_PHRASE "\"", INT32_MIN, 0);
	s->f[ASK_ANY] = filter_of(s, BENCH_WORD, INT32_MIN, 0);
}

static void *open_store(const struct engine_place *place, struct about *about)
{
	struct store *s = take_memory(sizeof(*s));
	struct opinia_totals totals;
	struct err err = ERR_NONE;
	char dir[1024];

	arena_init(&s->arena, 0);
	arena_init(&s->filters, 0);
	opened_open(&s->o, place->lexicon, dir_of(place, dir), false);
	must(opinia_snapshot_open(s->o.store, &s->snap, &err), &err);
	must(opinia_snapshot_totals(s->snap, &s->filters, &totals, &err), &err);
	about->last = totals.last_day;
	about->records = totals.records[KIND_FEEDBACK];
	about->topic =
		taxonomy_find(opinia_analyzer_taxonomy(s->o.analyzer), SV(BENCH_TOPIC));
	about->language = opinia_analyzer_language(s->o.analyzer, SV("ro"));
	prepare(s, about);
	return s;
}

static void close_store(void *self)
{
	struct store *s = self;

	opinia_snapshot_close(s->snap);
	opened_close(&s->o);
	arena_release(&s->arena);
	arena_release(&s->filters);
}

/* ---- answers ------------------------------------------------------------------------------- */

static struct opinia_group *groups(struct store *s, const struct filter *f, int by,
				   size_t *n)
{
	struct opinia_group *g;
	struct err err = ERR_NONE;
	/* who rises is told by moods alone, as in the report */
	__typeof__(opinia_groups) *ask = by ? opinia_group_moods : opinia_groups;

	must(ask(s->snap, f, s->by[by], s->by_count[by], &s->arena, &g, n, &err), &err);
	return g;
}

static uint64_t points(const struct scale_counts *s, int16_t from, int16_t to)
{
	uint64_t n = 0;

	for (int16_t v = from; v <= to; v++)
		n += s->at[v - s->min];
	return n;
}

/* Of a group's key, as the store names it: to look for other spellings would take longer than Q1. */
static int64_t channel_of(const struct sv names[CHANNEL_COUNT], struct sv key)
{
	for (int c = 0; c < CHANNEL_COUNT; c++)
		if (key.n == names[c].n && memcmp(key.p, names[c].p, key.n) == 0)
			return c;
	die("a group has no channel");
}

static void weekly(struct store *s, struct answer *out)
{
	size_t n;
	struct opinia_group *g = groups(s, s->f[ASK_WEEKLY], 0, &n);
	struct sv names[CHANNEL_COUNT];

	for (int c = 0; c < CHANNEL_COUNT; c++)
		names[c] = sv_of(channel_name((enum channel)c));

	for (size_t i = 0; i < n; i++) {
		const struct scale_counts *csat = &g[i].counts.score[SCORE_CSAT][0];
		const struct scale_counts *nps = &g[i].counts.score[SCORE_NPS][0];
		uint64_t figures[6] = { g[i].counts.records };
		if (g[i].counts.scales[SCORE_CSAT]) {
			figures[1] = scale_total(csat);
			figures[2] = points(csat, 4, 5);
		}
		if (g[i].counts.scales[SCORE_NPS]) {
			figures[3] = scale_total(nps);
			figures[4] = points(nps, 9, 10);
			figures[5] = points(nps, 0, 6);
		}
		answer_week(out, (g[i].order[0] + 3) / 7, channel_of(names, g[i].key[1]),
			    figures);
	}
}

static void rising(struct store *s, struct answer *out)
{
	for (int k = 0; k < 2; k++) {
		size_t n;
		struct opinia_group *g =
			groups(s, k ? s->before : s->f[ASK_RISING], 1, &n);

		for (size_t i = 0; i < n; i++) {
			uint64_t negative = g[i].counts.sentiment[SENTIMENT_NEG];

			if (g[i].key[0].n)
				answer_topic(out, k ? 0 : negative, k ? negative : 0);
		}
	}
}

static void newest(struct store *s, struct answer *out)
{
	struct opinia_page page = { .limit = PAGE };
	struct err err = ERR_NONE;
	uint32_t *ids;
	size_t n;

	must(opinia_select(s->snap, s->f[ASK_NEWEST], &page, &s->arena, &ids, &n, &err),
	     &err);
	for (size_t i = 0; i < n; i++) {
		struct opinia_stored doc;

		must(opinia_fetch(s->snap, ids[i], &s->arena, &doc, &err), &err);
		answer_text(out, doc.record.comment.n);
	}
	out->value += page.total << 32;
}

static bool ask(void *self, enum asked what, struct answer *out)
{
	struct store *s = self;
	struct err err = ERR_NONE;

	*out = (struct answer){ .value = 0 };
	arena_reset(&s->arena);
	switch (what) {
	case ASK_WEEKLY:
		weekly(s, out);
		return true;
	case ASK_RISING:
		rising(s, out);
		return true;
	case ASK_NEWEST:
		newest(s, out);
		return true;
	case ASK_COUNT:
	case ASK_WORD:
	case ASK_PHRASE:
	case ASK_ANY:
		must(opinia_count(s->snap, s->f[what], &out->size, &err), &err);
		out->value = out->size;
		return true;
	default:
		return false;
	}
}

const struct engine engine_opinia = {
	.name = "opinia",
	.cores_max = INT64_MAX,
	.load = load,
	.open = open_store,
	.ask = ask,
	.close = close_store,
};
