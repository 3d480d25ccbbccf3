/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_spans.c: counts of words over many segments against a walk over all texts: landings,
 * revisions and erasures by chance in some hundred segments of a dozen records each, since what a
 * row counts does not depend on how full they are.
 */
#include <criterion/criterion.h>

#include "store/bits.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/text_span.h"
#include "store/text_spans.h"
#include "tests/store/half.h"
#include "tests/store/kit.h"

enum {
	DOCS = 3600,
	APART = 5461, /* ids: twelve a segment, three hundred segments */
	WORDS_MAX = 6,
	STEMS = 24,
	ENDINGS = 3,
	DAYS = 90
};

/* Word w has stem w / ENDINGS. */
struct model_doc {
	uint8_t language, count, word[WORDS_MAX];
	int32_t day;
	bool erased;
};

static struct model_doc model[DOCS];
static size_t landed;
static const int32_t first_day = 20454; /* 2026-01-01 */

static uint32_t id_of(size_t i)
{
	return (uint32_t)(1 + i * APART);
}

static const char *word_of(unsigned w, char room[16])
{
	snprintf(room, 16, "wor%c%c%.*s", 'a' + (int)(w / ENDINGS) % 5,
		 'a' + (int)(w / ENDINGS) / 5, (int)(w % ENDINGS), "ii");
	return room;
}

static void random_doc(size_t i)
{
	struct model_doc *m = &model[i];

	*m = (struct model_doc){ .language = (uint8_t)chance(3),
				 .count = (uint8_t)chance(WORDS_MAX + 1),
				 /* older ones first, nearly */
				 .day = first_day + (int32_t)(i * DAYS / DOCS) +
					(int32_t)chance(5) };
	for (unsigned k = 0; k < m->count; k++) {
		unsigned a = chance(STEMS * ENDINGS), b = chance(STEMS * ENDINGS);

		m->word[k] = (uint8_t)(a < b ? a : b);
	}
}

static struct indexed indexed_of(const struct model_doc *m)
{
	return (struct indexed){ .kind = KIND_FEEDBACK,
				 .commented = m->count > 0,
				 .erased = m->erased,
				 .day = m->day };
}

static struct text_doc text_of(struct kit *k, size_t i, bool had, struct arena *arena)
{
	const struct model_doc *m = &model[i];
	struct text_doc d = { .id = id_of(i), .had_words = had, .count = m->count };
	char text[WORDS_MAX * 16] = "", room[16];
	struct text_term *terms;
	struct word *words;
	size_t n, at = 0;

	for (unsigned w = 0; w < m->count; w++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s ",
				       word_of(m->word[w], room));
	cr_assert_eq(
		kit_words(NULL, sv_of(text), m->language, arena, &words, &n, &k->err), 0);
	cr_assert_eq(n, m->count);
	cr_assert_eq(text_terms(k->store->keys.word, kit_languages[m->language], words, n,
				arena, &terms, &k->err),
		     0);
	d.terms = terms;
	return d;
}

/* As an erasure does after its words are dead. */
static void purge(struct txn *t, const size_t *which, size_t n, struct err *err)
{
	unsigned made;

	for (size_t i = 0; i < n; i++)
		cr_assert_eq(text_purge(t, (uint16_t)(id_of(which[i]) >> 16), err), 0);
	cr_assert_eq(text_spans_make(t, (unsigned)(2 * n), &made, err), 0, "%s",
		     err->text);
}

/* Each of @which anew, or erased; an aborted one leaves model and store as they were. */
static void land(struct kit *k, const size_t *which, size_t n, bool erase, bool abort)
{
	struct model_doc *before = calloc(n + 1, sizeof(*before));
	struct text_doc *docs = calloc(n + 1, sizeof(*docs));
	struct bits_delta bits;
	struct arena arena;
	struct txn t;

	arena_init(&arena, 0);
	bits_delta_init(&bits);
	for (size_t i = 0; i < n; i++) {
		bool there = which[i] < landed;
		struct indexed was, now;

		before[i] = model[which[i]];
		was = indexed_of(&before[i]);
		if (erase) {
			model[which[i]].count = 0;
			model[which[i]].erased = true;
		} else {
			random_doc(which[i]);
		}
		now = indexed_of(&model[which[i]]);
		docs[i] = text_of(k, which[i], there && before[i].count, &arena);
		bits_change_record(&bits, docs[i].id, there ? &was : NULL, &now);
	}
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	cr_assert_eq(bits_apply(&t, &bits, &k->err), 0, "%s", k->err.text);
	cr_assert_eq(text_land(&t, docs, n, &k->err), 0, "%s", k->err.text);
	if (erase)
		purge(&t, which, n, &k->err);
	if (abort) {
		txn_abort(&t);
		for (size_t i = 0; i < n; i++)
			model[which[i]] = before[i];
	} else {
		cr_assert_eq(txn_commit(&t, &k->err), 0, "%s", k->err.text);
	}
	bits_delta_release(&bits);
	arena_release(&arena);
	free(before);
	free(docs);
}

