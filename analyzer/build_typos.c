/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_typos.c: the words worth guessing when somebody mistypes them, by each of their forms
 * with one letter missing (typo.c): those that feel, shift or stand in a phrase.
 */
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/hash.h"
#include "analyzer/typo.h"

enum { STEM_LEAST = 4 };

/* A word of a text that a stem speaks for. */
static bool has_stem(const struct table *t, const struct table_key *k)
{
	struct sv text = table_string(t, k->text);
	char word[WORD_MAX + HASH_PAD + 1] = { 0 };

	memcpy(word, text.p, text.n);
	for (size_t n = STEM_LEAST; n <= text.n && n <= STEM_MAX; n++) {
		uint32_t key = table_find(t, hash_word(word, n, HASH_STEM));

		if (key != UINT32_MAX && t->keys[key].kinds >> ENTRY_SENTIMENT & 1 &&
		    !(t->keys[key].flags & KEY_PACK))
			return true;
	}
	return false;
}

static bool is_worth(const struct table *t, const struct table_key *k)
{
	const unsigned speaks = 1u << ENTRY_SENTIMENT | 1u << ENTRY_SHIFTER;

	if (k->flags & KEY_STEM)
		return false;
	if (k->known && has_stem(t, k))
		return true;
	if (k->flags & KEY_PACK)
		return false;
	return k->kinds & speaks || (k->start && !(k->flags & KEY_PACK_STARTS)) ||
	       (k->flags & KEY_GOES_ON && !(k->flags & KEY_PACK_GOES_ON));
}

static void put(struct table_slot *slots, uint32_t size, uint64_t h, uint32_t key)
{
	uint32_t at = (uint32_t)(h >> 32) & (size - 1);

	while (slots[at].key)
		at = (at + 1) & (size - 1);
	slots[at] = (struct table_slot){ (uint32_t)h, key + 1 };
}

void build_typos(struct builder *b)
{
	const struct table_key *keys = (const void *)b->sec[SEC_KEYS].p;
	struct table t = {
		.strings = (unsigned char *)b->sec[SEC_STRINGS].p,
		.keys = keys,
		.slots = (const void *)b->sec[SEC_SLOTS].p,
		.slot_mask =
			(uint32_t)(b->sec[SEC_SLOTS].n / sizeof(struct table_slot)) - 1,
	};
	uint32_t n = (uint32_t)(b->sec[SEC_KEYS].n / sizeof(*keys)), forms = 0, size = 4;
	struct table_slot *slots;

	for (uint32_t i = 0; i < n; i++)
		forms += is_worth(&t, &keys[i]) ? keys[i].length + 1u : 0;
	/* fuller than the others: most questions end at the filter that is made of it */
	while (size - size / 4 < forms + 1)
		size *= 2;
	slots = vec_add(b, &b->sec[SEC_TYPOS], size * sizeof(*slots));
	for (uint32_t i = 0; i < n && slots; i++) {
		struct sv text = table_string(&t, keys[i].text);
		uint32_t letters = (uint32_t)text.n;
		uint64_t hashes[TYPO_MOST + 1];

		if (!is_worth(&t, &keys[i]) || !typo_letters(text.p, letters))
			continue;
		typo_hashes(text.p, letters, hashes);
		for (uint32_t skip = 0; skip <= letters; skip++)
			if (!skip || skip == letters || text.p[skip] != text.p[skip - 1])
				put(slots, size, hashes[skip], i);
	}
}
