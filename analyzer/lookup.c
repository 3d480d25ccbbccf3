/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c: every token is looked up once, in one table, for all languages and purposes.
 *
 * A word is asked for as it is, and for each length of a stem that the filter knows to begin
 * with its first three letters; most lengths do not exist, so most words cost one probe. Which
 * stems a word of the table has is remembered: the next time its place is all that is looked for.
 */
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/scratch.h"
#include "analyzer/typo.h"

static inline void keep(struct opinia_scratch *s, struct sense *k, uint32_t key)
{
	const struct table_key *x;
	unsigned hidden;

	if (key == UINT32_MAX || k->count == TOKEN_KEYS_MAX)
		return;
	x = &s->t->keys[key];
	hidden = x->flags & s->hidden;
	if (hidden & KEY_PACK)
		return;
	s->keys[s->key_fill++] = key;
	k->count++;
	k->kinds |= x->kinds & s->kinds;
	if (x->start && !(hidden & KEY_PACK_STARTS)) {
		k->flags |= k->start ? TOKEN_STARTS | TOKEN_MANY : TOKEN_STARTS;
		k->start = x->start;
	}
	if (x->flags & KEY_GOES_ON) {
		k->flags |= k->onward ? TOKEN_MANY : 0;
		k->onward = key + 1;
		if (!(hidden & KEY_PACK_GOES_ON))
			k->flags |= TOKEN_GOES_ON;
	}
}

static inline void keep_stem(struct opinia_scratch *s, struct sense *k, const char *p,
			     uint32_t n)
{
	keep(s, k, table_find(s->t, hash_word(p, n, HASH_STEM)));
}

/* The lengths that stems of this word may have: bit 0 is three letters. */
static inline uint32_t stem_lengths(const struct table *t, const char *p, uint32_t n)
{
	const uint32_t near = (1u << (STEM_NEAR - STEM_MIN)) - 1;
	uint32_t bits;

	if (n < STEM_MIN)
		return 0;
	bits = t->stems[hash_stem_place(p, STEM_MIN, STEM_BITS)];
	if (n < STEM_LAST)
		bits &= (2u << (n - STEM_MIN)) - 1;
	if (bits & ~near)
		bits &= near | (n < STEM_NEAR ? 0u
					      : t->stems[(1u << STEM_BITS) +
							 hash_stem_place(p, STEM_NEAR,
									 STEM_FAR_BITS)]);
	return bits;
}

static void find_stems(struct opinia_scratch *s, struct sense *k, const char *p,
		       uint32_t n, uint32_t lengths)
{
	if (lengths >> 15)
		for (uint32_t i = n < STEM_MAX ? n : STEM_MAX; i >= STEM_LAST; i--)
			keep_stem(s, k, p, i);
	lengths &= 0x7fff;
	while (lengths) {
		uint32_t bit = 31 - (uint32_t)__builtin_clz(lengths);

		keep_stem(s, k, p, STEM_MIN + bit);
		lengths ^= 1u << bit;
	}
}

/* The keys of the @n bytes at @p, which are the key @whole, or UINT32_MAX; and their stems. */
static void find_word(struct opinia_scratch *s, struct sense *k, uint32_t whole,
		      const char *p, uint32_t n)
{
	uint32_t lengths = stem_lengths(s->t, p, n);

	keep(s, k, whole);
	/* which words a language has is not for packs to say, even while they are on */
	if (k->count && !(s->packs && s->t->keys[s->keys[k->keys]].flags & KEY_PACK))
		k->flags |= TOKEN_WHOLE;
	if (lengths)
		find_stems(s, k, p, n, lengths);
}

static bool means_something(const struct sense *k)
{
	return k->kinds || k->flags & TOKEN_STARTS;
}

static bool is_listed(const struct opinia_scratch *s, const struct sense *k)
{
	return k->flags & TOKEN_WHOLE && s->t->keys[s->keys[k->keys]].kinds & s->kinds;
}

/* `suuuper` is asked for with one u, then with two; else as it is written after all. */
static void find_squeezed(struct opinia_scratch *s, struct token *k)
{
	const char *p = token_bytes(s, k);
	char word[WORD_MAX + 1 + HASH_PAD];
	struct sense squeezed;

	for (uint32_t most = 1; most <= 2; most++) {
		uint32_t n = 0, i = 0;

		while (i < k->length) {
			uint32_t run = 1;

			while (i + run < k->length && p[i + run] == p[i])
				run++;
			for (uint32_t c = 0; c < (run < 3 ? run : most); c++)
				word[n++] = p[i];
			i += run;
		}
		memset(word + n, 0, HASH_PAD);
		squeezed = (struct sense){ .keys = s->key_fill };
		find_word(s, &squeezed, table_find(s->t, hash_word(word, n, HASH_WORD)),
			  word, n);
		if (means_something(&squeezed)) {
			k->sense = squeezed;
			k->flags |= TOKEN_SQUEEZED;
			return;
		}
		s->key_fill = squeezed.keys;
	}
}

