/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_lid.c: teaches the language identifier.
 *
 * Naive Bayes over the 1- to 4-grams of folded words, so that text without diacritics is as
 * good as text with them, and over whole words. A value is the log-probability in a class,
 * less the best one of all classes, in 1/64 bit. A class is a language of ours, or a group of
 * languages that resemble one another: one class of all others would be so broad that the
 * nearest of ours wins. Since grams never cross words, what a word says depends on the word
 * alone: it is stored with each word that our texts contain, and at run time most words cost
 * one addition. Whole numbers only: the same table everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/hash.h"
#include "analyzer/language.h"

enum {
	GRAMS_MAX = 60000,
	OF_TEXT = 10, /* a word of a sentence counts as so many of a list of terms */
	PRIOR = 4000, /* unseen things are as frequent as in all classes, as if seen so often */
	PRIOR_WORDS = 100,
	STRANGER = 6 * 64, /* another language is likelier by this */
	NO_TEXT = 4 * 64,  /* what a class without any text loses at everything */
};

struct gram {
	uint32_t count[LID_CLASSES_MAX];
	uint32_t total;
	char bytes[LID_GRAM_MAX];
	uint8_t n;
};

struct trainer {
	struct builder *b;
	struct map map;
	struct vec grams;
	struct vec words; /* u32[LID_CLASSES_MAX] a key: how often it stands in texts */
	uint64_t sum[LID_GRAM_MAX + 1][LID_CLASSES_MAX]; /* [0]: of words */
	struct sv group[LID_CLASSES_MAX];		 /* names, behind the languages */
	uint32_t classes, class, weight;
};

static void learn_gram(void *ctx, const char *p, unsigned n)
{
	struct trainer *x = ctx;
	struct gram *g;
	bool fresh;
	uint32_t *at = map_at(x->b, &x->map, (struct sv){ p, n }, &fresh);

	if (!at)
		return;
	if (fresh) {
		*at = (uint32_t)(x->grams.n / sizeof(*g));
		g = vec_add(x->b, &x->grams, sizeof(*g));
		if (!g)
			return;
		memcpy(g->bytes, p, n);
		g->n = (uint8_t)n;
	}
	g = (struct gram *)(void *)x->grams.p + *at;
	g->count[x->class] += x->weight;
	g->total++;
}

static uint32_t *word_counts(struct trainer *x, uint32_t key)
{
	const size_t one = LID_CLASSES_MAX * sizeof(uint32_t);
	size_t want = (key + 1) * one;

	if (x->words.n < want && !vec_add(x->b, &x->words, want - x->words.n))
		return NULL;
	return (uint32_t *)(void *)x->words.p + (size_t)key * LID_CLASSES_MAX;
}

static void learn_word(struct trainer *x, uint32_t key, struct sv word, bool open_end)
{
	uint32_t *counts = open_end ? NULL : word_counts(x, key);

	if (counts)
		counts[x->class] += x->weight;
	lid_grams(word.p, (uint32_t)word.n, open_end, learn_gram, x);
}

static void learn_text(struct trainer *x, uint32_t class, struct sv text)
{
	struct builder *b = x->b;

	x->class = class;
	x->weight = OF_TEXT;
	if (!build_tokens(b, text))
		return;
	for (uint32_t i = 0; i < b->scratch.token_count; i++) {
		const struct token *k = &b->scratch.tokens[i];
		struct sv word = { token_bytes(&b->scratch, k), k->length };
		uint32_t key;

		if (k->kind != TOKEN_WORD || k->length > WORD_MAX)
			continue;
		key = build_key(b, word, false);
		if (key == NO_INDEX)
			continue;
		learn_word(x, key, word, false);
		if (class > 0 && class < b->lang_count)
			((struct build_key *)(void *)b->key_list.p)[key].known |=
				(uint16_t)(1u << class);
	}
}