static void land_new(struct kit *k, size_t n, bool abort)
{
	size_t which[DOCS];

	n = n < DOCS - landed ? n : DOCS - landed;
	for (size_t i = 0; i < n; i++)
		which[i] = landed + i;
	land(k, which, n, false, abort);
	landed += abort ? 0 : n;
}

/* One in @apart of those that are there, from a place by chance on. */
static void land_some(struct kit *k, uint32_t apart, bool erase, bool abort)
{
	size_t which[DOCS], n = 0;

	for (size_t i = chance((uint32_t)landed); i < landed && n < 40;
	     i += 1 + chance(apart))
		if (!model[i].erased)
			which[n++] = i;
	land(k, which, n, erase, abort);
}

/* ---- asking -------------------------------------------------------------------------- */

static uint64_t walk(unsigned word, bool exact, int32_t first, int32_t last)
{
	uint64_t n = 0;

	for (size_t i = 0; i < landed; i++) {
		const struct model_doc *m = &model[i];
		bool has = false;

		for (unsigned w = 0; w < m->count; w++)
			has |= m->word[w] == word ||
			       (!exact && m->word[w] / ENDINGS == word / ENDINGS);
		n += has && m->day >= first && m->day <= last;
	}
	return n;
}

/* How many segments rows answered for. */
static uint64_t ask(struct kit *k, struct opinia_snapshot *snap, unsigned word,
		    bool exact, int32_t first, int32_t last)
{
	struct opinia_filter_env env = { .zone = opinia_store_zone(k->store),
					 .taxonomy = &kit_taxonomy };
	struct arena arena;
	struct filter *f;
	struct opinia_explain e;
	char text[20], room[16];
	uint64_t n;

	arena_init(&arena, 0);
	snprintf(text, sizeof(text), "%s%s", exact ? "=" : "", word_of(word, room));
	cr_assert_eq(opinia_filter_parse(sv_of(text), &env, &arena, &f, &k->err), 0);
	if (first != INT32_MIN)
		f = opinia_filter_days(f, first, last, &arena);
	opinia_explain_begin(snap);
	cr_assert_eq(opinia_count(snap, f, &n, &k->err), 0, "%s", k->err.text);
	opinia_explain_read(snap, &e);
	cr_assert_eq(n, walk(word, exact, first, last), "%s, days %d to %d, %zu records",
		     text, first, last, landed);
	arena_release(&arena);
	return e.spanned;
}

static void told(void *self, const char *what)
{
	cr_log_info("%s", what);
	++*(uint64_t *)self;
}

static uint64_t verify(struct kit *k)
{
	uint64_t wrong = 0, n_told = 0;
	struct txn t;

	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	cr_assert_eq(text_spans_verify(&t, told, &n_told, &wrong, &k->err), 0);
	txn_abort(&t);
	cr_assert_eq(n_told, wrong);
	return wrong;
}

static void check(struct kit *k)
{
	struct opinia_snapshot *snap;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (unsigned round = 0; round < 24; round++) {
		unsigned word = chance(STEMS * ENDINGS);
		int32_t from = first_day + (int32_t)chance(DAYS / 2);

		ask(k, snap, word, round & 1, INT32_MIN, INT32_MAX);
		ask(k, snap, word, round & 1, from,
		    from + (int32_t)chance(DAYS)); /* some segments whole */
	}
	opinia_snapshot_close(snap);
	cr_assert_eq(verify(k), 0);
}

static unsigned rows_of(struct kit *k, unsigned level)
{
	unsigned n = 0;
	struct txn t;

	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	for (uint32_t s = 0; s < 65536; s += text_span_size(level)) {
		struct text_key key;
		struct sv body;

		n += txn_get(&t, DB_TEXT, text_span_key((uint16_t)s, level, &key), &body);
	}
	txn_abort(&t);
	return n;
}

static void make_all(struct kit *k)
{
	unsigned made = 1;

	while (made) {
		struct txn t;

		cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
		cr_assert_eq(text_spans_make(&t, 3, &made, &k->err), 0, "%s",
			     k->err.text);
		cr_assert_eq(txn_commit(&t, &k->err), 0);
	}
}

/* With every segment but the last in a row of four at least. */
static void all_are_there(struct kit *k)
{
	struct opinia_snapshot *snap;

	make_all(k);
	cr_expect_eq(id_of(DOCS - 1) >> 16, 299);
	cr_expect_eq(rows_of(k, 3), 1);
	cr_expect_eq(rows_of(k, 2), 18);
	cr_expect_eq(rows_of(k, 1), 2, "288 to 295: before, sixteens have it");
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_expect_eq(ask(k, snap, 7, false, INT32_MIN, INT32_MAX), 296);
	cr_expect_eq(ask(k, snap, 7, true, first_day, first_day + DAYS + 9), 296);
	cr_expect_geq(ask(k, snap, 7, false, first_day + 30, first_day + 60), 16);
	opinia_snapshot_close(snap);
}

