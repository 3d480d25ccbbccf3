/* SPDX-License-Identifier: Apache-2.0 */
/* sorted.c: see sorted.h. */
#include "store/sorted.h"

static uint32_t shift_of(uint32_t n, uint32_t bound)
{
	uint32_t ratio = n ? bound / n : 0;

	return ratio ? 31 - (uint32_t)__builtin_clz(ratio) : 0;
}

static size_t high_bits_of(uint32_t n, uint32_t bound, uint32_t shift)
{
	return (size_t)n + (bound >> shift) + 1;
}

size_t sorted_bytes(uint32_t n, uint32_t bound)
{
	uint32_t shift = shift_of(n, bound);

	return ((size_t)n * shift + 7) / 8 + (high_bits_of(n, bound, shift) + 7) / 8;
}

void sorted_put(const uint32_t *v, uint32_t n, uint32_t bound, struct buf *out)
{
	uint32_t shift = shift_of(n, bound);
	size_t bytes = sorted_bytes(n, bound), low_bytes = ((size_t)n * shift + 7) / 8;
	uint8_t *low = (uint8_t *)buf_room(out, bytes + SORTED_PAD);
	uint8_t *high;
	uint64_t at = 0, word;

	if (!low)
		return;
	high = low + low_bytes;
	memset(low, 0, bytes + SORTED_PAD);
	for (uint32_t i = 0; shift && i < n; i++, at += shift) {
		memcpy(&word, low + (at >> 3), 8);
		word |= (uint64_t)(v[i] & ((1u << shift) - 1)) << (at & 7);
		memcpy(low + (at >> 3), &word, 8);
	}
	/*
	 * The high bits come second, so what a low word spilled over into them is only
	 * zeros.
	 */
	for (uint32_t i = 0; i < n; i++) {
		size_t bit = (size_t)(v[i] >> shift) + i;

		high[bit >> 3] |= (uint8_t)(1u << (bit & 7));
	}
	buf_took(out, bytes);
}

void sorted_view(const uint8_t *p, uint32_t n, uint32_t bound, struct sorted *out)
{
	uint32_t shift = shift_of(n, bound);

	out->low = p;
	out->high = p + ((size_t)n * shift + 7) / 8;
	out->n = n;
	out->shift = shift;
	out->high_bits = (uint32_t)high_bits_of(n, bound, shift);
}

void sorted_start(struct sorted_cursor *c, const struct sorted *s)
{
	c->s = *s;
	c->index = c->word = 0;
	c->bits = sorted_word(s, 0);
	c->last = 0;
}

/*
 * Forget the numbers of this word whose high part is below @high: no low bits are
 * needed for that.
 */
static void skip_in_word(struct sorted_cursor *c, uint32_t high)
{
	uint64_t bits = c->bits;
	uint32_t index = c->index, start = c->word * 64;

	while (bits && start + (uint32_t)__builtin_ctzll(bits) - index < high) {
		bits &= bits - 1;
		index++;
	}
	c->bits = bits;
	c->index = index;
}

uint32_t sorted_seek(struct sorted_cursor *c, uint32_t least)
{
	uint32_t high = least >> c->s.shift;

	if (c->index && c->last >= least)
		return c->last;
	/* A word with fewer than @high zeros up to its end holds smaller numbers only. */
	for (;;) {
		uint32_t ones = c->index + ones_of(c->bits);
		uint64_t end = (uint64_t)(c->word + 1) * 64;

		if (end >= c->s.high_bits || end - ones >= high)
			break;
		c->index = ones;
		c->bits = sorted_word(&c->s, ++c->word);
	}
	skip_in_word(c, high);
	while (sorted_next(c) < least)
		;
	return c->last;
}