/* The middle line of each block, where the third does not name another language. */
static void learn_cases(struct trainer *x, uint8_t lang, struct source *src)
{
	struct sv text = SV(""), line;
	char own[16];

	snprintf(own, sizeof(own), "lang=%.8s", x->b->code[lang]);
	while (source_text_line(src, &line)) {
		bool keys = sv_find(line, SV("sentiment=")) >= 0 ||
			    sv_find(line, SV("topics=")) >= 0 ||
			    sv_find(line, SV("lang=")) >= 0;

		if (!keys) {
			text = line;
			continue;
		}
		if (sv_find(line, SV("lang=")) < 0 || sv_find(line, sv_of(own)) >= 0)
			learn_text(x, lang, text);
		text = SV("");
	}
}

/* `[name]` on a line of its own: what follows is of this group of other languages. */
static bool is_group(struct sv line, struct sv *name)
{
	line = sv_trim(line);
	if (line.n < 3 || line.p[0] != '[' || line.p[line.n - 1] != ']')
		return false;
	*name = sv_sub(line, 1, line.n - 1);
	return true;
}

/* The class of this group; one too many is among all others. */
static uint32_t group_class(struct trainer *x, struct sv name)
{
	uint32_t i = x->b->lang_count;

	while (i < x->classes && !sv_eq(x->group[i], name))
		i++;
	if (i == LID_CLASSES_MAX)
		return 0;
	if (i == x->classes) {
		x->group[i] = name;
		x->classes++;
	}
	return i;
}

static void learn_file(struct trainer *x, uint8_t lang, struct source *src)
{
	uint32_t class = lang;
	struct sv line, name;

	while (source_text_line(src, &line) && !x->b->failed)
		if (!lang && is_group(line, &name))
			class = group_class(x, name);
		else
			learn_text(x, class, line);
}

static void read_texts(struct trainer *x)
{
	struct builder *b = x->b;
	struct source src;

	x->classes = b->lang_count;
	for (uint8_t level = 0; level < b->dir_count; level++)
		for (uint8_t lang = 0; lang < b->lang_count; lang++) {
			if (source_open(b, &src, level, b->code[lang], "text.txt"))
				learn_file(x, lang, &src);
			if (source_open(b, &src, level, b->code[lang], "cases.txt"))
				learn_cases(x, lang, &src);
		}
}

static void read_terms(struct trainer *x)
{
	struct builder *b = x->b;
	size_t n = b->key_list.n / sizeof(struct build_key);

	x->weight = 1;
	for (size_t i = 0; i < n; i++) {
		struct build_key *k = (struct build_key *)(void *)b->key_list.p + i;
		struct table strings = { .strings =
						 (unsigned char *)b->sec[SEC_STRINGS].p };
		struct sv text = table_string(&strings, k->text);
		bool stem = k->flags & KEY_STEM;

		if (!stem)
			k->known |= k->used & (uint16_t)~1u;
		for (x->class = 1; x->class < b->lang_count; x->class ++)
			if (k->used >> x->class & 1)
				learn_word(x, (uint32_t)i, text, stem);
	}
}

/* 64 * log2(@v), @v > 0. */
static int32_t log64(uint64_t v)
{
	int32_t whole = 63 - __builtin_clzll(v), part = 0;
	uint64_t m =
		whole > 31 ? v >> (whole - 31) : v << (31 - whole); /* 2^31 .. 2^32 */

	for (int i = 0; i < 6; i++) {
		m = m * m >> 31;
		part *= 2;
		if (m >> 32) {
			m >>= 1;
			part++;
		}
	}
	return whole * 64 + part;
}

/*
 * What @count times of @sum say of each class, added to @out. Where a class has not seen it, it
 * is as frequent there as on the average of all; the more a class has seen, the less.
 */
static void add_values(const struct trainer *x, const uint32_t *count,
		       const uint64_t *sum, uint32_t prior, int32_t *out)
{
	int32_t best = INT32_MIN, value[LID_CLASSES_MAX];
	uint64_t average = 0; /* in 2^-32 */

	for (uint32_t c = 0; c < x->classes; c++)
		average += sum[c] ? ((uint64_t)count[c] << 32) / sum[c] : 0;
	average /= x->classes;
	for (uint32_t c = 0; c < x->classes; c++) {
		uint64_t seen = ((uint64_t)count[c] << 16) + (average * prior >> 16) + 1;

		value[c] = log64(seen) - log64(sum[c] + prior);
		if (!sum[c])
			value[c] -= NO_TEXT;
		best = value[c] > best ? value[c] : best;
	}
	for (uint32_t c = 0; c < x->classes; c++)
		out[c] += value[c] - best;
}

