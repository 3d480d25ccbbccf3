/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.c: is this file a lexicon that we can trust blindly from here on?
 *
 * The checksum finds accidents; it does not stop somebody who can compute one. So every
 * offset, index and count is looked at once, here, and the hot steps never look again.
 */
#include "analyzer/table.h"

#include <string.h>

#include "analyzer/fold.h"
#include "analyzer/hash.h"
#include "analyzer/language.h"

static const size_t elements[SEC_COUNT] = {
	[SEC_STRINGS] = 1,
	[SEC_TOPICS] = sizeof(struct table_topic),
	[SEC_LANGS] = sizeof(struct table_lang),
	[SEC_SLOTS] = sizeof(struct table_slot),
	[SEC_KEYS] = sizeof(struct table_key),
	[SEC_ENTRIES] = sizeof(struct table_entry),
	[SEC_STEMS] = sizeof(uint16_t),
	[SEC_EDGES] = sizeof(struct table_edge),
	[SEC_STATES] = sizeof(struct table_range),
	[SEC_PAIRS] = sizeof(struct table_pair),
	[SEC_EMOTICON] = 1,
	[SEC_SUFFIXES] = sizeof(struct table_suffix),
	[SEC_WORDLID] = sizeof(int16_t),
	[SEC_GRAMS] = sizeof(struct table_gram),
	[SEC_GRAMLID] = sizeof(int16_t),
	[SEC_FOLDTOP] = sizeof(uint16_t),
	[SEC_FOLD] = sizeof(uint32_t),
	[SEC_FOLDPOOL] = 1,
	[SEC_LEARNED] = sizeof(int32_t),
	[SEC_TERMS] = sizeof(struct table_term),
	[SEC_TYPOS] = sizeof(struct table_slot),
	[SEC_PACKS] = sizeof(uint32_t),
	[SEC_JOINTS] = sizeof(uint64_t),
};

uint64_t table_checksum(const void *p, size_t n)
{
	const char *c = p;
	uint64_t h = n;

	for (; n >= 8; c += 8, n -= 8)
		h = (h ^ hash_load(c)) * 0x9E3779B97F4A7C15u, h ^= h >> 29;
	for (; n; c++, n--)
		h = (h ^ (unsigned char)*c) * 0x9E3779B97F4A7C15u, h ^= h >> 29;
	return h;
}

uint64_t table_seal(const void *map, size_t size)
{
	struct table_header h;

	memcpy(&h, map, sizeof(h));
	h.seal = 0;
	return hash_mix(table_checksum(&h, sizeof(h)),
			table_checksum((const char *)map + sizeof(h), size - sizeof(h)));
}

/* Of a power of two. */
static uint32_t bits_of(uint32_t size)
{
	return size > 1 ? (uint32_t)__builtin_ctz(size) : 1;
}

void table_bind(struct table *t, const void *map)
{
	const struct table_header *h = map;
	const char *base = map;

	*t = (struct table){ .head = h };
#define AT(sec) ((const void *)(base + h->section[sec].offset))
	t->strings = AT(SEC_STRINGS);
	t->topics = AT(SEC_TOPICS);
	t->langs = AT(SEC_LANGS);
	t->slots = AT(SEC_SLOTS);
	t->typos = AT(SEC_TYPOS);
	t->keys = AT(SEC_KEYS);
	t->entries = AT(SEC_ENTRIES);
	t->stems = AT(SEC_STEMS);
	t->edges = AT(SEC_EDGES);
	t->states = AT(SEC_STATES);
	t->pairs = AT(SEC_PAIRS);
	t->emoticon = AT(SEC_EMOTICON);
	t->suffixes = AT(SEC_SUFFIXES);
	t->word_lid = AT(SEC_WORDLID);
	t->grams = AT(SEC_GRAMS);
	t->gram_lid = AT(SEC_GRAMLID);
	t->fold_top = AT(SEC_FOLDTOP);
	t->fold = AT(SEC_FOLD);
	t->fold_pool = AT(SEC_FOLDPOOL);
	t->terms = AT(SEC_TERMS);
	t->packs = AT(SEC_PACKS);
	t->joints = AT(SEC_JOINTS);
	t->learned = h->section[SEC_LEARNED].bytes ? AT(SEC_LEARNED) : NULL;
#undef AT
	for (int i = 0; i < SEC_COUNT; i++)
		t->count[i] = (uint32_t)(h->section[i].bytes / elements[i]);
	t->topic_count = t->count[SEC_TOPICS];
	t->lang_count = t->count[SEC_LANGS];
	t->lid_classes = t->count[SEC_KEYS] ? t->count[SEC_WORDLID] / t->count[SEC_KEYS]
					    : t->lang_count;
	t->slot_mask = t->count[SEC_SLOTS] - 1;
	t->edge_mask = t->count[SEC_EDGES] - 1;
	t->pair_mask = t->count[SEC_PAIRS] - 1;
	t->gram_mask = t->count[SEC_GRAMS] - 1;
	t->term_mask = t->count[SEC_TERMS] - 1;
	t->edge_bits = bits_of(t->count[SEC_EDGES]);
	t->pair_bits = bits_of(t->count[SEC_PAIRS]);
	t->typo_mask = t->count[SEC_TYPOS] - 1;
	t->number_key = t->slash_key = UINT32_MAX;
}

