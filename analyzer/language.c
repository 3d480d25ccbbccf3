/* SPDX-License-Identifier: Apache-2.0 */
/*
 * language.c: which language is this? Naive Bayes over letters (build_lid.c), a hint as
 * a prior, and "none of ours" as a language of its own.
 *
 * Words of the table bring their sum along. The others are spelled out only until the answer
 * is certain. `und` is an answer; but somebody's entries must come first, so the best of ours
 * is chosen too.
 */
#include "analyzer/language.h"

#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/scratch.h"

enum { /* in 1/64 bit */
       BIT = 64,
       HINT = 24 * BIT,	   /* what a hint is worth */
       CERTAIN = 60 * BIT, /* nobody spells words beyond this */
       UNSURE = 1 * BIT,   /* less ahead than this is a guess */
       RANK_EVERY = 4,	   /* words between two looks at who is ahead */
       OTHERS = 8 * BIT,   /* "none of ours" must be better by this */
       CLAUSE = 16 * BIT,  /* a clause goes its own way when it is ahead by this */
       STRANGE = 4 * BIT,  /* what a letter from nowhere says against all of ours */
       FOREIGN_WORDS = 3,  /* so many words of another language make a comment mixed */
};

void lid_grams(const char *p, uint32_t n, bool open_end,
	       void (*each)(void *ctx, const char *gram, unsigned n), void *ctx)
{
	char word[LID_WORD_MAX + 2 + HASH_PAD] = { 0 };
	uint32_t length;

	if (n > LID_WORD_MAX)
		n = LID_WORD_MAX;
	word[0] = ' ';
	memcpy(word + 1, p, n);
	length = n + 1;
	if (!open_end)
		word[length++] = ' ';
	for (uint32_t i = 0; i < length; i++)
		for (unsigned k = 1; k <= LID_GRAM_MAX && i + k <= length; k++)
			if (k > 1 || word[i] != ' ')
				each(ctx, word + i, k);
}

uint64_t lid_hash(const char *gram, unsigned n)
{
	return hash_mix(hash_head(hash_load(gram), n), n);
}

uint32_t lid_print(uint64_t hash)
{
	uint32_t print = (uint32_t)(hash >> 32);

	return print ? print : 1;
}

/* @sum has room for LID_CLASSES_MAX; four at a time, which compilers know to add at once. */
static inline void add_vector(int32_t *sum, const int16_t *v, uint32_t n)
{
	uint32_t c = 0;

	for (; c + 4 <= n; c += 4)
		for (uint32_t i = c; i < c + 4; i++)
			sum[i] += v[i];
	for (; c < n; c++)
		sum[c] += v[c];
}

struct adder {
	const struct table *t;
	int32_t *sum;
};

static void add_gram(void *ctx, const char *gram, unsigned n)
{
	const struct adder *a = ctx;
	const struct table *t = a->t;
	uint64_t h = lid_hash(gram, n);
	uint32_t print = lid_print(h);

	for (uint32_t i = (uint32_t)h & t->gram_mask; t->grams[i].print;
	     i = (i + 1) & t->gram_mask) {
		const int16_t *v;

		if (t->grams[i].print != print)
			continue;
		v = t->gram_lid + (size_t)t->grams[i].values * t->lid_classes;
		add_vector(a->sum, v, t->lid_classes);
		return;
	}
	if (n == 1) /* a letter that nobody taught us */
		for (uint32_t l = 1; l < t->lang_count; l++)
			a->sum[l] -= STRANGE;
}

void lid_word(const struct table *t, const char *p, uint32_t n, int32_t *sum)
{
	lid_grams(p, n, false, add_gram, &(struct adder){ t, sum });
}

struct ranking {
	uint32_t best, own; /* of all; of ours */
	int32_t ahead;	    /* best before the second of all */
};

static struct ranking rank(const struct table *t, const int32_t *sum)
{
	struct ranking r = { 0, 1, 0 };
	int32_t other = sum[0], second = INT32_MIN;

