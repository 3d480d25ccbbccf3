/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect_bench.h: a folder with an opinia.conf for one service, a desk that plays it, and a table
 * that what is collected lands in: by kind and id, as the store would have it, with a text of all
 * that a record says, so that "new", "again" and "changed" can be told apart.
 */
#ifndef OPINIA_TESTS_COLLECTOR_COLLECT_BENCH_H
#define OPINIA_TESTS_COLLECTOR_COLLECT_BENCH_H

#include <pthread.h>
#include <sys/stat.h>

#include "collector/opinia_collector.h"
#include "tests/collector/files.h"
#include "tests/fake/desk.h"

/* What the contract must know of a service to ask it. */
struct collect_case {
	const char *vendor;
	const char *settings; /* lines of [source], beside adapter, url and the secret */
	int low, high;	      /* the scores that a row of its desk may have */
	int page;	      /* rows of a page; 0: it has none */
	bool asks; /* it says who was asked: every seventh row is not answered */
};

struct landed {
	char *key, *text;
};

struct landing {
	struct landed *at;
	size_t count, fresh, changed, same;
	char cursor[8192];
};

struct bench {
	const struct collect_case *of;
	struct desk *desk, *elsewhere; /* where a redirect would lead */
	struct landing table;
	struct cancel cancel;
	struct collect_env env;
	struct zone *zone;
	struct arena arena;
	struct opinia_sources *sources;
	char dir[32], maps[48], rejected[48];
	int64_t now;
	int rows;
	size_t more_asked; /* beside those of the rows */
};

/* ---- landing ------------------------------------------------------------------------------- */

static inline struct landed *landed_find(struct landing *l, const char *key)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->at[i].key, key) == 0)
			return &l->at[i];
	return NULL;
}

static inline void land_one(struct landing *l, const struct record *from)
{
	struct record r = *from;
	struct landed *old;
	struct buf text;
	char key[256];

	r.origin = SV(""); /* where it stood may change */
	buf_init(&text, 0);
	tell_record(&text, &r);
	snprintf(key, sizeof(key), "%s/" SV_FMT, record_kind_name(r.kind),
		 SV_ARG(r.external_id));
	cr_expect(r.external_id.n, "a record without an id: %s", text.p);
	old = landed_find(l, key);
	if (!old) {
		l->at = realloc(l->at, (l->count + 1) * sizeof(*l->at));
		old = &l->at[l->count++];
		*old = (struct landed){ strdup(key), strdup("") };
		l->fresh++;
	} else if (strcmp(old->text, text.p) != 0) {
		l->changed++;
	} else {
		l->same++;
	}
	free(old->text);
	old->text = strdup(text.p);
	buf_release(&text);
}

static inline void land(struct landing *l, const struct batch *b)
{
	struct err err = ERR_NONE;

	for (size_t i = 0; i < b->count; i++) {
		cr_expect_eq(record_check(&b->records[i], &err), 0, "%s", err.text);
		land_one(l, &b->records[i]);
	}
	cr_assert_lt(b->cursor.n, sizeof(l->cursor));
	if (b->cursor.n)
		snprintf(l->cursor, sizeof(l->cursor), SV_FMT, SV_ARG(b->cursor));
}

static inline void landing_forget(struct landing *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->at[i].key);
		free(l->at[i].text);
	}
	free(l->at);
	*l = (struct landing){ 0 };
}

/* ---- the folder ---------------------------------------------------------------------------- */

static inline void bench_write(const struct bench *b, const char *name, const char *text,
			       int mode)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	spill(path, sv_of(text));
	cr_assert_eq(chmod(path, (mode_t)mode), 0);
}

/* The shipped map, read from the team's folder, with a ceiling that a test can wait for. */
static inline void bench_short_map(const struct bench *b, const char *ceiling)
{
	char from[256], to[160];
	struct buf text, out;
	ptrdiff_t at;

	snprintf(from, sizeof(from), "%s/collector/maps/%s.map", OPINIA_SOURCE_DIR,
		 b->of->vendor);
	snprintf(to, sizeof(to), "%s/%s.map", b->maps, b->of->vendor);
	buf_init(&text, 0);
	buf_init(&out, 0);
	slurp(from, &text);
	at = sv_find(buf_sv(&text), SV("[pages]\n"));
	cr_assert_geq(at, 0);
	buf_put(&out, text.p, (size_t)at + 8);
	buf_printf(&out, "max = %s\n", ceiling);
	buf_put(&out, text.p + at + 8, text.n - (size_t)at - 8);
	spill(to, buf_sv(&out));
	buf_release(&text);
	buf_release(&out);
}

static inline void bench_configure(struct bench *b)
{
	struct settings *settings;
	struct err err = ERR_NONE;
	struct buf conf;
	char path[160];

	buf_init(&conf, 0);
	buf_printf(&conf,
		   "[source shop]\nadapter = %s\nurl = %s\n%s"
		   "secret_file = %s/secret\nprivate = yes\ntimeout = 600s\n",
		   b->of->vendor, desk_url(b->desk), b->of->settings, b->dir);
	bench_write(b, "opinia.conf", conf.p, 0644);
	bench_write(b, "secret", DESK_SECRET "\n", 0600);
	buf_release(&conf);
	snprintf(path, sizeof(path), "%s/opinia.conf", b->dir);
	cr_assert_eq(settings_read(&settings, path, &b->arena, &err), 0, "%s", err.text);
	opinia_sources_close(b->sources);
	cr_assert_eq(opinia_sources_open(&b->sources, settings, &b->env, &err), 0, "%s",
		     err.text);
}