/* ---- the checks --------------------------------------------------------------------- */

static bool header_ok(const struct table_header *h, size_t size)
{
	if (memcmp(h->magic, TABLE_MAGIC, 8) || h->byte_order != 0x01020304 ||
	    h->size != size)
		return false;
	if (memchr(h->hash, 0, sizeof(h->hash)) != h->hash + 71 ||
	    memcmp(h->hash, "sha256:", 7))
		return false;
	for (int i = 0; i < SEC_COUNT; i++) {
		uint64_t at = h->section[i].offset, n = h->section[i].bytes;

		if (at % 8 || at < sizeof(*h) || at > size || n > size - at ||
		    n % elements[i] || n / elements[i] >= INT32_MAX)
			return false;
	}
	return true;
}

static bool string_ok(const struct table *t, uint32_t at)
{
	uint32_t n = t->count[SEC_STRINGS];

	return at < n && n - at >= 2 && table_string(t, at).n <= n - at - 2;
}

static bool range_ok(const struct table *t, uint32_t first, uint32_t count)
{
	return first <= t->count[SEC_ENTRIES] && count <= t->count[SEC_ENTRIES] - first;
}

/* The places of a table: a power of two, of two at least. */
static bool power_of_two(uint32_t n)
{
	return n > 1 && !(n & (n - 1));
}

static bool lid_shapes_ok(const struct table *t)
{
	return t->lid_classes >= t->lang_count && t->lid_classes <= LID_CLASSES_MAX &&
	       t->count[SEC_WORDLID] == (uint64_t)t->lid_classes * t->count[SEC_KEYS] &&
	       t->count[SEC_GRAMLID] % t->lid_classes == 0;
}

static bool shapes_ok(const struct table *t)
{
	uint32_t langs = t->lang_count;

	return langs >= 1 && langs <= TABLE_LANGS_MAX && t->topic_count < 0xffff &&
	       t->count[SEC_STATES] >= 1 && power_of_two(t->count[SEC_SLOTS]) &&
	       power_of_two(t->count[SEC_EDGES]) && power_of_two(t->count[SEC_PAIRS]) &&
	       power_of_two(t->count[SEC_GRAMS]) &&
	       t->count[SEC_STEMS] == (1u << STEM_BITS) + (1u << STEM_FAR_BITS) &&
	       t->count[SEC_JOINTS] == (1u << JOINT_BITS) / 64 &&
	       t->count[SEC_EMOTICON] == 256 && t->count[SEC_FOLDTOP] == FOLD_TOP &&
	       t->count[SEC_FOLD] % FOLD_BLOCK == 0 && lid_shapes_ok(t);
}

