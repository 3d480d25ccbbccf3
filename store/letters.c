/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c: a range coder over what comes after three bytes, see letters.h.
 *
 * What followed three bytes in the text that was learned has a list with its shares and one
 * for "something else", which is then looked for in the list of the last two bytes, of the last, and of
 * all: what a list has, the ones below have too. Each entry knows the list that is next, so that
 * who reads searches for nothing on the way; who writes is in letters_write.c.
 * Whole numbers only, so that every machine makes the same of the same text.
 */
#include "store/letters_inside.h"

struct reader {
	const uint8_t *p, *end;
	uint64_t range, code;
};

static inline void read_word(struct reader *r)
{
	for (unsigned i = 0; i < 4; i++)
		r->code = r->code << 8 | (r->p < r->end ? *r->p++ : 0U);
}

/* Which cell of @x has the place @v in the share of all that @above has not; *begins: of that cell. */
static uint32_t entry_left(const union cell *x, const union cell *above, uint32_t v,
			   uint32_t *begins)
{
	uint64_t gone[BYTES / 64] = { 0 };
	uint32_t i = 1;

	for (uint32_t k = 1; k <= above->head.count; k++)
		gone[above[k].entry.byte >> 6] |= 1ull << (above[k].entry.byte & 63);
	for (*begins = 0; i <= x->head.count; i++) {
		uint8_t b = x[i].entry.byte;
		uint32_t often = (uint32_t)x[i + 1].entry.begins - x[i].entry.begins;

		/* no branch: nobody could guess which are gone */
		often &= (uint32_t)(gone[b >> 6] >> (b & 63) & 1) - 1;
		if (v < *begins + often)
			break;
		*begins += often;
	}
	return i;
}

/* The range [low, low + takes), in shares of @each, is what was meant. */
static inline void get_share(struct reader *r, uint64_t each, uint32_t low,
			     uint32_t takes)
{
	r->code -= each * low;
	r->range = each * takes;
	if (r->range <= UINT32_MAX) {
		r->range <<= 32;
		read_word(r);
	}
}

static inline uint32_t takes_of(const union cell *x, uint32_t i)
{
	uint32_t end = i <= x->head.count ? x[i + 1].entry.begins : SCALE;

	return end - x[i].entry.begins;
}

/* The cell of the byte that the list @x has not; NULL: damaged. */
static const union cell *get_other(struct reader *r, const union cell *cells,
				   const union cell *x)
{
	for (;;) {
		const union cell *above = x;
		uint32_t of = above->head.left, i, begins;
		uint64_t each, v;

		x = &cells[above->head.below];
		if (!of || x == above)
			return NULL; /* nothing is left */
		each = r->range / of;
		v = r->code / each;
		i = entry_left(x, above, v < of ? (uint32_t)v : of - 1, &begins);
		get_share(r, each, begins, takes_of(x, i));
		if (i <= x->head.count)
			return &x[i];
	}
}

/* The byte after what has the list *at, which becomes the next. */
static uint8_t get_byte(struct reader *r, const union cell *cells, uint32_t *at)
{
	const union cell *x = &cells[*at], *found;
	uint32_t count = x->head.count, i = 1;
	uint64_t each = r->range >> SCALE_BITS, all = each << SCALE_BITS;
	uint64_t code = r->code < all ? r->code : all - 1;

	/* as of code / each: to divide takes longer than to multiply some */
	for (uint32_t k = 1, on = 1; k <= GUESSED; k++) {
		on &= (uint32_t)(k <= count) &
		      (uint32_t)(x[k + 1].entry.begins * each <= code);
		i += on;
	}
	if (i > GUESSED)
		while (i <= count && x[i + 1].entry.begins * each <= code)
			i++;
	get_share(r, each, x[i].entry.begins, takes_of(x, i));
	found = i <= x->head.count ? &x[i] : get_other(r, cells, x);
	if (!found)
		return 0;
	*at = found->entry.next;
	return found->entry.byte;
}

void letters_unpack(const struct letters *l, struct sv packed, char *out, size_t n)
{
	struct reader r = { .p = (const uint8_t *)packed.p, .range = UINT64_MAX };
	uint32_t at = l->start;

	r.end = r.p + packed.n;
	read_word(&r);
	read_word(&r);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)get_byte(&r, l->cells, &at);
}