static void put_values(struct builder *b, enum table_section sec, uint32_t classes,
		       const int32_t *values)
{
	int16_t *v = vec_add(b, &b->sec[sec], classes * sizeof(*v));

	for (uint32_t c = 0; v && c < classes; c++)
		v[c] = (int16_t)(values[c] < -32000 ? -32000 : values[c]);
}

static void freeze_grams(struct trainer *x)
{
	struct builder *b = x->b;
	const struct gram *all = (const void *)x->grams.p;
	size_t n = x->grams.n / sizeof(*all), kept;
	uint32_t least = 1, size = 4, values = 0;
	struct table_gram *slots;

	do {
		kept = 0;
		least++;
		for (size_t i = 0; i < n; i++)
			kept += all[i].total >= least;
	} while (kept > GRAMS_MAX);
	while (size < 2 * kept + 2)
		size *= 2;
	slots = vec_add(b, &b->sec[SEC_GRAMS], size * sizeof(*slots));
	for (size_t i = 0; i < n; i++) {
		for (uint32_t c = 0; c < x->classes; c++)
			x->sum[all[i].n][c] += all[i].count[c];
	}
	for (size_t i = 0; i < n && slots; i++) {
		uint64_t h = lid_hash(all[i].bytes, all[i].n);
		uint32_t at = (uint32_t)h & (size - 1);
		int32_t values_of[LID_CLASSES_MAX] = { 0 };

		if (all[i].total < least)
			continue;
		while (slots[at].print)
			at = (at + 1) & (size - 1);
		slots[at] = (struct table_gram){ lid_print(h), values++ };
		add_values(x, all[i].count, x->sum[all[i].n], PRIOR, values_of);
		put_values(b, SEC_GRAMLID, x->classes, values_of);
	}
}

/* The languages in which this is hardly a word, as far as a byte has bits. */
static uint8_t stranger_to(const struct builder *b, const int32_t *sum)
{
	int32_t best = INT32_MIN;
	unsigned bits = 0;

	for (uint32_t l = 1; l < b->lang_count; l++)
		best = sum[l] > best ? sum[l] : best;
	for (uint32_t l = 1; l < b->lang_count && l <= 8; l++)
		bits |= (unsigned)(best - sum[l] >= STRANGER) << (l - 1);
	return (uint8_t)bits;
}

static void freeze_words(struct trainer *x)
{
	struct builder *b = x->b;
	size_t n = b->key_list.n / sizeof(struct build_key);
	struct table *t = &b->view;

	t->strings = (const unsigned char *)b->sec[SEC_STRINGS].p;
	t->grams = (const void *)b->sec[SEC_GRAMS].p;
	t->gram_lid = (const void *)b->sec[SEC_GRAMLID].p;
	t->gram_mask = (uint32_t)(b->sec[SEC_GRAMS].n / sizeof(struct table_gram)) - 1;
	t->lid_classes = x->classes;
	for (size_t i = 0; i < n && !b->failed; i++)
		for (uint32_t c = 0; c < x->classes && word_counts(x, (uint32_t)i); c++)
			x->sum[0][c] += word_counts(x, (uint32_t)i)[c];
	for (size_t i = 0; i < n && !b->failed; i++) {
		struct build_key *k = (struct build_key *)(void *)b->key_list.p + i;
		struct sv text = table_string(t, k->text);
		int32_t sum[LID_CLASSES_MAX] = { 0 };

		if (!(k->flags & KEY_STEM)) {
			lid_word(t, text.p, (uint32_t)text.n, sum);
			add_values(x, word_counts(x, (uint32_t)i), x->sum[0], PRIOR_WORDS,
				   sum);
			k->stranger = stranger_to(b, sum);
		}
		put_values(b, SEC_WORDLID, x->classes, sum);
	}
}

void build_lid(struct builder *b)
{
	struct trainer x = { .b = b };

	read_texts(&x);
	read_terms(&x);
	if (!b->failed)
		freeze_grams(&x);
	if (!b->failed)
		freeze_words(&x);
	free(x.map.slots);
	free(x.grams.p);
	free(x.words.p);
}