static inline void bench_rows(struct bench *b)
{
	static const char *const words[] = {
		"Mulțumesc, m-au ajutat imediat", "Czekałem pół godziny na konsultanta",
		"Livrarea a intarziat doua zile", "Wszystko jasne, polecam",
		"Nu mi-a răspuns nimeni",	  "Reklamacja rozpatrzona od ręki",
	};

	b->rows = b->of->page ? 2 * b->of->page + 10 : 40;
	for (int n = 1; n <= b->rows; n++) {
		struct desk_row row = { .n = n };

		row.asked = row.answered = b->now - 1800000 + n * 1000;
		row.score = b->of->low + n % (b->of->high - b->of->low + 1);
		if (b->of->asks && n % 7 == 0)
			row.score = -1;
		snprintf(row.comment, sizeof(row.comment), "%s [%d].",
			 words[(size_t)n % COUNT(words)], n);
		desk_add(b->desk, &row);
	}
}

static inline void bench_init(struct bench *b, const struct collect_case *of)
{
	struct err err = ERR_NONE;

	*b = (struct bench){ .of = of, .dir = "/tmp/opinia-desk-XXXXXX" };
	arena_init(&b->arena, 0);
	cr_assert(mkdtemp(b->dir) != NULL);
	snprintf(b->maps, sizeof(b->maps), "%s/maps.d", b->dir);
	snprintf(b->rejected, sizeof(b->rejected), "%s/rejected", b->dir);
	cr_assert_eq(mkdir(b->maps, 0700), 0);
	cr_assert_eq(mkdir(b->rejected, 0700), 0);
	cr_assert_eq(zone_open(&b->zone, "UTC", &err), 0, "%s", err.text);
	cr_assert_eq(cancel_init(&b->cancel, &err), 0, "%s", err.text);
	b->now = when_now() / 1000 * 1000;
	b->env = (struct collect_env){
		.zone = b->zone,
		.cancel = &b->cancel,
		.maps = { b->maps, OPINIA_SOURCE_DIR "/collector/maps" },
		.rejected_dir = b->rejected,
		.now = TIME_NONE,
	};
	b->desk = desk_open(of->vendor, OPINIA_SOURCE_DIR "/tests/exchanges");
	b->elsewhere = desk_open(of->vendor, OPINIA_SOURCE_DIR "/tests/exchanges");
	bench_rows(b);
	bench_configure(b);
}

static inline void bench_clear(const char *dir)
{
	struct place p = { "", "" };

	cr_assert_lt(strlen(dir), sizeof(p.dir));
	memcpy(p.dir, dir, strlen(dir) + 1);
	place_clear(&p);
}

static inline void bench_release(struct bench *b)
{
	opinia_sources_close(b->sources);
	desk_close(b->desk);
	desk_close(b->elsewhere);
	landing_forget(&b->table);
	cancel_release(&b->cancel);
	zone_close(b->zone);
	arena_release(&b->arena);
	bench_clear(b->maps);
	bench_clear(b->rejected);
	bench_clear(b->dir);
}

/* ---- collecting ---------------------------------------------------------------------------- */

enum { BATCHES_MAX = 4000 };

static inline struct opinia_collect *bench_open(struct bench *b)
{
	struct opinia_collect *c;
	struct err err = ERR_NONE;

	cr_assert_eq(opinia_collect_open(&c, b->sources, 0, &err), 0, "%s", err.text);
	return c;
}

/* One run to its end; the first error ends it. */
static inline int bench_run(struct bench *b, struct err *err)
{
	struct opinia_collect *c = bench_open(b);
	struct batch batch;
	int rc, left = BATCHES_MAX;

	b->table.fresh = b->table.changed = b->table.same = 0;
	batch_init(&batch);
	do {
		rc = opinia_collect_pull(c, sv_of(b->table.cursor), &batch, err);
		if (!rc)
			land(&b->table, &batch);
	} while (!rc && (batch.count || batch.cursor.n) && left--);
	cr_expect_gt(left, 0, "%s: no end", b->of->vendor);
	batch_release(&batch);
	opinia_collect_close(c);
	return rc;
}

static inline void bench_fine(struct bench *b)
{
	struct err err = ERR_NONE;
	int rc = bench_run(b, &err);
	char *log = desk_log(b->desk);

	cr_assert_eq(rc, 0, "%s: %s\n%s", b->of->vendor, err.text, log);
	free(log);
}

/* Is every row that was answered there once, with its score and words, and who was asked? */
static inline void bench_complete(struct bench *b, int without)
{
	size_t answered = 0, asked = 0, kinds[2] = { 0, 0 };
	char comment[32], score[32];

	for (int n = 1; n <= b->rows; n++) {
		int points = b->of->low + n % (b->of->high - b->of->low + 1), found = 0;

		asked++;
		if (n == without || (b->of->asks && n % 7 == 0))
			continue;
		answered++;
		snprintf(comment, sizeof(comment), "[%d].", n);
		snprintf(score, sizeof(score), "|csat=%d/%d..%d", points, b->of->low,
			 b->of->high);
		for (size_t i = 0; i < b->table.count; i++)
			found += strstr(b->table.at[i].text, comment) &&
				 strstr(b->table.at[i].text, score);
		cr_expect_eq(found, 1, "%s: row %d is there %d times", b->of->vendor, n,
			     found);
	}
	for (size_t i = 0; i < b->table.count; i++)
		kinds[b->table.at[i].key[0] == 'i']++;
	if (!without)
		cr_expect_eq(kinds[0], answered, "%s: %zu answers", b->of->vendor,
			     kinds[0]);
	if (b->of->asks)
		cr_expect_eq(kinds[1], asked + b->more_asked, "%s: %zu asked",
			     b->of->vendor, kinds[1]);
}

#endif
