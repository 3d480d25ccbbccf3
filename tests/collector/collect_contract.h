/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect_contract.h: what adapter.h promises of a source that is collected from, asked of every
 * service in one line: COLLECT_CONTRACT(chatwoot, { … }). A desk (tests/fake/desk.h) plays the
 * service. The maps are the shipped ones.
 */
#ifndef OPINIA_TESTS_COLLECTOR_COLLECT_CONTRACT_H
#define OPINIA_TESTS_COLLECTOR_COLLECT_CONTRACT_H

#include "tests/collector/collect_bench.h"

/* ---- nothing is lost, nothing comes twice -------------------------------------------------- */

static inline void contract_a_second_run_brings_nothing(struct bench *b)
{
	bench_fine(b);
	bench_complete(b, 0);
	cr_expect_eq(b->table.changed + b->table.same, 0u, "%s: a page came twice",
		     b->of->vendor);
	bench_fine(b);
	cr_expect_eq(b->table.fresh, 0u, "%s", b->of->vendor);
	cr_expect_eq(b->table.changed, 0u, "%s", b->of->vendor);
	cr_expect_gt(b->table.same, 0u, "%s: a run overlaps the one before",
		     b->of->vendor);
}

static inline void contract_an_edited_rating_is_the_same_one(struct bench *b)
{
	int other = b->of->low + 4 % (b->of->high - b->of->low + 1);
	size_t before = b->table.count;
	bool found = false;

	desk_edit(b->desk, 3, other, "M-am răzgândit [3].", b->now);
	bench_fine(b);
	cr_expect_eq(b->table.fresh, 0u, "%s: an edit is nothing new", b->of->vendor);
	cr_expect_eq(b->table.changed, 1u, "%s: %zu changed", b->of->vendor,
		     b->table.changed);
	cr_expect_eq(b->table.count, before);
	for (size_t i = 0; i < b->table.count; i++)
		found |= strstr(b->table.at[i].text, "M-am răzgândit") != NULL;
	cr_expect(found);
}

/* Each batch is pulled, lost before it landed, and pulled again by the next process. */
static inline void contract_a_stop_before_landing_loses_nothing(struct bench *b)
{
	struct batch batch;
	struct err err = ERR_NONE;
	int left = BATCHES_MAX;

	landing_forget(&b->table);
	batch_init(&batch);
	do {
		struct opinia_collect *c = bench_open(b);

		cr_assert_eq(opinia_collect_pull(c, sv_of(b->table.cursor), &batch, &err),
			     0, "%s: %s", b->of->vendor, err.text);
		opinia_collect_close(c);
		c = bench_open(b);
		cr_assert_eq(opinia_collect_pull(c, sv_of(b->table.cursor), &batch, &err),
			     0, "%s: %s", b->of->vendor, err.text);
		opinia_collect_close(c);
		land(&b->table, &batch);
		if (!strstr(b->table.cursor, "next") &&
		    !strstr(b->table.cursor, "page") &&
		    !strstr(b->table.cursor, "offset"))
			break; /* between runs */
	} while ((batch.count || batch.cursor.n) && left--);
	batch_release(&batch);
	bench_complete(b, 0);
}

/* The first row goes while the pages are read: what moved over the edge comes with the next run. */
static inline void contract_a_page_that_moves_hides_nothing(struct bench *b)
{
	struct opinia_collect *c;
	struct batch batch;
	struct err err = ERR_NONE;
	bool gone = false;

	landing_forget(&b->table);
	c = bench_open(b);
	batch_init(&batch);
	do {
		cr_assert_eq(opinia_collect_pull(c, sv_of(b->table.cursor), &batch, &err),
			     0, "%s: %s", b->of->vendor, err.text);
		land(&b->table, &batch);
		if (!gone)
			desk_delete(b->desk, 1);
		gone = true;
	} while (batch.count || batch.cursor.n);
	batch_release(&batch);
	opinia_collect_close(c);
	bench_fine(b);
	bench_complete(b, 1);
}