static bool topics_ok(const struct table *t)
{
	if (t->count[SEC_PACKS] > PACKS_MAX)
		return false;
	for (uint32_t i = 0; i < t->count[SEC_PACKS]; i++)
		if (!string_ok(t, t->packs[i]))
			return false;
	for (uint32_t i = 0; i < t->topic_count; i++) {
		const struct table_topic *k = &t->topics[i];

		if (!string_ok(t, k->id) || !string_ok(t, k->label[0]) ||
		    !string_ok(t, k->label[1]) || !string_ok(t, k->label[2]) ||
		    !string_ok(t, k->stage) || !string_ok(t, k->owner))
			return false;
	}
	return true;
}

static bool lang_ok(const struct table *t, const struct table_lang *l)
{
	for (int k = 0; k < SET_COUNT; k++)
		if (l->set[k] < -1000000 || l->set[k] > 1000000)
			return false;
	return string_ok(t, l->code) && string_ok(t, l->name[0]) &&
	       string_ok(t, l->name[1]) && string_ok(t, l->name[2]) &&
	       l->set[SET_SCALE] > 0 && l->suffixes <= t->count[SEC_SUFFIXES] &&
	       l->suffix_count <= t->count[SEC_SUFFIXES] - l->suffixes;
}

static bool affix_ok(const struct table *t, uint32_t string)
{
	return string_ok(t, string) && table_string(t, string).n <= 64;
}

static bool names_ok(const struct table *t)
{
	for (uint32_t i = 0; i < t->lang_count; i++)
		if (!lang_ok(t, &t->langs[i]))
			return false;
	for (uint32_t i = 0; i < t->count[SEC_SUFFIXES]; i++)
		if (!affix_ok(t, t->suffixes[i].text) ||
		    !affix_ok(t, t->suffixes[i].replacement))
			return false;
	return topics_ok(t);
}

static bool keys_ok(const struct table *t)
{
	uint32_t free_slots = 0;

	for (uint32_t i = 0; i < t->count[SEC_SLOTS]; i++) {
		free_slots += !t->slots[i].key;
		if (t->slots[i].key > t->count[SEC_KEYS])
			return false;
	}
	for (uint32_t i = 0; i < t->count[SEC_KEYS]; i++) {
		const struct table_key *k = &t->keys[i];

		if (!string_ok(t, k->text) || !range_ok(t, k->entries, k->count) ||
		    k->start >= t->count[SEC_STATES])
			return false;
	}
	return free_slots > 0; /* or a search would never end */
}

static bool entries_ok(const struct table *t)
{
	for (uint32_t i = 0; i < t->count[SEC_ENTRIES]; i++) {
		const struct table_entry *e = &t->entries[i];
		uint32_t topics = e->kind == ENTRY_SHIFTER ? SHIFTERS : t->topic_count;

		if (e->kind >= ENTRY_KINDS || e->lang >= t->lang_count ||
		    !string_ok(t, e->term))
			return false;
		if ((e->kind == ENTRY_SHIFTER || e->kind == ENTRY_TOPIC ||
		     e->kind == ENTRY_REVIEW) &&
		    e->topic >= topics)
			return false;
	}
	return true;
}

static bool phrases_ok(const struct table *t)
{
	uint32_t free_slots = 0;

	for (uint32_t i = 0; i < t->count[SEC_STATES]; i++)
		if (!range_ok(t, t->states[i].entries, t->states[i].count))
			return false;
	for (uint32_t i = 0; i < t->count[SEC_EDGES]; i++) {
		free_slots += !t->edges[i].next;
		if (t->edges[i].next >= t->count[SEC_STATES])
			return false;
	}
	if (!free_slots)
		return false;
	free_slots = 0;
	for (uint32_t i = 0; i < t->count[SEC_PAIRS]; i++) {
		const struct table_pair *p = &t->pairs[i];

		free_slots += !p->low;
		if (!range_ok(t, p->entries, p->count))
			return false;
		for (uint32_t k = 0; k < p->count; k++)
			if (t->entries[p->entries + k].kind != ENTRY_TOPIC &&
			    t->entries[p->entries + k].kind != ENTRY_REVIEW)
				return false;
	}
	return free_slots > 0;
}

