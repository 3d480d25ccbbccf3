/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc_block.c: documents turned into columns and back, see doc_block.h.
 *
 * A column has a number for each document that has the field. So a document's place in it
 * is how many before it have the field: the masks are a list, and how often each entry
 * stands before the document tells it for all columns.
 */
#include "store/doc_block.h"

#include <stdlib.h>
#include <string.h>

#include "store/keys.h"

enum { AT_COUNT = 6, AT_SEALED = 8, AT_SEALED_SUM = 12, AT_ITEMS = 16 };
/* The columns, in their order on disk; then one for each field, and these: */
enum { C_KIND, C_CHANNEL, C_MOOD, C_FLAGS, C_MASK, C_SEALED, C_FIELD };
enum {
	C_CONF = C_FIELD + DOC_FIELDS,
	C_SCORE,
	C_TOPIC, /* its name */
	C_LABEL, /* and all else of it */
	C_ATTR
};
enum { ITEM_KINDS = 3 };

static const struct {
	enum doc_field count;
	unsigned max, column;
} items[ITEM_KINDS] = {
	{ DOC_SCORES, RECORD_SCORES_MAX, C_SCORE },
	{ DOC_TOPICS, VERDICT_TOPICS_MAX, C_TOPIC },
	{ DOC_ATTRS, RECORD_ATTRS_MAX, C_ATTR },
};

/* Is column @c there in a block whose documents have the fields @masks? */
static bool has_column(uint32_t masks, unsigned c)
{
	if (c < C_FIELD)
		return true;
	if (c < C_CONF)
		return masks >> (c - C_FIELD) & 1;
	if (c == C_CONF)
		return masks >> DOC_VERDICT & 1;
	if (c == C_SCORE)
		return masks >> DOC_SCORES & 1;
	return masks >> (c == C_ATTR ? DOC_ATTRS : DOC_TOPICS) & 1;
}

/* The first sum ends where the sealed parts begin, and knows where they end. */
static uint64_t block_seed(uint32_t first, size_t bytes)
{
	return (uint64_t)bytes << 32 | first;
}

/* ---- packing ----------------------------------------------------------------------- */

struct block_packer {
	size_t n[BLOCK_COLUMNS];
	uint64_t v[C_SCORE][BLOCK_ROWS];
	uint64_t item[BLOCK_COLUMNS - C_SCORE][BLOCK_ITEMS];
};

struct block_packer *block_packer_new(void)
{
	return malloc(sizeof(struct block_packer));
}

void block_packer_free(struct block_packer *b)
{
	free(b);
}

static void add(struct block_packer *b, unsigned c, uint64_t v)
{
	b->v[c][b->n[c]++] = v;
}

static void add_item(struct block_packer *b, unsigned c, uint64_t v)
{
	b->item[c - C_SCORE][b->n[c]++] = v;
}

static bool add_items(struct block_packer *b, unsigned k, unsigned count,
		      const uint8_t **p)
{
	unsigned c = items[k].column;

	if (b->n[c] + count > BLOCK_ITEMS)
		return false;
	for (; count; count--, *p += DOC_ITEM) {
		uint64_t v = le_get(*p, DOC_ITEM);

		add_item(b, c, c == C_TOPIC ? v & UINT16_MAX : v);
		if (c == C_TOPIC)
			add_item(b, C_LABEL, v >> 16);
	}
	return true;
}

static bool add_row(struct block_packer *b, const struct doc_row *r)
{
	uint32_t mask = (uint32_t)le_get(r->p + DOC_AT_MASK, 4);
	const uint8_t *p = r->p + DOC_HEAD_BYTES;
	uint8_t kind = r->p[DOC_AT_KIND];
	unsigned count[ITEM_KINDS] = { 0 };

	add(b, C_KIND, kind & 7);
	add(b, C_CHANNEL, kind >> 3 & 7);
	add(b, C_MOOD, kind >> 6);
	add(b, C_FLAGS, le_get(r->p + DOC_AT_FLAGS, 2));
	add(b, C_MASK, mask);
	add(b, C_SEALED, r->sealed);
	for (uint32_t m = mask; m; m &= m - 1) {
		unsigned f = (unsigned)__builtin_ctz(m);
		uint64_t v = le_get(p, doc_widths[f]);

		p += doc_widths[f];
		if (f == DOC_VERDICT) {
			add(b, C_CONF, v >> 16);
			v = (v & UINT16_MAX) ^ 0x8000; /* in order of the numbers */
		} else if (f >= DOC_SCORES && f <= DOC_ATTRS)
			count[f - DOC_SCORES] = (unsigned)v;
		add(b, C_FIELD + f, v);
	}
	for (unsigned k = 0; k < ITEM_KINDS; k++)
		if (!add_items(b, k, count[k], &p))
			return false;
	return true;
}

static const uint64_t *numbers(const struct block_packer *b, unsigned c)
{
	return c < C_SCORE ? b->v[c] : b->item[c - C_SCORE];
}