Test(spans, counts_over_many_segments_are_those_of_a_walk_whatever_happens,
     .timeout = 200)
{
	struct kit *k = kit_new();

	chance_start("spans");
	while (landed < DOCS) {
		land_new(k, chance(3) ? 1 + chance(40) : chance(400), chance(8) == 0);
		if (landed && chance(2))
			land_some(k, 60, chance(4) == 0, chance(8) == 0);
		if (chance(12) == 0)
			check(k);
	}
	check(k);
	all_are_there(k);
	check(k);
	for (unsigned round = 0; round < 6; round++) { /* what is dropped comes again */
		land_some(k, 200, round & 1, false);
		check(k);
	}
	all_are_there(k);
	kit_free(k);
}

/* ---- what is dropped, what is damaged ------------------------------------------------ */

/* Segments 0 to 16. */
static struct kit *some_segments(void)
{
	struct kit *k = kit_new();

	chance_start("spans");
	landed = 0;
	memset(model, 0, sizeof(model));
	while (id_of(landed) >> 16 < 17)
		land_new(k, 10, false);
	return k;
}

Test(spans, a_change_drops_its_rows_and_an_erasure_makes_them_again)
{
	struct kit *k = some_segments();
	size_t one = 30; /* segment 2 */

	cr_expect_eq(rows_of(k, 2), 1);
	cr_expect_eq(rows_of(k, 1), 0);
	land(k, &one, 1, false, false);
	cr_expect_eq(rows_of(k, 2), 0);
	check(k);
	make_all(k);
	cr_expect_eq(rows_of(k, 2), 1);
	land(k, &one, 1, true, false);
	cr_expect_eq(rows_of(k, 2), 1);
	check(k);
	kit_free(k);
}

/* A copy of the row of segments 0 to 15. */
static struct sv row_of(struct kit *k)
{
	struct text_key key;
	struct txn t;
	struct sv row;
	char *copy;

	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	cr_assert(txn_get(&t, DB_TEXT, text_span_key(0, 2, &key), &row));
	copy = malloc(row.n);
	memcpy(copy, row.p, row.n);
	txn_abort(&t);
	return (struct sv){ copy, row.n };
}

static void put_row(struct kit *k, uint16_t first, unsigned level, struct sv row)
{
	struct text_key key;
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	if (row.n)
		txn_put(&t, DB_TEXT, text_span_key(first, level, &key), row);
	else
		txn_delete(&t, DB_TEXT, text_span_key(first, level, &key));
	cr_assert_eq(txn_commit(&t, &k->err), 0);
}

/* Everything that reads a row reads this one; false: it told of damage somewhere. */
static bool read_all(struct sv row)
{
	struct text_span span;
	struct text_span_walk w = { .span = &span };
	struct text_forms forms = { .n = 0 };
	uint64_t key = 0;
	uint32_t records, n;
	bool ok = text_span_open(row, 0, 2, &span);

	while (ok && text_span_next(&w, &key, &records, &forms))
		ok = text_span_records(&span, key, NULL, &n) && n == records &&
		     text_span_records(&span, key, &forms.p[forms.n - 1].tag, &n);
	free(forms.p);
	return ok && !w.failed;
}

Test(spans, every_flipped_bit_of_a_row_is_found_and_none_is_followed)
{
	struct kit *k = some_segments();
	struct sv row = row_of(k), cut;
	char *p = (char *)row.p;

	cr_assert(read_all(row));
	for (size_t bit = 0; bit < 8 * row.n; bit++) {
		p[bit / 8] ^= (char)(1 << bit % 8);
		cr_assert_not(read_all(row), "bit %zu", bit);
		p[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (cut = row; cut.n > 0; cut.n--) {
		char *end = malloc(cut.n - 1 + !(cut.n - 1));

		memcpy(end, row.p, cut.n - 1);
		cr_assert_not(read_all((struct sv){ end, cut.n - 1 }));
		free(end);
	}
	for (unsigned round = 0; round < 20; round++) {
		uint32_t bit = chance((uint32_t)(8 * row.n));

		p[bit / 8] ^= (char)(1 << bit % 8);
		put_row(k, 0, 2, row);
		cr_expect_eq(verify(k), 1);
		p[bit / 8] ^= (char)(1 << bit % 8);
	}
	put_row(k, 0, 2, row);
	cr_expect_eq(verify(k), 0);
	put_row(k, 8, 2, row);
	put_row(k, 0, 9, row);
	cr_expect_eq(verify(k), 2, "rows where none belong");
	put_row(k, 8, 2, (struct sv){ NULL, 0 });
	put_row(k, 0, 9, (struct sv){ NULL, 0 });
	land(k, (size_t[]){ 3 }, 1, false, false);
	put_row(k, 0, 2, row);
	cr_expect_eq(verify(k), 1, "a row of before");
	free(p);
	kit_free(k);
}