static bool grams_ok(const struct table *t)
{
	uint32_t free_slots = 0, vectors = t->count[SEC_GRAMLID] / t->lid_classes;

	for (uint32_t i = 0; i < t->count[SEC_GRAMS]; i++) {
		free_slots += !t->grams[i].print;
		if (t->grams[i].print && t->grams[i].values >= vectors)
			return false;
	}
	return free_slots > 0;
}

static bool folds_ok(const struct table *t)
{
	uint32_t blocks = t->count[SEC_FOLD] / FOLD_BLOCK, pool = t->count[SEC_FOLDPOOL];

	for (uint32_t i = 0; i < FOLD_TOP; i++)
		if (t->fold_top[i] >= blocks)
			return false;
	for (uint32_t i = 0; i < t->count[SEC_FOLD]; i++) {
		uint32_t e = t->fold[i], n = fold_length(e);

		if (fold_kind(e) == FOLD_BYTES && n > 3)
			return false;
		if (fold_kind(e) == FOLD_POOL &&
		    (n > FOLD_BYTES_MAX || pool < FOLD_BYTES_MAX ||
		     e >> 8 > pool - FOLD_BYTES_MAX))
			return false;
	}
	return true;
}

static bool learned_ok(const struct table *t)
{
	uint32_t free_slots = 0, numbers = t->count[SEC_LEARNED];

	if (!numbers)
		return !t->count[SEC_TERMS];
	if (numbers != LEARNED_MODELS * LEARNED_NUMBERS ||
	    !power_of_two(t->count[SEC_TERMS]))
		return false;
	for (uint32_t i = 0; i < numbers; i++)
		if (t->learned[i] < -LEARNED_MOST || t->learned[i] > LEARNED_MOST)
			return false;
	for (uint32_t i = 0; i < t->count[SEC_TERMS]; i++) {
		free_slots += !t->terms[i].print;
		if (!string_ok(t, t->terms[i].term))
			return false;
	}
	return free_slots > 0;
}

static bool typos_ok(const struct table *t)
{
	uint32_t free_slots = 0;

	for (uint32_t i = 0; i < t->count[SEC_TYPOS]; i++) {
		free_slots += !t->typos[i].key;
		if (t->typos[i].key > t->count[SEC_KEYS])
			return false;
	}
	return !t->count[SEC_TYPOS] || (power_of_two(t->count[SEC_TYPOS]) && free_slots);
}

int table_names(struct table *t, const void *map, size_t size, struct err *err)
{
	const struct table_header *h = map;

	if (size < sizeof(*h) || memcmp(h->magic, TABLE_MAGIC, 8))
		return err_set(err, ERR_INPUT, "this is no compiled lexicon");
	if (h->version != TABLE_VERSION)
		return err_set(
			err, ERR_INPUT,
			"a lexicon of format %u, this program reads %d: compile it again",
			(unsigned)h->version, TABLE_VERSION);
	if (!header_ok(h, size))
		return err_set(err, ERR_INPUT,
			       "the lexicon is damaged: compile it again");
	table_bind(t, map);
	if (!shapes_ok(t) || !names_ok(t))
		return err_set(err, ERR_INPUT,
			       "the lexicon is damaged inside: compile it again");
	return 0;
}

int table_whole(struct table *t, const void *map, size_t size, struct err *err)
{
	if (table_seal(map, size) != t->head->seal)
		return err_set(err, ERR_INPUT,
			       "the lexicon is damaged: compile it again");
	if (!entries_ok(t) || !keys_ok(t) || !phrases_ok(t) || !grams_ok(t) ||
	    !folds_ok(t) || !learned_ok(t) || !typos_ok(t))
		return err_set(err, ERR_INPUT,
			       "the lexicon is damaged inside: compile it again");
	t->number_key =
		table_find(t, hash_word("#\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 1, HASH_WORD));
	t->slash_key =
		table_find(t, hash_word("/#\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 2, HASH_WORD));
	return 0;
}

int table_view(struct table *t, const void *map, size_t size, struct err *err)
{
	int rc = table_names(t, map, size, err);

	return rc ? rc : table_whole(t, map, size, err);
}