	for (uint32_t c = t->lang_count; c < t->lid_classes; c++)
		other = sum[c] - OTHERS > other ? sum[c] - OTHERS : other;
	for (uint32_t l = 2; l < t->lang_count; l++)
		if (sum[l] > sum[r.own])
			r.own = l;
	for (uint32_t l = 1; l < t->lang_count; l++)
		if (l != r.own && sum[l] > second)
			second = sum[l];
	if (t->lang_count < 2)
		return (struct ranking){ 0, 0, 0 };
	if (sum[r.own] > other) {
		r.best = r.own;
		r.ahead = sum[r.own] - (other > second ? other : second);
	} else {
		r.ahead = other - sum[r.own];
	}
	return r;
}

static bool is_spelled(const struct token *k)
{
	return k->kind == TOKEN_WORD && k->length <= WORD_MAX;
}

static bool in_table(const struct token *k)
{
	return k->sense.flags & TOKEN_WHOLE && !(k->flags & TOKEN_SQUEEZED);
}

/* The words that the table knows: their sums are there. Stops when nobody can catch up. */
static struct ranking add_known(const struct opinia_scratch *s, int32_t *sum)
{
	const struct table *t = s->t;
	struct ranking r;
	uint32_t words = 0;

	for (uint32_t i = 0; i < s->token_count; i++) {
		const struct token *k = &s->tokens[i];
		const int16_t *v;

		if (!is_spelled(k) || !in_table(k))
			continue;
		v = t->word_lid + (size_t)s->keys[k->sense.keys] * t->lid_classes;
		add_vector(sum, v, t->lid_classes);
		if (++words % RANK_EVERY)
			continue;
		r = rank(t, sum);
		if (r.ahead >= CERTAIN)
			return r;
	}
	return rank(t, sum);
}

static bool any_word(const struct opinia_scratch *s)
{
	for (uint32_t i = 0; i < s->token_count; i++)
		if (s->tokens[i].kind == TOKEN_WORD)
			return true;
	return false;
}

/* Are there words of another language of ours? */
static bool is_mixed(const struct opinia_scratch *s, uint32_t home)
{
	unsigned bit = home <= 8 ? 1u << home >> 1 : 0;
	uint32_t foreign = 0;

	for (uint32_t i = 0; i < s->token_count; i++)
		foreign += (s->tokens[i].sense.stranger & bit) != 0;
	return foreign >= FOREIGN_WORDS;
}

uint8_t language_of_clause(const struct opinia_scratch *s, uint32_t at)
{
	const struct table *t = s->t;
	int32_t sum[LID_CLASSES_MAX] = { 0 };
	uint32_t best = s->home;

	do {
		const struct token *k = &s->tokens[at];
		const int16_t *v;

		if (!is_spelled(k) || !in_table(k))
			continue;
		v = t->word_lid + (size_t)s->keys[k->sense.keys] * t->lid_classes;
		add_vector(sum, v, t->lang_count);
	} while (++at < s->token_count && !(s->tokens[at].flags & TOKEN_CLAUSE));
	for (uint32_t l = 1; l < t->lang_count; l++)
		if (sum[l] > sum[best])
			best = l;
	return sum[best] - sum[s->home] >= CLAUSE ? (uint8_t)best : s->home;
}

void language_choose(struct opinia_scratch *s, int hint)
{
	const struct table *t = s->t;
	int32_t sum[LID_CLASSES_MAX] = { -OTHERS };
	struct ranking r;
	bool words = any_word(s);

	if (hint > 0 && hint < TABLE_LANGS_MAX)
		sum[hint] += HINT;
	r = add_known(s, sum);
	for (uint32_t i = 0; i < s->token_count && r.ahead < CERTAIN; i++) {
		const struct token *k = &s->tokens[i];

		if (!is_spelled(k) || in_table(k))
			continue;
		lid_word(t, token_bytes(s, k), k->length, sum);
		r = rank(t, sum);
	}
	s->home = (uint8_t)r.own;
	s->certainty = r.ahead;
	s->language = (uint8_t)(words && r.ahead >= UNSURE ? r.best : 0);
	if (!words && hint > 0)
		s->home = s->language = (uint8_t)hint;
	s->own = s->home;
	s->mixed = is_mixed(s, s->home);
}
