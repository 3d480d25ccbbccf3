/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_freeze.c: keys, states and items become the arrays that are mapped.
 *
 * All entries of one key lie together: by language, by kind, terms that want their diacritics
 * first. The order of everything is the order of the sources, so the same sources give the
 * same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/hash.h"

static int order_of(const struct table_entry *e)
{
	return e->lang * 64 + e->kind * 2 + !(e->flags & ENTRY_EXACT);
}

/* Appends the entries of @l; says where they are and which kinds there are. */
static struct table_range put_entries(struct builder *b, struct build_list l)
{
	const struct item *items = (const void *)b->items.p;
	struct vec *v = &b->sec[SEC_ENTRIES];
	uint32_t first = (uint32_t)(v->n / sizeof(struct table_entry));
	struct table_range r = { .entries = first };

	for (uint32_t i = l.first; i != NO_INDEX; i = items[i].next) {
		struct table_entry *e = vec_add(b, v, sizeof(*e));
		struct table_entry *all = (struct table_entry *)(void *)v->p + first;
		uint32_t at = r.count;

		if (!e || r.count == UINT16_MAX)
			return r;
		while (at > 0 && order_of(&all[at - 1]) > order_of(&items[i].entry)) {
			all[at] = all[at - 1];
			at--;
		}
		all[at] = items[i].entry;
		r.kinds |= (uint16_t)(1u << items[i].entry.kind);
		r.count++;
	}
	return r;
}

static uint32_t table_size(size_t count)
{
	uint32_t size = 4;

	while (size < 2 * count + 2)
		size *= 2;
	return size;
}

static void allow_stem(uint16_t *stems, const char *p, size_t n)
{
	uint16_t bit = (uint16_t)(n >= STEM_LAST ? 0x8000 : 1u << (n - STEM_MIN));

	stems[hash_stem_place(p, STEM_MIN, STEM_BITS)] |= bit;
	if (n >= STEM_NEAR)
		stems[(1u << STEM_BITS) + hash_stem_place(p, STEM_NEAR, STEM_FAR_BITS)] |=
			bit;
}

/* What the key means to nobody while no pack is on. */
static uint8_t pack_flags(const struct builder *b, const struct build_key *k)
{
	const struct build_list *states = (const void *)b->state_list.p;
	unsigned flags = 0;

	if (!k->plain)
		flags |= KEY_PACK;
	if (!states[k->start].plain)
		flags |= KEY_PACK_STARTS;
	if (!k->plain_goes_on)
		flags |= KEY_PACK_GOES_ON;
	return (uint8_t)flags;
}

static void freeze_keys(struct builder *b)
{
	const struct build_key *keys = (const void *)b->key_list.p;
	uint32_t n = (uint32_t)(b->key_list.n / sizeof(*keys)), size = table_size(n);
	struct table_slot *slots = vec_add(b, &b->sec[SEC_SLOTS], size * sizeof(*slots));
	uint16_t *stems = vec_add(b, &b->sec[SEC_STEMS],
				  (sizeof(*stems) << STEM_BITS) +
					  (sizeof(*stems) << STEM_FAR_BITS));

	for (uint32_t i = 0; i < n && !b->failed; i++) {
		struct table strings = { .strings =
						 (unsigned char *)b->sec[SEC_STRINGS].p };
		struct sv text = table_string(&strings, keys[i].text);
		bool stem = keys[i].flags & KEY_STEM;
		struct table_key *k = vec_add(b, &b->sec[SEC_KEYS], sizeof(*k));
		char word[WORD_MAX + HASH_PAD + 1] = { 0 };
		struct table_range r;
		uint32_t at;
		uint64_t h;

		if (!k)
			return;
		*k = (struct table_key){ .text = keys[i].text,
					 .start = keys[i].start,
					 .known = keys[i].known,
					 .flags = (uint8_t)keys[i].flags |
						  pack_flags(b, &keys[i]),
					 .length = (uint8_t)text.n,
					 .stranger = keys[i].stranger };
		r = put_entries(b, keys[i].items);
		k->entries = r.entries;
		k->count = r.count;
		k->kinds = (uint8_t)r.kinds;
		memcpy(word, text.p, text.n);
		h = hash_word(word, text.n, stem ? HASH_STEM : HASH_WORD);
		at = (uint32_t)h & (size - 1);
		for (; slots[at].key; at = (at + 1) & (size - 1))
			if (slots[at].print == (uint32_t)(h >> 32))
				b->collided = true;
		slots[at] = (struct table_slot){ (uint32_t)(h >> 32), i + 1 };
		if (stem)
			allow_stem(stems, word, text.n);
	}
}

/* table_joint() says yes to @hash from now on. */
static void join(uint64_t *joints, uint64_t hash)
{
	uint32_t bit = (uint32_t)(hash >> (64 - JOINT_BITS));

	joints[bit / 64] |= 1ull << bit % 64;
}

static void freeze_phrases(struct builder *b, uint64_t *joints)
{
	const struct build_list *states = (const void *)b->state_list.p;
	const struct build_edge *edges = (const void *)b->edge_list.p;
	uint32_t n = (uint32_t)(b->state_list.n / sizeof(*states));
	uint32_t m = (uint32_t)(b->edge_list.n / sizeof(*edges)), size = table_size(m);
	struct table_edge *slots = vec_add(b, &b->sec[SEC_EDGES], size * sizeof(*slots));
	unsigned bits = (unsigned)__builtin_ctz(size);

	for (uint32_t i = 0; i < n && !b->failed; i++) {
		struct table_range *r = vec_add(b, &b->sec[SEC_STATES], sizeof(*r));
		struct table_range v = put_entries(b, states[i]);

		if (!states[i].plain)
			v.kinds |= STATE_PACK;
		if (r)
			*r = v;
	}
	for (uint32_t i = 0; i < m && slots; i++) {
		uint64_t h = hash_pair(edges[i].state, edges[i].key);
		uint32_t at = (uint32_t)(h >> (64 - bits));

		join(joints, h);
		while (slots[at].next)
			at = (at + 1) & (size - 1);
		slots[at] = (struct table_edge){ edges[i].state, edges[i].key,
						 edges[i].next };
	}
}

static void freeze_pairs(struct builder *b, uint64_t *joints)
{
	const struct build_pair *pairs = (const void *)b->pair_list.p;
	uint32_t n = (uint32_t)(b->pair_list.n / sizeof(*pairs)), size = table_size(n);
	struct table_pair *slots = vec_add(b, &b->sec[SEC_PAIRS], size * sizeof(*slots));
	unsigned bits = (unsigned)__builtin_ctz(size);

	for (uint32_t i = 0; i < n && !b->failed; i++) {
		uint64_t h = hash_pair(pairs[i].low, pairs[i].high);
		uint32_t at = (uint32_t)(h >> (64 - bits));
		struct table_range r = put_entries(b, pairs[i].items);

		join(joints, h);
		while (slots[at].low)
			at = (at + 1) & (size - 1);
		slots[at] = (struct table_pair){ pairs[i].low, pairs[i].high, r.entries,
						 r.count };
	}
}

void build_freeze(struct builder *b)
{
	struct table_lang *l = vec_add(b, &b->sec[SEC_LANGS], b->lang_count * sizeof(*l));
	uint64_t *joints;

	if (l)
		memcpy(l, b->lang, b->lang_count * sizeof(*l));
	freeze_keys(b);
	joints = vec_add(b, &b->sec[SEC_JOINTS], (1u << JOINT_BITS) / 8);
	if (!joints)
		return;
	freeze_phrases(b, joints);
	freeze_pairs(b, joints);
}