static inline void contract_lands_once(const struct collect_case *of)
{
	struct bench b;

	bench_init(&b, of);
	contract_a_second_run_brings_nothing(&b);
	contract_a_stop_before_landing_loses_nothing(&b);
	contract_a_page_that_moves_hides_nothing(&b);
	contract_an_edited_rating_is_the_same_one(&b);
	bench_release(&b);
}

/* ---- trouble ------------------------------------------------------------------------------- */

static inline void no_secret(const struct bench *b, const char *text)
{
	/* as it is, and how its middle looks in base64, in three alignments */
	static const char *const shapes[] = { "canary-4d1f0c7b", "Y2FuYXJ5LTRkMWYwYzdi",
					      "NhbmFyeS00ZDFmMGM3",
					      "jYW5hcnktNGQxZjBjN" };

	for (size_t i = 0; i < COUNT(shapes); i++)
		cr_expect_null(strstr(text, shapes[i]), "%s tells its secret: %s",
			       b->of->vendor, text);
}

static inline void contract_trouble_has_a_code_and_a_sentence(struct bench *b)
{
	static const struct {
		enum desk_fault fault;
		int code;
		const char *says;
	} rows[] = {
		{ DESK_401, ERR_CONFIG, NULL },
		{ DESK_403, ERR_CONFIG, NULL },
		{ DESK_404, ERR_CONFIG, NULL },
		{ DESK_429_SECONDS, ERR_AGAIN, "120 s" },
		{ DESK_429_DATE, ERR_AGAIN, NULL },
		{ DESK_500, ERR_UNAVAILABLE, NULL },
		{ DESK_REDIRECT, ERR_CONFIG, NULL },
		{ DESK_HALF, ERR_UNAVAILABLE, NULL },
		{ DESK_BROKEN_JSON, ERR_UNAVAILABLE, NULL },
		{ DESK_HTML, ERR_UNAVAILABLE, NULL },
	};
	char said[COUNT(rows)][600];

	desk_redirect(b->desk, desk_url(b->elsewhere));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_NONE;
		int rc;

		desk_fail(b->desk, rows[i].fault, 1000);
		rc = bench_run(b, &err);
		cr_expect_eq(rc, rows[i].code, "%s, fault %d: code %d: %s", b->of->vendor,
			     (int)rows[i].fault, rc, err.text);
		cr_expect(!rows[i].says || strstr(err.text, rows[i].says), "%s: %s",
			  b->of->vendor, err.text);
		cr_expect(*err.text);
		no_secret(b, err.text);
		snprintf(said[i], sizeof(said[i]), "%s", err.text);
		cr_expect_eq(b->table.count, 0u);
	}
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(said[i], said[k]);
	cr_expect_eq(desk_asked(b->elsewhere), 0u, "%s follows a redirect",
		     b->of->vendor);
	desk_fail(b->desk, DESK_429_SOON, 1); /* is waited for */
	bench_fine(b);
	bench_complete(b, 0);
}

static inline void contract_what_is_broken_is_set_aside_once(struct bench *b)
{
	struct desk_row row = { .n = b->rows + 1, .score = b->of->high, .broken = true };
	struct buf aside;
	char path[160];
	ptrdiff_t at;
	size_t bytes;

	row.asked = row.answered = b->now - 1000;
	snprintf(row.comment, sizeof(row.comment), "Rândul stricat, całość");
	desk_add(b->desk, &row);
	b->more_asked = 1; /* who was asked is not in doubt */
	bench_fine(b);
	bench_complete(b, 0);
	snprintf(path, sizeof(path), "%s/shop.rejected", b->rejected);
	buf_init(&aside, 0);
	slurp(path, &aside);
	at = sv_find(buf_sv(&aside), sv_of(row.comment));
	cr_expect_geq(at, 0, "%s: whole: %s", b->of->vendor, aside.p);
	cr_expect_geq(sv_find(buf_sv(&aside), SV("item ")), 0, "%s: with its place: %s",
		      b->of->vendor, aside.p);
	bytes = aside.n;
	buf_release(&aside);
	bench_fine(b); /* the overlap brings it again, and it is there already */
	buf_init(&aside, 0);
	slurp(path, &aside);
	cr_expect_eq(aside.n, bytes, "%s: set aside again", b->of->vendor);
	no_secret(b, aside.p);
	buf_release(&aside);
}

