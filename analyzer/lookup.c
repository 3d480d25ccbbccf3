/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c: every token is looked up once, in one table, for all languages and purposes.
 *
 * A word is asked for as it is, and for each length of a stem that the filter knows to begin
 * with its first three letters; most lengths do not exist, so most words cost one probe. Nearly
 * all words of a text were met before, and all of it is remembered, also that nobody knows a word:
 * then nothing is hashed or asked, and its letters are compared once.
 */
#include <string.h>

#include "analyzer/match.h"
#include "analyzer/typo.h"

enum {
	AT_ONCE = 64,  /* words that are looked for before others are learned */
	DECIDING = 10, /* words that tell the language of a text, as a rule */
};

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
	k->flags |= x->kinds & s->kinds & MATTERS ? TOKEN_SAYS : 0;
	if (x->start && !(hidden & KEY_PACK_STARTS)) {
		k->flags |= k->start ? TOKEN_STARTS | TOKEN_MANY : TOKEN_STARTS;
		k->start = x->start;
	}
	if (x->flags & KEY_GOES_ON) {
		k->flags |= k->onward ? TOKEN_MANY_ON : 0;
		k->onward = key + 1;
		if (!(hidden & KEY_PACK_GOES_ON))
			k->flags |= TOKEN_GOES_ON;
	}
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

/* The hashes of those stems of the @n bytes at @p, the longest first. */
static inline uint32_t hash_stems(uint64_t *hashes, const char *p, uint32_t n,
				  uint32_t lengths)
{
	uint32_t count = 0;

	if (lengths >> 15)
		for (uint32_t i = n < STEM_MAX ? n : STEM_MAX; i >= STEM_LAST; i--)
			hashes[count++] = hash_word(p, i, HASH_STEM);
	lengths &= 0x7fff;
	while (lengths) {
		uint32_t bit = 31 - (uint32_t)__builtin_clz(lengths);

		hashes[count++] = hash_word(p, STEM_MIN + bit, HASH_STEM);
		lengths ^= 1u << bit;
	}
	return count;
}

/* In three rounds: each place in memory that names the next is fetched for all of them. */
static void find_stems(struct opinia_scratch *s, struct sense *k, const char *p,
		       uint32_t n, uint32_t lengths)
{
	const struct table *t = s->t;
	uint64_t hashes[STEM_MAX];
	uint32_t keys[STEM_MAX], count = hash_stems(hashes, p, n, lengths);

	for (uint32_t i = 0; i < count; i++)
		__builtin_prefetch(&t->slots[(uint32_t)hashes[i] & t->slot_mask]);
	for (uint32_t i = 0; i < count; i++) {
		keys[i] = table_find(t, hashes[i]);
		if (keys[i] != UINT32_MAX)
			__builtin_prefetch(&t->keys[keys[i]]);
	}
	for (uint32_t i = 0; i < count; i++)
		keep(s, k, keys[i]);
}

/* The first key of @k is the whole word, or picture. */
static inline void mark_whole(const struct opinia_scratch *s, struct sense *k)
{
	k->flags |= TOKEN_WHOLE;
	k->stranger = s->t->keys[s->keys[k->keys]].stranger;
}