size_t block_pack(struct block_packer *b, uint32_t first, const struct doc_row *rows,
		  size_t count, uint8_t *out, size_t room)
{
	size_t at = BLOCK_HEAD, sealed, n;
	uint32_t masks = 0;

	memset(b->n, 0, sizeof(b->n));
	if (!count || count > BLOCK_ROWS || room < BLOCK_HEAD)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (!add_row(b, &rows[i]))
			return 0;
	for (size_t i = 0; i < count; i++)
		masks |= (uint32_t)b->v[C_MASK][i];
	for (unsigned c = 0; c < BLOCK_COLUMNS; c++) {
		if (!has_column(masks, c))
			continue;
		n = column_put(numbers(b, c), b->n[c], c == C_MASK, out + at, room - at);
		if (!n)
			return 0;
		at += n;
	}
	sealed = at;
	le_set(out + AT_SEALED, at, 4);
	for (size_t i = 0; i < count; at += rows[i++].sealed) {
		if (rows[i].sealed > room - at)
			return 0;
		memcpy(out + at, rows[i].p + rows[i].fixed, rows[i].sealed);
	}
	out[4] = BLOCK_VERSION;
	out[5] = 0;
	le_set(out + AT_COUNT, count, 2);
	for (unsigned k = 0; k < ITEM_KINDS; k++)
		le_set(out + AT_ITEMS + (size_t)2 * k, b->n[items[k].column], 2);
	le_set(out + AT_SEALED_SUM, sum32(out + sealed, at - sealed, first), 4);
	le_set(out, sum32(out + 4, sealed - 4, block_seed(first, at)), 4);
	return at;
}

/* ---- reading ----------------------------------------------------------------------- */

static int damaged(uint32_t first, struct err *err)
{
	return err_set(err, ERR_INPUT, "the documents from %u on are damaged", first);
}

static uint32_t rank_all(const struct doc_block *b, unsigned f)
{
	return b->total[f];
}

/* How many documents have each field, all in all and by the list of masks. */
static bool count_masks(struct doc_block *b)
{
	const struct column *c = &b->column[C_MASK];
	uint32_t n[COLUMN_ENTRIES] = { 0 };

	if (!c->list)
		return false;
	for (unsigned e = 0; e < c->list; e++) {
		uint64_t mask = column_mean(c, e);

		if (mask >> DOC_FIELDS)
			return false;
		b->mask[e] = (uint32_t)mask;
		b->masks |= b->mask[e];
	}
	for (uint32_t i = 0; i < b->count; i++) {
		uint64_t e = c->width ? column_bits(c, i) : 0;

		if (e >= c->list)
			return false;
		n[e]++;
	}
	for (unsigned e = 0; e < c->list; e++)
		for (uint32_t m = b->mask[e]; m; m &= m - 1)
			b->total[__builtin_ctz(m)] += n[e];
	return true;
}

/* How many numbers column @c has. */
static uint32_t column_numbers(const struct doc_block *b, unsigned c)
{
	if (c < C_FIELD)
		return b->count;
	if (c < C_CONF)
		return rank_all(b, c - C_FIELD);
	if (c == C_CONF)
		return rank_all(b, DOC_VERDICT);
	return b->item_total[c == C_SCORE ? 0 : c == C_ATTR ? 2 : 1];
}

int block_view(struct sv bytes, uint32_t first, struct doc_block *b, struct err *err)
{
	const uint8_t *p = (const uint8_t *)bytes.p, *at = p + BLOCK_HEAD, *sealed;
	size_t n;

	memset(b, 0, offsetof(struct doc_block, column));
	b->first = first;
	if (bytes.n < BLOCK_HEAD || p[4] != BLOCK_VERSION)
		return damaged(first, err);
	n = le_get(p + AT_SEALED, 4);
	if (n < BLOCK_HEAD || n > bytes.n ||
	    le_get(p, 4) != sum32(p + 4, n - 4, block_seed(first, bytes.n)))
		return damaged(first, err);
	sealed = p + n;
	b->sealed_sum = (uint32_t)le_get(p + AT_SEALED_SUM, 4);
	b->count = (uint32_t)le_get(p + AT_COUNT, 2);
	for (unsigned k = 0; k < ITEM_KINDS; k++)
		b->item_total[k] = (uint32_t)le_get(p + AT_ITEMS + (size_t)2 * k, 2);
	for (unsigned c = 0; c < BLOCK_COLUMNS; c++) {
		if (!has_column(b->masks, c))
			continue;
		n = at < sealed
			    ? column_view(at, sealed, column_numbers(b, c), &b->column[c])
			    : 0;
		if (!n || (c == C_MASK && !count_masks(b)))
			return damaged(first, err);
		at += n;
	}
	b->sealed = sealed;
	b->end = p + bytes.n;
	return b->count ? 0 : damaged(first, err);
}