static inline void steps_note(void *into, const char *what, const char *detail)
{
	buf_printf(into, "%s: %s\n", what, detail ? detail : "");
}

static inline void contract_a_test_tells_its_steps(struct bench *b)
{
	struct buf told;
	struct source_steps steps = { steps_note, &told };
	struct opinia_collect *c = bench_open(b);
	struct err err = ERR_NONE;

	buf_init(&told, 0);
	cr_expect_eq(opinia_collect_test(c, &steps, &err), 0, "%s: %s", b->of->vendor,
		     err.text);
	cr_expect_gt(told.n, 0u);
	desk_fail(b->desk, DESK_401, 1000);
	cr_expect_eq(opinia_collect_test(c, &steps, &err), ERR_CONFIG, "%s",
		     b->of->vendor);
	desk_fail(b->desk, DESK_FINE, 0);
	no_secret(b, err.text);
	no_secret(b, told.p);
	opinia_collect_close(c);
	buf_release(&told);
}

static inline void contract_survives_trouble(const struct collect_case *of)
{
	struct bench b;
	char *log;

	bench_init(&b, of);
	contract_trouble_has_a_code_and_a_sentence(&b);
	contract_what_is_broken_is_set_aside_once(&b);
	contract_a_test_tells_its_steps(&b);
	no_secret(&b, b.table.cursor);
	log = desk_log(b.desk);
	cr_expect_null(strstr(log, " 422\n"), "%s: asked wrongly:\n%s", of->vendor, log);
	free(log);
	bench_release(&b);
}

/* ---- an end -------------------------------------------------------------------------------- */

enum { SHORT_PAGES = 12 };

static inline void *ask_to_stop(void *self)
{
	struct bench *b = self;

	while (!desk_asked(b->desk))
		usleep(2000);
	cancel_ask(&b->cancel);
	return NULL;
}

static inline void contract_comes_to_an_end(const struct collect_case *of)
{
	struct bench b;
	struct err err = ERR_NONE;
	pthread_t other;

	bench_init(&b, of);
	if (of->page) {
		bench_short_map(&b, "12");
		bench_configure(&b);
		desk_fail(b.desk, DESK_ENDLESS, 1000000);
		(void)bench_run(&b, &err);
		cr_expect_leq(desk_asked(b.desk), SHORT_PAGES + 4u, "%s: asked %u times",
			      of->vendor, desk_asked(b.desk));
		no_secret(&b, err.text);
	}
	/* The desk never answers, and waiting would take ten minutes. */
	desk_close(b.desk);
	b.desk = desk_open(of->vendor, OPINIA_SOURCE_DIR "/tests/exchanges");
	bench_configure(&b);
	desk_fail(b.desk, DESK_HANG, 1);
	cr_assert_eq(pthread_create(&other, NULL, ask_to_stop, &b), 0);
	cr_expect_eq(bench_run(&b, &err), ERR_AGAIN, "%s: %s", of->vendor, err.text);
	pthread_join(other, NULL);
	bench_release(&b);
}

#define COLLECT_CONTRACT(name, ...)                                                      \
	static const struct collect_case case_##name = __VA_ARGS__;                      \
	Test(name, lands_once)                                                           \
	{                                                                                \
		contract_lands_once(&case_##name);                                       \
	}                                                                                \
	Test(name, survives_trouble)                                                     \
	{                                                                                \
		contract_survives_trouble(&case_##name);                                 \
	}                                                                                \
	Test(name, comes_to_an_end)                                                      \
	{                                                                                \
		contract_comes_to_an_end(&case_##name);                                  \
	}

#endif