/* The keys of the @n bytes at @p, which are the key @whole, or UINT32_MAX; and their stems. */
static void find_word(struct opinia_scratch *s, struct sense *k, uint32_t whole,
		      const char *p, uint32_t n)
{
	uint32_t lengths = stem_lengths(s->t, p, n);

	keep(s, k, whole);
	/* which words a language has is not for packs to say, even while they are on */
	if (k->count && !(s->packs && s->t->keys[s->keys[k->keys]].flags & KEY_PACK))
		mark_whole(s, k);
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

	keep(s, &k->sense, table_find(s->t, hash_word(p, k->length, HASH_WORD)));
	if (!k->sense.count && first < k->length && k->kind == TOKEN_EMOJI) {
		char picture[4 + HASH_PAD] = { 0 };

		memcpy(picture, p, first);
		keep(s, &k->sense,
		     table_find(s->t, hash_word(picture, first, HASH_WORD)));
	}
	if (k->sense.count)
		mark_whole(s, &k->sense);
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
	const char *p = token_bytes(s, k);

	keep(s, &k->sense, table_find(s->t, hash_word(p, k->length, HASH_WORD)));
	if (k->sense.count &&
	    !(s->packs && s->t->keys[s->keys[k->sense.keys]].flags & KEY_PACK))
		mark_whole(s, &k->sense);
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

/* A word that nobody knows, not even a pack that is off: @p of @length bytes, as it was meant. */
static void find_meant(struct opinia_scratch *s, struct sense *k, const char *p,
		       uint32_t length)
{
	char word[TYPO_MOST + 2 + HASH_PAD] = { 0 };
	struct sv text;
	uint32_t key;

	key = typo_find(s->t, p, length);
	if (key == NO_TYPO)
		return;
	text = table_string(s->t, s->t->keys[key].text);
	memcpy(word, text.p, text.n);
	find_word(s, k, table_find(s->t, hash_word(word, text.n, HASH_WORD)), word,
		  (uint32_t)text.n);
	k->flags |= TOKEN_TYPO;
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

/* Too long to be remembered, or with letters drawn out: which may be known without them. */
static void find_slowly(struct opinia_scratch *s, struct token *k)
{
	const char *p = token_bytes(s, k);
	uint32_t whole = table_find(s->t, hash_word(p, k->length, HASH_WORD));

	k->flags &= (uint8_t)~TOKEN_SHORT;
	k->sense = (struct sense){ .keys = s->key_fill };
	find_word(s, &k->sense, whole, p, k->length);
	if (k->flags & TOKEN_LONG && !is_listed(s, &k->sense))
		find_squeezed(s, k);
	if (!k->sense.count && k->length >= TYPO_LEAST && whole == UINT32_MAX &&
	    !is_name(s, k))
		find_meant(s, &k->sense, p, k->length);
}

static inline bool is_memo_of(const struct memo *e, const uint64_t *letters)
{
	return !((e->letters[0] ^ letters[0]) | (e->letters[1] ^ letters[1]));
}

/* It was met in this text: its keys stay till the next one. */
static inline void take_memo(struct opinia_scratch *s, struct token *k, struct memo *e)
{
	e->text = s->text_number;
	k->sense = e->sense;
	__builtin_prefetch(&e->said);
}

/* All that is to be known of @k; false: it has more keys than are remembered. */
static bool fill(struct opinia_scratch *s, struct memo *e, const struct token *k)
{
	const char *p = token_bytes(s, k);
	uint32_t whole = table_find(s->t, hash_end(p, k->length, HASH_WORD, 0));
	struct sense x = { .keys = s->key_fill };

	find_word(s, &x, whole, p, k->length);
	if (!x.count && whole == UINT32_MAX)
		find_meant(s, &x, p, k->length);
	s->key_fill = x.keys;
	e->sense = x;
	e->sense.keys = (uint32_t)(e->keys - s->keys);
	e->said.key = 0;
	if (x.count > MEMO_KEYS)
		return false;
	for (uint32_t i = 0; i < x.count; i++)
		e->keys[i] = s->keys[x.keys + i];
	return true;
}

/*
 * A word that is not at its place @e: at the one beside it, or met for the first time, or again
 * after others took both. It takes that which was not needed for longer.
 */
static __attribute__((noinline)) void learn(struct opinia_scratch *s, struct memo *e,
					    struct token *k, const uint64_t *letters)
{
	struct memo *other = s->memo + ((uint32_t)(e - s->memo) ^ 1);
	uint32_t now = s->text_number;

	if (is_memo_of(other, letters)) {
		take_memo(s, k, other);
		return;
	}
	if (now - other->text > now - e->text)
		e = other;
	if (e->text == now) { /* words of this very text have both */
		find_slowly(s, k);
		return;
	}
	e->letters[0] = e->letters[1] = 0;
	if (!fill(s, e, k)) {
		find_slowly(s, k);
		return;
	}
	e->letters[0] = letters[0];
	e->letters[1] = letters[1];
	take_memo(s, k, e);
}

/* The letters of a short word as a memo has them. */
static inline void letters_of(const char *p, uint32_t n, uint64_t *letters)
{
	const struct hash_mask *mask = &hash_masks[n];

	letters[0] = hash_load(p) & mask->first;
	letters[1] = hash_load(p + 8) & mask->second;
}

/* A slip is none in a name. */
static void forgive(const struct opinia_scratch *s, struct token *k)
{
	if (is_name(s, k))
		k->sense = (struct sense){ .keys = k->sense.keys };
	else
		k->flags &= (uint8_t)~TOKEN_SHORT;
}

/* The words at @at were not at their places, when all were looked for. */
static void learn_all(struct opinia_scratch *s, const uint32_t *at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct token *k = &s->tokens[at[i]];
		struct memo *e = &s->memo[k->sense.keys];
		uint64_t letters[2];

		letters_of(token_bytes(s, k), k->length, letters);
		if (is_memo_of(e, letters)) /* twice in this text */
			take_memo(s, k, e);
		else
			learn(s, e, k, letters);
		if (k->flags & TOKEN_SHORT && k->sense.flags & TOKEN_TYPO)
			forgive(s, k);
		s->marks[at[i]] = (char)k->sense.flags;
	}
}

/* Memory may fetch what learn() will ask for. */
FETCHES void fetch(const struct opinia_scratch *s, const struct token *k)
{
	uint64_t h = hash_end(token_bytes(s, k), k->length, HASH_WORD, 0);

	__builtin_prefetch(s->memo + (k->sense.keys ^ 1));
	__builtin_prefetch(&s->t->slots[(uint32_t)h & s->t->slot_mask]);
}

/*
 * All of @k .. @end; of those that are not at their place, as it was announced by tokens_split(),
 * the places in @missed. Says how many.
 */
static uint32_t recall(struct opinia_scratch *s, struct token *k, const struct token *end,
		       uint32_t *missed)
{
	const uint32_t now = s->text_number;
	const char *folded = s->folded;
	struct memo *memo = s->memo;
	char *mark = s->marks + (k - s->tokens);
	uint32_t count = 0;

	for (; k < end; k++, mark++) {
		struct memo *e = &memo[k->sense.keys];
		uint64_t letters[2];

		if (!(k->flags & TOKEN_SHORT)) {
			if (k->kind == TOKEN_WORD && k->length <= WORD_MAX)
				find_slowly(s, k);
			else
				find_other(s, k);
			*mark = (char)k->sense.flags;
			continue;
		}
		letters_of(folded + k->at, k->length, letters);
		if (!is_memo_of(e, letters)) {
			missed[count++] = (uint32_t)(k - s->tokens);
			fetch(s, k);
			continue;
		}
		e->text = now;
		k->sense = e->sense;
		__builtin_prefetch(&e->said);
		if (k->sense.flags & TOKEN_TYPO)
			forgive(s, k);
		*mark = (char)k->sense.flags;
	}
	return count;
}

/* The first words decide of which language the text is, as a rule. */
FETCHES void fetch_languages(const struct opinia_scratch *s)
{
	uint32_t n = s->token_count < DECIDING ? s->token_count : DECIDING;

	for (const struct token *k = s->tokens, *end = k + n; k < end; k++)
		if (k->sense.flags & TOKEN_WHOLE)
			__builtin_prefetch(s->t->word_lid +
					   (size_t)s->keys[k->sense.keys] *
						   s->t->lid_classes);
}

void lookup(struct opinia_scratch *s)
{
	struct token *k = s->tokens, *end = k + s->token_count;
	uint32_t missed[AT_ONCE];

	s->key_fill = KEYS_FROM;
	s->text_number++;
	end->sense = (struct sense){ .count = 0 }; /* no phrase goes on there */
	while (k < end) {
		struct token *to = end - k < AT_ONCE ? end : k + AT_ONCE;

		learn_all(s, missed, recall(s, k, to, missed));
		k = to;
	}
	fetch_languages(s);
}
