/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_lid.c: teaches the language identifier.
 *
 * Naive Bayes over the 1- to 4-grams of folded words, so that text without diacritics is as
 * good as text with them. A gram's value for a language is its log-probability there, less the
 * best one of all languages, in 1/64 bit. Since grams never cross words, the sum of a word's
 * grams depends on the word alone: it is stored with each word that our texts contain, and
 * at run time most words cost one addition. Whole numbers only: the same table everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/hash.h"
#include "analyzer/language.h"

enum {
	GRAMS_MAX = 60000,
	SMOOTH = 16, /* counts are times 64: a quarter of one sighting */
	COUNT_UNIT = 64,
};

struct gram {
	uint32_t count[TABLE_LANGS_MAX];
	uint32_t total;
	char bytes[LID_GRAM_MAX];
	uint8_t n;
};

struct trainer {
	struct builder *b;
	struct map map;
	struct vec grams;
	uint64_t sum[LID_GRAM_MAX + 1][TABLE_LANGS_MAX];
	uint32_t kinds[LID_GRAM_MAX + 1];
	uint8_t lang;
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
	g->count[x->lang]++;
	g->total++;
}

static void learn_word(struct trainer *x, uint8_t lang, const char *p, uint32_t n,
		       bool open_end)
{
	x->lang = lang;
	lid_grams(p, n, open_end, learn_gram, x);
}

static void learn_text(struct trainer *x, uint8_t lang, struct sv text)
{
	struct builder *b = x->b;

	if (!build_tokens(b, text))
		return;
	for (uint32_t i = 0; i < b->scratch.token_count; i++) {
		const struct token *k = &b->scratch.tokens[i];
		struct sv word = { token_bytes(&b->scratch, k), k->length };
		uint32_t key;

		if (k->kind != TOKEN_WORD || k->length > WORD_MAX)
			continue;
		learn_word(x, lang, word.p, k->length, false);
		key = build_key(b, word, false);
		if (key != NO_INDEX && lang)
			((struct build_key *)(void *)b->key_list.p)[key].known |=
				(uint16_t)(1u << lang);
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

static void read_texts(struct trainer *x)
{
	struct builder *b = x->b;
	struct source src;
	struct sv line;

	for (uint8_t level = 0; level < b->dir_count; level++)
		for (uint8_t lang = 0; lang < b->lang_count; lang++) {
			if (source_open(b, &src, level, b->code[lang], "text.txt"))
				while (source_text_line(&src, &line) && !b->failed)
					learn_text(x, lang, line);
			if (source_open(b, &src, level, b->code[lang], "cases.txt"))
				learn_cases(x, lang, &src);
		}
}

static void read_terms(struct trainer *x)
{
	struct builder *b = x->b;
	size_t n = b->key_list.n / sizeof(struct build_key);

	for (size_t i = 0; i < n; i++) {
		struct build_key *k = (struct build_key *)(void *)b->key_list.p + i;
		struct table strings = { .strings =
						 (unsigned char *)b->sec[SEC_STRINGS].p };
		struct sv text = table_string(&strings, k->text);
		bool stem = k->flags & KEY_STEM;

		if (!stem)
			k->known |= k->used & (uint16_t)~1u;
		for (uint8_t lang = 1; lang < b->lang_count; lang++)
			if (k->used >> lang & 1)
				learn_word(x, lang, text.p, (uint32_t)text.n, stem);
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

static void gram_values(const struct trainer *x, const struct gram *g, int16_t *out)
{
	int32_t best = INT32_MIN, value[TABLE_LANGS_MAX];

	for (uint8_t l = 0; l < x->b->lang_count; l++) {
		uint64_t all =
			x->sum[g->n][l] * COUNT_UNIT + (uint64_t)SMOOTH * x->kinds[g->n];

		value[l] =
			log64((uint64_t)g->count[l] * COUNT_UNIT + SMOOTH) - log64(all);
		if (!x->sum[g->n][l])
			value[l] = -log64((uint64_t)x->kinds[g->n] + 1) -
				   4 * 64; /* no text at all */
		best = value[l] > best ? value[l] : best;
	}
	for (uint8_t l = 0; l < x->b->lang_count; l++)
		out[l] = (int16_t)(value[l] - best < -32000 ? -32000 : value[l] - best);
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
		if (all[i].total >= least)
			x->kinds[all[i].n]++;
		for (uint8_t l = 0; l < b->lang_count; l++)
			x->sum[all[i].n][l] += all[i].count[l];
	}
	for (size_t i = 0; i < n && slots; i++) {
		uint64_t h = lid_hash(all[i].bytes, all[i].n);
		uint32_t at = (uint32_t)h & (size - 1);
		int16_t *v;

		if (all[i].total < least)
			continue;
		while (slots[at].print)
			at = (at + 1) & (size - 1);
		slots[at] = (struct table_gram){ lid_print(h), values++ };
		v = vec_add(b, &b->sec[SEC_GRAMLID], b->lang_count * sizeof(*v));
		if (v)
			gram_values(x, &all[i], v);
	}
}

static void freeze_words(struct builder *b)
{
	size_t n = b->key_list.n / sizeof(struct build_key);
	struct table *t = &b->view;

	t->strings = (const unsigned char *)b->sec[SEC_STRINGS].p;
	t->grams = (const void *)b->sec[SEC_GRAMS].p;
	t->gram_lid = (const void *)b->sec[SEC_GRAMLID].p;
	t->gram_mask = (uint32_t)(b->sec[SEC_GRAMS].n / sizeof(struct table_gram)) - 1;
	t->lang_count = b->lang_count;
	for (size_t i = 0; i < n && !b->failed; i++) {
		const struct build_key *k =
			(const struct build_key *)(void *)b->key_list.p + i;
		struct sv text = table_string(t, k->text);
		int16_t *v = vec_add(b, &b->sec[SEC_WORDLID], b->lang_count * sizeof(*v));
		int32_t sum[TABLE_LANGS_MAX] = { 0 };

		if (!(k->flags & KEY_STEM))
			lid_word(t, text.p, (uint32_t)text.n, sum);
		for (uint8_t l = 0; v && l < b->lang_count; l++)
			v[l] = (int16_t)(sum[l] < -32000 ? -32000 : sum[l]);
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
		freeze_words(b);
	free(x.map.slots);
	free(x.grams.p);
}
