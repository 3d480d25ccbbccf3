/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typo.c: see typo.h. Two words that are one slip apart share a form with one letter missing,
 * so the table keeps those forms of every word worth guessing, and an unknown word asks with
 * its own ten. Most have none and are done.
 *
 * We have no dictionary: an unknown word may be a right one that no list of ours needs. What
 * a slip makes has letters beside each other that our languages do not have; a right word
 * seldom has. Only such words are guessed at.
 */
#include "analyzer/typo.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/language.h"

enum {
	FOUND_MAX = 16,
	SHORT = 6,     /* letters: of so few, nobody misses the first */
	ODD = -3 * 64, /* rarer than this in each of our languages, in 1/64 bit */
	ODD_QUADS = 3,
	SAYS_GOOD = 1,
	SAYS_BAD = 2,
	FILTER_BITS_EACH = 4, /* bits for a place of the table, */
	FILTER_BITS_MAX = 22, /* up to half a megabyte          */
};

void typo_hashes(const char *p, uint32_t n, uint64_t *hashes)
{
	const uint64_t base = 0x9E3779B97F4A7C15u;
	uint64_t place = 1, before = 0, behind = 0; /* behind: one place to the left */

	for (uint32_t i = 1; i < n; i++, place *= base) {
		hashes[i] = (uint64_t)p[i] * place;
		behind += hashes[i];
	}
	hashes[0] = 0;
	for (uint32_t i = 0; i <= n; i++) {
		uint64_t left = i < n ? hashes[i] : 0, sum;

		behind -= left;
		sum = before + behind;
		before += i ? left * base : (uint64_t)p[0];
		hashes[i] = (sum ^ sum >> 32) * 0xD6E8FEB86659FD93u;
	}
}

bool typo_letters(const char *p, uint32_t n)
{
	if (n < TYPO_LEAST || n > TYPO_MOST)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (p[i] < 'a' || p[i] > 'z')
			return false;
	return true;
}

/* One letter more, less or other, or two in the wrong order? */
static bool one_slip(const char *a, uint32_t n, const char *b, uint32_t m)
{
	uint32_t i = 0, k = 0;

	while (i < n && i < m && a[i] == b[i])
		i++;
	while (k < n - i && k < m - i && a[n - 1 - k] == b[m - 1 - k])
		k++;
	if (n == m)
		return n - i - k == 1 ||
		       (n - i - k == 2 && a[i] == b[i + 1] && a[i + 1] == b[i]);
	return n + 1 == m ? i + k >= n : m + 1 == n && i + k >= m;
}

/* Letters that stand beside each other in none of our languages, or hardly ever. */
static bool is_odd(const struct table *t, const char *gram, unsigned n)
{
	uint64_t h = lid_hash(gram, n);
	uint32_t print = lid_print(h), i = (uint32_t)h & t->gram_mask;

	for (; t->grams[i].print; i = (i + 1) & t->gram_mask) {
		const int16_t *v =
			t->gram_lid + (size_t)t->grams[i].values * t->lid_classes;

		if (t->grams[i].print != print)
			continue;
		for (uint32_t l = 1; l < t->lang_count; l++)
			if (v[l] >= ODD)
				return false;
		return true;
	}
	return true;
}

static bool looks_right(const struct table *t, const char *p, uint32_t n)
{
	char word[TYPO_MOST + 2 + HASH_PAD] = { 0 };
	uint32_t quads = 0;

	word[0] = word[n + 1] = ' ';
	memcpy(word + 1, p, n);
	for (uint32_t i = 0; i + 3 <= n + 2; i++)
		if (is_odd(t, word + i, 3))
			return false;
	for (uint32_t i = 0; i + 4 <= n + 2; i++)
		quads += is_odd(t, word + i, 4);
	return quads < ODD_QUADS;
}

static unsigned says(const struct table *t, uint32_t key)
{
	const struct table_key *k = &t->keys[key];
	unsigned out = 0;

	for (uint32_t i = 0; i < k->count; i++) {
		const struct table_entry *e = &t->entries[k->entries + i];

		if (e->kind == ENTRY_SENTIMENT && !(e->flags & ENTRY_NULL))
			out |= e->weight > 0 ? SAYS_GOOD : e->weight < 0 ? SAYS_BAD : 0;
	}
	return out;
}

struct found {
	uint32_t key[FOUND_MAX];
	uint32_t count;
};

static inline void ask(const struct table *t, uint64_t h, const char *p, uint32_t n,
		       struct found *f)
{
	uint32_t print = (uint32_t)h, i = (uint32_t)(h >> 32) & t->typo_mask;

	for (; t->typos[i].key; i = (i + 1) & t->typo_mask) {
		uint32_t key = t->typos[i].key - 1, seen = 0;
		struct sv text;

		if (t->typos[i].print != print || f->count == FOUND_MAX)
			continue;
		text = table_string(t, t->keys[key].text);
		while (seen < f->count && f->key[seen] != key)
			seen++;
		if (n <= SHORT && text.p[0] != p[0])
			continue;
		if (seen == f->count && one_slip(p, n, text.p, (uint32_t)text.n))
			f->key[f->count++] = key;
	}
}

/* Of those that say something, the first; the others only where there is one alone. */
static uint32_t choose(const struct table *t, const struct found *f)
{
	uint32_t best = NO_TYPO;
	unsigned all = 0;

	for (uint32_t i = 0; i < f->count; i++) {
		unsigned one = says(t, f->key[i]);

		all |= one;
		if (one && f->key[i] < best)
			best = f->key[i];
	}
	if (all == (SAYS_GOOD | SAYS_BAD))
		return NO_TYPO;
	return all ? best : f->count == 1 ? f->key[0] : NO_TYPO;
}

/* Keeps of @n hashes those that the filter lets through, and says how many. */
static uint32_t sift(const struct table *t, uint64_t *hashes, uint32_t n)
{
	uint32_t count = 0;

	if (!t->slips)
		return n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t bit = (uint32_t)hashes[i] >> t->slip_shift;

		hashes[count] = hashes[i];
		count += (uint32_t)(t->slips[bit / 64] >> bit % 64) & 1;
	}
	return count;
}

uint64_t *typo_filter_make(struct table *t)
{
	uint32_t bits = 6;
	uint64_t *filter;

	while (bits < FILTER_BITS_MAX &&
	       1u << bits < FILTER_BITS_EACH * (t->typo_mask + 1))
		bits++;
	filter = calloc(1u << (bits - 6), sizeof(*filter));
	for (uint32_t i = 0; filter && i < t->count[SEC_TYPOS]; i++) {
		uint32_t bit = t->typos[i].print >> (32 - bits);

		if (t->typos[i].key)
			filter[bit / 64] |= 1ull << bit % 64;
	}
	t->slips = filter;
	t->slip_shift = 32 - bits;
	return filter;
}

uint32_t typo_find(const struct table *t, const char *p, uint32_t n)
{
	uint64_t hashes[TYPO_MOST + 1];
	struct found f;
	uint32_t count;

	f.count = 0;
	if (!t->count[SEC_TYPOS] || !typo_letters(p, n))
		return NO_TYPO;
	typo_hashes(p, n, hashes);
	count = sift(t, hashes, n + 1);
	for (uint32_t i = 0; i < count; i++) /* all at once, not one by one */
		__builtin_prefetch(&t->typos[(uint32_t)(hashes[i] >> 32) & t->typo_mask]);
	for (uint32_t i = 0; i < count; i++)
		ask(t, hashes[i], p, n, &f);
	if (!f.count || looks_right(t, p, n))
		return NO_TYPO;
	return choose(t, &f);
}
