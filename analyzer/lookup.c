/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c: every token is looked up once, in one table, for all languages and purposes.
 *
 * A word is asked for as it is, and for each length of a stem that the filter knows to begin
 * with its first three letters; most lengths do not exist, so most words cost one probe.
 */
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/scratch.h"
#include "analyzer/typo.h"

static inline void keep(struct opinia_scratch *s, struct token *k, uint32_t key)
{
	const struct table_key *x;
	unsigned hidden;

	if (key == UINT32_MAX || k->key_count == TOKEN_KEYS_MAX)
		return;
	x = &s->t->keys[key];
	hidden = x->flags & s->hidden;
	if (hidden & KEY_PACK)
		return;
	s->keys[s->key_fill++] = key;
	k->key_count++;
	k->kinds |= x->kinds & s->kinds;
	if (x->start && !(hidden & KEY_PACK_STARTS))
		k->flags |= TOKEN_STARTS;
	if (x->flags & KEY_GOES_ON && !(hidden & KEY_PACK_GOES_ON))
		k->flags |= TOKEN_GOES_ON;
}

static inline void keep_stem(struct opinia_scratch *s, struct token *k, const char *p,
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

static void find_stems(struct opinia_scratch *s, struct token *k, const char *p,
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

static inline void find_word(struct opinia_scratch *s, struct token *k, uint64_t hash,
			     const char *p, uint32_t n)
{
	uint32_t lengths;

	keep(s, k, table_find(s->t, hash));
	/* which words a language has is not for packs to say, even while they are on */
	if (k->key_count && !(s->packs && s->t->keys[s->keys[k->keys]].flags & KEY_PACK))
		k->flags |= TOKEN_WHOLE;
	if (k->kind != TOKEN_WORD)
		return;
	lengths = stem_lengths(s->t, p, n);
	if (lengths)
		find_stems(s, k, p, n, lengths);
}

static bool means_something(const struct token *k)
{
	return k->kinds || k->flags & TOKEN_STARTS;
}

static bool is_listed(const struct opinia_scratch *s, const struct token *k)
{
	return k->flags & TOKEN_WHOLE && s->t->keys[s->keys[k->keys]].kinds & s->kinds;
}

static void forget(struct opinia_scratch *s, struct token *k)
{
	s->key_fill = k->keys;
	k->key_count = 0;
	k->kinds = 0;
	k->flags &= (uint8_t) ~(TOKEN_STARTS | TOKEN_WHOLE | TOKEN_GOES_ON);
}

/* `suuuper` is asked for with one u, then with two; else as it is written after all. */
static void find_squeezed(struct opinia_scratch *s, struct token *k, const char *p)
{
	char word[WORD_MAX + 1 + HASH_PAD];

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
		forget(s, k);
		find_word(s, k, hash_word(word, n, HASH_WORD), word, n);
		if (means_something(k)) {
			k->flags |= TOKEN_SQUEEZED;
			return;
		}
	}
	forget(s, k);
	find_word(s, k, hash_word(p, k->length, HASH_WORD), p, k->length);
}

static void find_emoji(struct opinia_scratch *s, struct token *k)
{
	const char *p = token_bytes(s, k);
	unsigned char lead = (unsigned char)*p;
	uint32_t first = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

	keep(s, k, table_find(s->t, hash_word(p, k->length, HASH_WORD)));
	if (!k->key_count && first < k->length && k->kind == TOKEN_EMOJI) {
		char picture[4 + HASH_PAD] = { 0 };

		memcpy(picture, p, first);
		keep(s, k, table_find(s->t, hash_word(picture, first, HASH_WORD)));
	}
	if (k->key_count)
		k->flags |= TOKEN_WHOLE;
}

/* All hashes first: while later words are hashed, memory fetches the places of earlier ones. */
static void hash_all(struct opinia_scratch *s)
{
	const struct table *t = s->t;

	for (uint32_t i = 0; i < s->token_count; i++) {
		const struct token *k = &s->tokens[i];
		const char *p = token_bytes(s, k);

		if (k->length > WORD_MAX)
			continue;
		s->hashes[i] = hash_word(p, k->length, HASH_WORD);
		__builtin_prefetch(&t->slots[(uint32_t)s->hashes[i] & t->slot_mask]);
		if (k->length >= STEM_NEAR)
			__builtin_prefetch(
				&t->stems[(1u << STEM_BITS) +
					  hash_stem_place(p, STEM_NEAR, STEM_FAR_BITS)]);
	}
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
	keep(s, k, s->t->number_key);
	if (behind_slash(s, k))
		keep(s, k, s->t->slash_key);
}

/* A capital inside a sentence, small letters behind it: somebody's name, right as it is. */
static bool is_name(const struct opinia_scratch *s, const struct token *k)
{
	const char *p = s->text.p + k->start;

	return !(k->flags & TOKEN_SENTENCE) && p[0] >= 'A' && p[0] <= 'Z' &&
	       !(p[1] >= 'A' && p[1] <= 'Z');
}

/* A word that nobody knows, as it was meant. */
static void find_meant(struct opinia_scratch *s, struct token *k, uint64_t hash,
		       const char *p)
{
	char word[TYPO_MOST + 2 + HASH_PAD] = { 0 };
	struct sv text;
	uint32_t key;

	if (is_name(s, k) || table_find(s->t, hash) != UINT32_MAX)
		return; /* the latter: of a pack that is off */
	key = typo_find(s->t, p, k->length);
	if (key == NO_TYPO)
		return;
	text = table_string(s->t, s->t->keys[key].text);
	memcpy(word, text.p, text.n);
	forget(s, k);
	find_word(s, k, hash_word(word, text.n, HASH_WORD), word, (uint32_t)text.n);
	k->typo = true;
}

void lookup(struct opinia_scratch *s)
{
	hash_all(s);
	s->key_fill = 0;
	for (uint32_t i = 0; i < s->token_count; i++) {
		struct token *k = &s->tokens[i];
		const char *p = token_bytes(s, k);

		k->keys = s->key_fill;
		k->key_count = k->kinds = 0;
		k->typo = false;
		if (k->length > WORD_MAX)
			continue;
		if (k->kind >= TOKEN_EMOJI) {
			find_emoji(s, k);
			continue;
		}
		find_word(s, k, s->hashes[i], p, k->length);
		if (k->kind == TOKEN_NUMBER)
			find_number(s, k);
		else if (k->flags & TOKEN_LONG && !is_listed(s, k))
			find_squeezed(s, k, p);
		if (!k->key_count && k->length >= TYPO_LEAST)
			find_meant(s, k, s->hashes[i], p);
	}
}
