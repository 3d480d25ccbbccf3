/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c: a range coder over what comes after three bytes, see letters.h.
 *
 * What followed three bytes in the text that was learned has a list with its shares and one
 * for "something else", which is then looked for in the list of the last two bytes, of the last, and of
 * all: what a list has, the ones below have too. Each entry knows the list that is next, and what it
 * has below, so that nothing is searched for on the way.
 * Whole numbers only, so that every machine makes the same of the same text.
 */
#include "store/letters_inside.h"

enum { TOP = 1 << 24 };

/* ---- writing ----------------------------------------------------------------------- */

/* The range [low, low + range); what is settled of low is written, but for carries. */
struct writer {
	uint64_t low;
	uint32_t range;
	uint8_t *p, *start, *end;
	bool full;
};

static void carry(struct writer *w)
{
	uint8_t *p = w->p;

	while (p > w->start && ++*--p == 0)
		;
}

static void push(struct writer *w)
{
	if (w->low >> 32)
		carry(w);
	w->low &= UINT32_MAX;
	if (w->p == w->end)
		w->full = true;
	else
		*w->p++ = (uint8_t)(w->low >> 24);
	w->low = (w->low << 8) & UINT32_MAX;
}

/* The number of the range with the most zeros behind it, without them. */
static void finish(struct writer *w)
{
	uint64_t high = w->low + w->range - 1, best = high;

	for (unsigned zeros = 8; zeros < 40; zeros += 8) {
		uint64_t v = high >> zeros << zeros;

		if (v < w->low)
			break;
		best = v;
	}
	w->low = best;
	for (unsigned i = 0; i < 4 && (w->low || !i); i++)
		push(w);
	while (w->p > w->start && !w->p[-1])
		w->p--;
}

static void put_share(struct writer *w, uint32_t begins, uint32_t often, uint32_t of)
{
	uint32_t r = of == SCALE ? w->range >> SCALE_BITS : w->range / of;

	w->low += (uint64_t)r * begins;
	w->range = r * often;
	for (; w->range < TOP; w->range <<= 8)
		push(w);
}

/* Which cell of the list @x has @byte; the one of something else: none. Mostly the first. */
static inline uint32_t entry_of(const union cell *x, uint8_t byte)
{
	uint32_t i = 1;

	while (i <= x->head.count && x[i].entry.byte != byte)
		i++;
	return i;
}

/* @byte, which the list @x does not have; returns the list that is next. */
static uint32_t put_other(struct writer *w, const struct letters *l, const union cell *x,
			  uint8_t byte)
{
	const union cell *above; /* whose bytes it is not */
	const struct under *u;
	uint32_t i, begins, gone = 0;

	for (;;) {
		above = x;
		x = &l->cells[x->head.below];
		i = entry_of(x, byte);
		begins = x[i].entry.begins;
		if (i <= x->head.count)
			break;
		put_share(w, begins + above->head.left - SCALE, SCALE - begins,
			  above->head.left);
	}
	u = &l->under[above - l->cells];
	for (uint32_t k = 1; k <= above->head.count; k++)
		gone += u[k].there < begins ? u[k].takes : 0U;
	put_share(w, begins - gone, x[i + 1].entry.begins - begins, above->head.left);
	return x[i].entry.next;
}

/* @byte after what has the list @at; returns the list that is next. */
static inline uint32_t put_byte(struct writer *w, const struct letters *l, uint32_t at,
				uint8_t byte)
{
	const union cell *x = &l->cells[at];
	uint32_t i = entry_of(x, byte), begins = x[i].entry.begins;

	if (i > x->head.count) {
		put_share(w, begins, SCALE - begins, SCALE);
		return put_other(w, l, x, byte);
	}
	put_share(w, begins, x[i + 1].entry.begins - begins, SCALE);
	return x[i].entry.next;
}

size_t letters_pack(const struct letters *l, struct sv text, uint8_t *out, size_t room)
{
	struct writer w = {
		.range = UINT32_MAX, .p = out, .start = out, .end = out + room
	};
	uint32_t at = l->start;

	for (size_t i = 0; i < text.n && !w.full; i++)
		at = put_byte(&w, l, at, (uint8_t)text.p[i]);
	finish(&w);
	return w.full ? 0 : (size_t)(w.p - out);
}

/* ---- reading ----------------------------------------------------------------------- */

struct reader {
	const uint8_t *p, *end;
	uint32_t range, code;
};

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
static inline void get_share(struct reader *r, uint32_t each, uint32_t low,
			     uint32_t takes)
{
	r->code -= each * low;
	r->range = each * takes;
	for (; r->range < TOP; r->range <<= 8)
		r->code = r->code << 8 | (r->p < r->end ? *r->p++ : 0U);
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
		uint32_t of = above->head.left, each, v, i, begins;

		x = &cells[above->head.below];
		if (!of || x == above)
			return NULL; /* nothing is left */
		each = r->range / of;
		v = r->code / each;
		i = entry_left(x, above, v < of ? v : of - 1, &begins);
		get_share(r, each, begins, takes_of(x, i));
		if (i <= x->head.count)
			return &x[i];
	}
}

/* The byte after what has the list *at, which becomes the next. */
static uint8_t get_byte(struct reader *r, const union cell *cells, uint32_t *at)
{
	const union cell *x = &cells[*at], *found;
	uint32_t count = x->head.count;
	uint32_t each = r->range >> SCALE_BITS, all = each << SCALE_BITS, i = 1;
	uint32_t code = r->code < all ? r->code : all - 1;

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
	struct reader r = { .p = (const uint8_t *)packed.p, .range = UINT32_MAX };
	uint32_t at = l->start;

	r.end = r.p + packed.n;
	for (unsigned i = 0; i < 4; i++)
		r.code = r.code << 8 | (r.p < r.end ? *r.p++ : 0U);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)get_byte(&r, l->cells, &at);
}
