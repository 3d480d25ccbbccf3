/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_text.c: sorted lists against plain arrays, and the word index against a walk
 * over all texts: landings, revisions, merges and erasures by chance, words, exact
 * words and phrases looked for.
 */
#include <sodium.h>

#include "store/bitmap.h"
#include "store/text_find.h"
#include "store/text_inside.h"
#include "tests/store/half.h"

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

Test(sorted, lists_come_back_and_can_be_searched_from_anywhere)
{
	static const uint32_t sizes[] = { 1, 2, 7, 64, 65, 1000, 20000 };
	static const uint32_t bounds[] = { 1, 2, 100, 65537, 5000000, UINT32_MAX };
	struct buf b;

	chance_start("sorted");
	buf_init(&b, 0);
	for (unsigned round = 0; round < 7 * 6; round++) {
		uint32_t n = sizes[round % 7], bound = bounds[round / 7],
			 *v = calloc(n, sizeof(*v));
		struct sorted s;
		struct sorted_cursor c;

		for (uint32_t i = 0; i < n; i++)
			v[i] = chance(bound);
		qsort(v, n, sizeof(*v), by_number);
		buf_clear(&b);
		sorted_put(v, n, bound, &b);
		cr_assert_eq(b.n, sorted_bytes(n, bound));
		buf_put(&b, "\0\0\0\0\0\0\0\0", 8);
		sorted_view((const uint8_t *)b.p, n, bound, &s);
		sorted_start(&c, &s);
		for (uint32_t i = 0; i < n; i++)
			cr_assert_eq(sorted_next(&c), v[i]);
		cr_assert_eq(sorted_next(&c), SORTED_END);
		sorted_start(&c, &s);
		for (uint32_t at = 0, i = 0; i < n; at += 1 + chance(bound / 20 + 1)) {
			while (i < n && v[i] < at)
				i++;
			cr_assert_eq(sorted_seek(&c, at), i < n ? v[i] : SORTED_END);
			if (at > UINT32_MAX - bound / 10)
				break;
		}
		free(v);
	}
	buf_release(&b);
}

/* ---- the model ------------------------------------------------------------------- */

enum { DOCS = 9000, WORDS_MAX = 14, VOCABULARY = 60, FIRST_ID = 65536 - 3000 };

static const uint8_t key[TEXT_KEY_BYTES] = "0123456789abcdef";
static const struct sv codes[2] = { { "und", 3 }, { "ro", 2 } };

/*
 * Texts are numbers of words; word 2k + 1 is word 2k with another ending (same stem in
 * "ro").
 */
struct model_doc {
	uint8_t language, count;
	uint8_t word[WORDS_MAX];
};

static struct model_doc model[DOCS];
static uint32_t landed;

static struct sv word_text(unsigned w, char room[16])
{
	snprintf(room, 16, "w%c%c%s", 'b' + (int)(w / 2) % 20, 'b' + (int)(w / 2) / 20,
		 w & 1 ? "a" : "e");
	return sv_of(room);
}

static struct text_doc terms_of(uint32_t i, bool had, struct arena *arena)
{
	const struct model_doc *m = &model[i];
	struct text_doc d = { .id = FIRST_ID + i, .had_words = had, .count = m->count };
	struct err err = ERR_NONE;
	struct text_term *terms;
	char text[WORDS_MAX * 16] = "", room[16];
	struct word *words;
	size_t n;

	for (unsigned k = 0; k < m->count; k++) {
		strcat(text, word_text(m->word[k], room).p);
		strcat(text, " ");
	}
	cr_assert_eq(toy_words(NULL, sv_of(text), m->language, arena, &words, &n, &err),
		     0);
	cr_assert_eq(n, m->count);
	cr_assert_eq(text_terms(key, codes[m->language], words, n, arena, &terms, &err),
		     0);
	d.terms = terms;
	return d;
}

static void random_doc(struct model_doc *m)
{
	m->language = (uint8_t)chance(2);
	m->count = (uint8_t)chance(WORDS_MAX);
	for (unsigned k = 0; k < m->count; k++) {
		unsigned a = chance(VOCABULARY), b = chance(VOCABULARY);

		m->word[k] = (uint8_t)(a < b ? a : b);
	}
}

static void land(struct env *env, const uint32_t *which, size_t n)
{
	struct text_doc *docs = calloc(n + 1, sizeof(*docs));
	struct err err = ERR_NONE;
	struct arena arena;
	struct txn t;

	arena_init(&arena, 0);
	for (size_t i = 0; i < n; i++) {
		bool had = which[i] < landed && model[which[i]].count > 0;

		random_doc(&model[which[i]]);
		docs[i] = terms_of(which[i], had, &arena);
	}
	cr_assert_eq(txn_write(&t, env, &err), 0, "%s", err.text);
	cr_assert_eq(text_land(&t, docs, n, &err), 0, "%s", err.text);
	cr_assert_eq(txn_commit(&t, &err), 0, "%s", err.text);
	free(docs);
	arena_release(&arena);
}