static void find_picture(struct opinia_scratch *s, struct token *k)
{
	const char *p = token_bytes(s, k);
	unsigned char lead = (unsigned char)*p;
	uint32_t first = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

	k->hash = hash_word(p, k->length, HASH_WORD);
	keep(s, &k->sense, table_find(s->t, k->hash));
	if (!k->sense.count && first < k->length && k->kind == TOKEN_EMOJI) {
		char picture[4 + HASH_PAD] = { 0 };

		memcpy(picture, p, first);
		keep(s, &k->sense,
		     table_find(s->t, hash_word(picture, first, HASH_WORD)));
	}
	if (k->sense.count)
		k->sense.flags |= TOKEN_WHOLE;
}

/* `5/5`, `5 / 5`: which is more than two numbers. */
static bool behind_slash(const struct opinia_scratch *s, const struct token *k)
{
	uint32_t at = k->at;

	while (at > 0 && s->folded[at - 1] == ' ')
		at--;
	return at > 1 && s->folded[at - 1] == '/' && s->folded[at - 2] != '/';
}

static void find_number(struct opinia_scratch *s, struct token *k)
{
	keep(s, &k->sense, table_find(s->t, k->hash));
	if (k->sense.count &&
	    !(s->packs && s->t->keys[s->keys[k->sense.keys]].flags & KEY_PACK))
		k->sense.flags |= TOKEN_WHOLE;
	keep(s, &k->sense, s->t->number_key);
	if (behind_slash(s, k))
		keep(s, &k->sense, s->t->slash_key);
}

/* A capital inside a sentence, small letters behind it: somebody's name, right as it is. */
static bool is_name(const struct opinia_scratch *s, const struct token *k)
{
	const char *p = s->text.p + k->start;

	return !(k->flags & TOKEN_SENTENCE) && p[0] >= 'A' && p[0] <= 'Z' &&
	       !(p[1] >= 'A' && p[1] <= 'Z');
}

/* A word that nobody knows, as it was meant. */
static void find_meant(struct opinia_scratch *s, struct token *k)
{
	const char *p = token_bytes(s, k);
	char word[TYPO_MOST + 2 + HASH_PAD] = { 0 };
	struct sv text;
	uint32_t key;

	if (is_name(s, k) || table_find(s->t, k->hash) != UINT32_MAX)
		return; /* the latter: of a pack that is off */
	key = typo_find(s->t, p, k->length);
	if (key == NO_TYPO)
		return;
	text = table_string(s->t, s->t->keys[key].text);
	memcpy(word, text.p, text.n);
	k->sense = (struct sense){ .keys = s->key_fill };
	find_word(s, &k->sense, table_find(s->t, hash_word(word, text.n, HASH_WORD)),
		  word, (uint32_t)text.n);
	k->sense.flags |= TOKEN_TYPO;
}

/* What is no word, or too long for one. */
static void find_other(struct opinia_scratch *s, struct token *k)
{
	k->sense = (struct sense){ .keys = s->key_fill };
	if (k->length > WORD_MAX)
		return;
	if (k->kind >= TOKEN_EMOJI) {
		find_picture(s, k);
		return;
	}
	find_number(s, k);
}

/* The word @k is the key @whole and is met for the first time: what is found stays. */
static void learn(struct opinia_scratch *s, const struct token *k, uint32_t whole)
{
	uint32_t fill = s->key_fill;
	struct sense x = { .keys = s->keys_kept, .asked = true };

	s->key_fill = s->keys_kept;
	find_word(s, &x, whole, token_bytes(s, k), k->length);
	s->keys_kept = s->key_fill;
	s->key_fill = fill;
	s->senses[whole] = x;
}

void lookup(struct opinia_scratch *s)
{
	struct token *end = s->tokens + s->token_count;

	s->key_fill = s->keys_from;
	end->sense = (struct sense){ .count = 0 }; /* no phrase goes on there */
	for (struct token *k = s->tokens; k < end; k++) {
		uint32_t whole;

		if (k->kind != TOKEN_WORD || k->length > WORD_MAX) {
			find_other(s, k);
			continue;
		}
		whole = table_find(s->t, k->hash);
		if (whole != UINT32_MAX) {
			if (!s->senses[whole].asked)
				learn(s, k, whole);
			k->sense = s->senses[whole];
		} else {
			k->sense = (struct sense){ .keys = s->key_fill };
			find_word(s, &k->sense, whole, token_bytes(s, k), k->length);
		}
		if (k->flags & TOKEN_LONG && !is_listed(s, &k->sense))
			find_squeezed(s, k);
		if (!k->sense.count && k->length >= TYPO_LEAST)
			find_meant(s, k);
	}
}