bool block_sealed_sound(const struct doc_block *b)
{
	return sum32(b->sealed, (size_t)(b->end - b->sealed), b->first) == b->sealed_sum;
}

/* The next document becomes the one at @row. */
static void block_move(struct doc_block *b, uint32_t row)
{
	const struct column *c = &b->column[C_MASK];
	uint32_t n[COLUMN_ENTRIES];

	if (row < b->at) {
		b->at = 0;
		b->sealed_at = 0;
		memset(b->rank, 0, sizeof(b->rank));
		memset(b->counted, 0, sizeof(b->counted));
		memset(b->items, 0, sizeof(b->items));
	}
	if (row == b->at)
		return;
	memset(n, 0, c->list * sizeof(*n));
	for (uint32_t i = b->at; i < row; i++)
		n[c->width ? column_bits(c, i) : 0]++;
	for (unsigned e = 0; e < c->list; e++)
		for (uint32_t m = n[e] ? b->mask[e] : 0; m; m &= m - 1)
			b->rank[__builtin_ctz(m)] += n[e];
	b->sealed_at += column_sum(&b->column[C_SEALED], b->at, row);
	b->at = row;
}

static uint8_t *read_fields(const struct doc_block *b, uint32_t mask, uint8_t *to)
{
	for (uint32_t m = mask; m; m &= m - 1) {
		unsigned f = (unsigned)__builtin_ctz(m);
		uint64_t v = column_get(&b->column[C_FIELD + f], b->rank[f]);

		if (f == DOC_VERDICT)
			v = ((v ^ 0x8000) & UINT16_MAX) |
			    column_get(&b->column[C_CONF], b->rank[f]) << 16;
		le_set(to, v, doc_widths[f]);
		to += doc_widths[f];
	}
	return to;
}

/* False: more than there may be. */
static bool read_items(struct doc_block *b, uint32_t mask, unsigned k, uint8_t **to)
{
	const struct column *counts = &b->column[C_FIELD + items[k].count];
	const struct column *c = &b->column[items[k].column];
	uint32_t rank = b->rank[items[k].count];
	uint64_t n;

	if (!(mask >> items[k].count & 1))
		return true;
	b->items[k] += (uint32_t)column_sum(counts, b->counted[k], rank);
	b->counted[k] = rank;
	n = column_get(counts, rank);
	if (n > items[k].max || b->items[k] > c->n || n > c->n - b->items[k])
		return false;
	for (uint32_t i = b->items[k]; i < b->items[k] + n; i++, *to += DOC_ITEM) {
		uint64_t v = column_get(c, i);

		if (items[k].column == C_TOPIC)
			v = (v & UINT16_MAX) | column_get(&b->column[C_LABEL], i) << 16;
		le_set(*to, v, DOC_ITEM);
	}
	return true;
}

int block_read(struct doc_block *b, uint32_t id, struct doc *out, struct err *err)
{
	const struct column *masks = &b->column[C_MASK];
	uint32_t row = id - b->first, mask;
	uint64_t sealed;
	uint8_t *to;

	block_move(b, row);
	mask = b->mask[masks->width ? column_bits(masks, row) : 0];
	sealed = column_get(&b->column[C_SEALED], row);
	out->id = id;
	out->mask = mask;
	out->flags = (uint16_t)column_get(&b->column[C_FLAGS], row);
	memset(out->p, 0, 4);
	out->p[DOC_AT_VERSION] = DOC_VERSION;
	out->p[DOC_AT_KIND] =
		(uint8_t)((column_get(&b->column[C_KIND], row) & 7) |
			  (column_get(&b->column[C_CHANNEL], row) & 7) << 3 |
			  column_get(&b->column[C_MOOD], row) << 6);
	le_set(out->p + DOC_AT_FLAGS, out->flags, 2);
	le_set(out->p + DOC_AT_MASK, mask, 4);
	to = read_fields(b, mask, out->p + DOC_HEAD_BYTES);
	for (unsigned k = 0; k < ITEM_KINDS; k++)
		if (!read_items(b, mask, k, &to))
			return damaged(b->first, err);
	out->n = (uint16_t)(to - out->p);
	if (b->sealed_at > (size_t)(b->end - b->sealed) ||
	    sealed > (size_t)(b->end - b->sealed) - b->sealed_at)
		return damaged(b->first, err);
	out->sealed =
		(struct sv){ (const char *)b->sealed + b->sealed_at, (size_t)sealed };
	return doc_sound(out) ? 0 : damaged(b->first, err);
}

uint32_t block_count(struct sv bytes)
{
	if (bytes.n < BLOCK_HEAD || bytes.p[4] != BLOCK_VERSION)
		return bytes.n >= DOC_HEAD_BYTES && bytes.p[4] == DOC_VERSION;
	return (uint32_t)le_get(bytes.p + AT_COUNT, 2);
}