/* Does the record hold these words in a row; @stems: in any form of its language? */
static bool holds(const struct model_doc *m, const unsigned *w, unsigned n, bool stems)
{
	for (unsigned at = 0; at + n <= m->count; at++) {
		unsigned k = 0;

		while (k < n &&
		       (m->word[at + k] == w[k] ||
			(stems && m->language == 1 && m->word[at + k] / 2 == w[k] / 2)))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

static void ask(struct text_finder *f, const unsigned *w, unsigned n, bool stems)
{
	struct text_probe probes[2];
	struct text_term *terms[2];
	struct err err = ERR_NONE;
	struct bits_set set[2] = { { { 0 } } };
	struct arena arena;
	char text[64] = "", room[16];
	uint32_t quick[2] = { 0, 0 }, slow = 0;

	arena_init(&arena, 0);
	for (unsigned k = 0; k < n; k++)
		strcat(strcat(text, word_text(w[k], room).p), " ");
	for (uint8_t l = 0; l < 2; l++) {
		struct word *words;
		size_t count;

		toy_words(NULL, sv_of(text), l, &arena, &words, &count, &err);
		cr_assert_eq(
			text_terms(key, codes[l], words, count, &arena, &terms[l], &err),
			0);
		probes[l] = (struct text_probe){ terms[l], count, stems };
	}
	for (uint16_t seg = 0; seg < 2; seg++) {
		cr_assert_eq(text_find(f, seg, probes, 2, &set[seg], &err), 0, "%s",
			     err.text);
		if (n == 1)
			cr_assert_eq(
				text_find_count(f, seg, probes, 2, &quick[seg], &err), 0);
		slow += bits_popcount(set[seg].w);
	}
	for (uint32_t i = 0; i < landed; i++) {
		uint32_t id = FIRST_ID + i;
		bool in = set[id >> 16].w[(id & 0xffff) >> 6] >> (id & 63) & 1;

		cr_assert_eq(in, holds(&model[i], w, n, stems), "[%s] record %u: %d",
			     text, i, in);
	}
	if (n == 1)
		cr_assert_eq(quick[0] + quick[1], slow);
	arena_release(&arena);
}

static void told(void *self, const char *what)
{
	cr_log_info("%s", what);
	++*(uint64_t *)self;
}

static uint64_t verify(struct txn *t)
{
	struct text_doc *docs = calloc(DOCS, sizeof(*docs));
	uint64_t looked = 0, wrong = 0, n_told = 0;
	struct err err = ERR_NONE;
	struct arena arena;

	arena_init(&arena, 0);
	for (uint16_t seg = 0; seg < 2; seg++) {
		size_t n = 0;

		for (uint32_t i = 0; i < landed; i++)
			if ((FIRST_ID + i) >> 16 == seg && model[i].count)
				docs[n++] = terms_of(i, false, &arena);
		cr_assert_eq(text_verify(t, seg, docs, n, told, &n_told, &looked, &wrong,
					 &err),
			     0, "%s", err.text);
	}
	cr_assert_eq(n_told, wrong);
	free(docs);
	arena_release(&arena);
	return wrong;
}

static void check(struct env *env)
{
	struct err err = ERR_NONE;
	struct text_finder f;
	struct txn t;

	cr_assert_eq(txn_read(&t, env, &err), 0, "%s", err.text);
	text_finder_open(&f, &t);
	for (unsigned round = 0; round < 60; round++) {
		unsigned w[3] = { chance(VOCABULARY), chance(VOCABULARY),
				  chance(VOCABULARY) };

		if (round % 2 && landed) { /* a phrase that is there */
			const struct model_doc *m = &model[chance(landed)];

			for (unsigned k = 0; k < 3 && k < m->count; k++)
				w[k] = m->word[k];
		}
		ask(&f, w, 1 + round % 3, round % 5 < 2);
	}
	text_finder_close(&f);
	cr_assert_eq(verify(&t), 0);
	txn_abort(&t);
}

static unsigned runs_of(struct env *env, uint16_t segment)
{
	struct txn_cursor c;
	struct text_found f;
	struct err err = ERR_NONE;
	struct txn t;
	unsigned n = 0;
	int rc = 0;

	cr_assert_eq(txn_read(&t, env, &err), 0);
	txn_cursor_open(&c, &t, DB_TEXT);
	if (text_seek_runs(&c, segment))
		while (text_next_run(&c, segment, &f, &rc, &err))
			n++;
	txn_cursor_close(&c);
	txn_abort(&t);
	return n;
}

Test(text, landings_revisions_and_merges_answer_like_a_walk_over_all_texts,
     .timeout = 120)
{
	char dir[64];
	struct env *env = half_open(dir);
	uint32_t *which = calloc(DOCS, sizeof(*which));

	chance_start("text");
	cr_assert_geq(sodium_init(), 0);
	while (landed < DOCS) {
		uint32_t n = chance(4) ? 1 + chance(20) : chance(900);

		n = n < DOCS - landed ? n : DOCS - landed;
		for (uint32_t i = 0; i < n; i++)
			which[i] = landed + i;
		land(env, which, n);
		landed += n;
		if (landed && chance(4) == 0) {
			size_t k = 0;

			for (uint32_t i = chance(50); i < landed; i += 1 + chance(200))
				which[k++] = i;
			land(env, which, k);
		}
		if (chance(12) == 0)
			check(env);
	}
	check(env);
	cr_assert_leq(runs_of(env, 0), 8 + 1);
	cr_assert_leq(runs_of(env, 1), 40);
	free(which);
	half_close(env, dir);
}

Test(text, purging_takes_superseded_words_out_of_the_bytes)
{
	char dir[64];
	struct env *env = half_open(dir);
	uint32_t which[500];
	struct err err = ERR_NONE;
	struct txn_cursor c;
	struct text_found f;
	struct txn t;
	int rc = 0;

	chance_start("text");
	cr_assert_geq(sodium_init(), 0);
	for (uint32_t i = 0; i < 500; i++)
		which[i] = i;
	land(env, which, 500);
	landed = 500;
	land(env, which, 120);
	cr_assert_eq(txn_write(&t, env, &err), 0);
	cr_assert_eq(text_purge(&t, 0, &err), 0, "%s", err.text);
	cr_assert_eq(txn_commit(&t, &err), 0);
	cr_assert_eq(txn_read(&t, env, &err), 0);
	txn_cursor_open(&c, &t, DB_TEXT);
	for (text_seek_runs(&c, 0); text_next_run(&c, 0, &f, &rc, &err);) {
		cr_expect_eq(f.dead.n, 0);
		cr_expect_leq(f.run.records, 380);
	}
	txn_cursor_close(&c);
	txn_abort(&t);
	check(env);
	model[17].word[0] ^= 1; /* a term that is not what the document says is found */
	model[17].count = model[17].count ? model[17].count : 1;
	cr_assert_eq(txn_read(&t, env, &err), 0);
	cr_expect_eq(verify(&t), 1);
	txn_abort(&t);
	half_close(env, dir);
}

Test(text, damage_in_a_run_is_told_and_never_followed)
{
	char dir[64];
	struct env *env = half_open(dir);
	uint32_t which[300];
	struct err err = ERR_NONE;
	struct text_found f;
	struct txn_cursor c;
	struct txn t;
	char *copy;
	int rc = 0;

	chance_start("text");
	cr_assert_geq(sodium_init(), 0);
	for (uint32_t i = 0; i < 300; i++)
		which[i] = i;
	land(env, which, 300);
	landed = 300;
	cr_assert_eq(txn_read(&t, env, &err), 0);
	txn_cursor_open(&c, &t, DB_TEXT);
	cr_assert(text_seek_runs(&c, 0) && text_next_run(&c, 0, &f, &rc, &err));
	copy = malloc(f.run.body.n);
	for (unsigned round = 0; round < 4000; round++) {
		size_t n = f.run.body.n;
		struct text_run run;
		struct text_walk w;
		struct text_group g;
		struct text_form form;
		uint32_t at = TEXT_RUN_HEAD + chance((uint32_t)n - TEXT_RUN_HEAD);

		memcpy(copy, f.run.body.p, n);
		copy[at] ^= (char)(1 << chance(8));
		cr_assert_not(text_run_sound((struct sv){ copy, n }));
		cr_assert(text_run_open((struct sv){ copy, n }, &run));
		text_walk_start(&w, &run);
		while (text_walk_next(&w, &g))
			while (text_group_form(&g, &form)) {
				struct sorted_cursor s;

				sorted_start(&s, &form.places);
				while (sorted_next(&s) != SORTED_END)
					;
			}
		copy[chance(TEXT_RUN_HEAD - 8) % 56] ^= (char)(1 << chance(8));
		cr_assert_not(text_run_open((struct sv){ copy, n }, &run));
	}
	free(copy);
	txn_cursor_close(&c);
	txn_abort(&t);
	half_close(env, dir);
}
