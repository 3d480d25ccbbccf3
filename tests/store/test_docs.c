/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_docs.c: whatever is appended and replaced, in whatever transactions, each document
 * comes back as it was written last; columns and blocks believe no byte that was changed.
 */
#include <criterion/criterion.h>

#include "store/crypto.h"
#include "store/docs.h"
#include "store/docs_inside.h"
#include "store/inside.h"
#include "store/keys.h"
#include "tests/store/kit.h"

enum { IDS = 3000, SEALED_MAX = 900 };

static struct kit_random rnd = { 5 };

static uint64_t wide(unsigned bits)
{
	uint64_t v =
		(uint64_t)kit_below(&rnd, UINT32_MAX) << 32 | kit_below(&rnd, UINT32_MAX);

	return bits < 64 ? v & ((1ULL << bits) - 1) : v;
}

/* ---- columns ----------------------------------------------------------------------- */

static const struct {
	const char *what;
	size_t n;
	unsigned bits, different;
	uint64_t base, step;
	bool listed;
} columns[] = {
	{ "none", 0, 8, 0, 0, 1, false },
	{ "one", 1, 40, 0, 7, 1, false },
	{ "all the same", 500, 0, 0, UINT64_MAX, 1, false },
	{ "bits", 1000, 1, 0, 0, 1, false },
	{ "odd widths", 777, 13, 0, 1000, 1, false },
	{ "digests", 100, 64, 0, 0, 1, false },
	{ "33 bits", 300, 33, 0, 0, 1, false },
	{ "whole seconds", 400, 20, 0, 1700000000000, 1000, false },
	{ "few far apart", 900, 64, 9, 0, 1, false },
	{ "a list", 900, 27, 120, 0, 1, true },
	{ "a list of one", 900, 27, 1, 0, 1, true },
};

static void column_comes_back(size_t row)
{
	uint64_t few[128], v[1000], sum = 0;
	uint8_t out[16000];
	struct column c;
	size_t n;

	for (unsigned i = 0; i < 128; i++)
		few[i] = wide(columns[row].bits);
	for (size_t i = 0; i < columns[row].n; i++) {
		v[i] = columns[row].different
			       ? few[kit_below(&rnd, columns[row].different)]
			       : wide(columns[row].bits);
		v[i] = columns[row].base + v[i] * columns[row].step;
		sum += v[i];
	}
	n = column_put(v, columns[row].n, columns[row].listed, out, sizeof(out));
	cr_assert(n, "%s", columns[row].what);
	cr_assert_eq(column_view(out, out + n, (uint32_t)columns[row].n, &c), n, "%s",
		     columns[row].what);
	for (size_t i = 0; i < columns[row].n; i++)
		cr_assert_eq(column_get(&c, (uint32_t)i), v[i], "%s: %zu",
			     columns[row].what, i);
	cr_expect_eq(column_sum(&c, 0, (uint32_t)columns[row].n), sum);
	cr_expect(columns[row].different == 0 || n < columns[row].n * 2 + 1100,
		  "%s: %zu bytes", columns[row].what, n);
	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *part = malloc(cut + 1); /* so that ASan sees each byte */

		memcpy(part, out, cut);
		if (column_view(part, part + cut, (uint32_t)columns[row].n, &c))
			for (uint32_t i = 0; i < columns[row].n; i++)
				column_get(&c, i);
		cr_expect(
			!column_put(v, columns[row].n, columns[row].listed, part, cut) ||
			cut >= n);
		free(part);
	}
}

Test(column, every_number_comes_back_and_no_cut_is_read_past)
{
	uint64_t many[200];
	uint8_t out[4000];

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		column_comes_back(i);
	for (unsigned i = 0; i < 200; i++)
		many[i] = i;
	cr_expect_eq(column_put(many, 200, true, out, sizeof(out)), 0,
		     "too many for a list");
}

/* ---- documents --------------------------------------------------------------------- */

/* What each document should be: the bytes that doc_encode() made. */
static struct {
	uint8_t *p;
	size_t n;
} model[IDS + 1];

static struct doc_fields some_fields(void)
{
	struct doc_fields f = { .kind = (uint8_t)kit_below(&rnd, KIND_COUNT),
				.channel = (uint8_t)kit_below(&rnd, CHANNEL_COUNT),
				.sentiment = (uint8_t)kit_below(&rnd, 4),
				.delivery = (uint8_t)kit_below(&rnd, 3),
				.escalated = (uint8_t)kit_below(&rnd, 3),
				.flags = (uint16_t)kit_below(&rnd, 16) };
	uint32_t often = 1U << DOC_SOURCE | 1U << DOC_ANSWERED | 1U << DOC_LANDED |
			 1U << DOC_CONTENT;

	for (unsigned i = 0; i < DOC_SCORES; i++)
		if (often >> i & 1 || !kit_below(&rnd, 12))
			doc_set(&f, i, wide(8U * doc_widths[i]));
	doc_set(&f, DOC_SCORES, kit_below(&rnd, 3));
	doc_set(&f, DOC_TOPICS, kit_below(&rnd, 20) ? kit_below(&rnd, 4) : 48);
	doc_set(&f, DOC_ATTRS, kit_below(&rnd, 4));
	for (unsigned i = 0; i < 2; i++)
		f.scores[i] =
			(struct indexed_score){ SCORE_CSAT, false,
						(int16_t)(1 + kit_below(&rnd, 5)), 1, 5 };
	for (unsigned i = 0; i < 48; i++)
		f.topics[i] =
			(struct doc_topic){ (uint16_t)kit_below(&rnd, 40),
					    (uint8_t)kit_below(&rnd, 4),
					    (int16_t)(kit_below(&rnd, 2001) - 1000) };
	for (unsigned i = 0; i < 3; i++)
		f.attrs[i] = kit_below(&rnd, 9);
	return f;
}

static void write_some(struct txn *t, uint32_t id, bool append)
{
	struct doc_fields f = some_fields();
	char sealed[70000];
	struct sv s = { sealed, 0 };
	struct doc d;

	if (kit_below(&rnd, 4))
		s.n = SEAL_EXTRA + kit_below(&rnd, SEALED_MAX);
	if (!kit_below(&rnd, 500))
		s.n = 30000 + kit_below(&rnd, 40000); /* a letter, longer than a block */
	for (size_t i = 0; i < s.n; i++)
		sealed[i] = (char)kit_below(&rnd, 256);
	if (append)
		docs_append(t, id, &f, s, &d);
	else
		docs_replace(t, id, &f, s, &d);
	cr_assert_eq(t->err.code, 0, "%u: %s", id, t->err.text);
	free(model[id].p);
	model[id].n = doc_fixed_bytes(&f) + s.n;
	model[id].p = malloc(model[id].n);
	doc_encode(&f, id, s, model[id].p);
	cr_assert(d.n + d.sealed.n == model[id].n && d.id == id);
}

static void same_as_model(struct txn *t, uint32_t id)
{
	uint8_t out[DOC_FIXED_MAX + 70000];
	struct err err = ERR_NONE;
	struct doc d;

	cr_assert_eq(docs_read(t, id, &d, &err), 0, "%u: %s", id, err.text);
	cr_assert_eq(d.n + d.sealed.n, model[id].n, "%u", id);
	doc_write(&d, out);
	cr_assert(!memcmp(out, model[id].p, model[id].n), "document %u", id);
}

/* In order, then here and there. */
static void all_as_model(struct kit *k, uint32_t last)
{
	struct err err = ERR_NONE;
	struct doc d;
	struct txn t;

	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	cr_expect_eq(docs_count(&t, NULL, NULL), last);
	for (uint32_t id = 1; id <= last; id++)
		same_as_model(&t, id);
	for (unsigned i = 0; last && i < 300; i++)
		same_as_model(&t, 1 + kit_below(&rnd, last));
	cr_expect_eq(docs_read(&t, last + 1, &d, &err), ERR_MISSING);
	cr_expect_eq(docs_read(&t, UINT32_MAX, &d, &err), ERR_MISSING);
	cr_expect_eq(docs_read(&t, 0, &d, &err), ERR_MISSING);
	txn_abort(&t);
}

/* Up to @most at the end, and some replaced, in one transaction that may be given up. */
static uint32_t one_transaction(struct kit *k, uint32_t last, uint32_t most)
{
	uint32_t more = kit_below(&rnd, most + 1);
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	for (uint32_t i = 0; i < more && last < IDS; i++) {
		write_some(&t, ++last, true);
		if (!kit_below(&rnd, 50))
			write_some(&t, 1 + kit_below(&rnd, last), false);
		if (!kit_below(&rnd, 20))
			same_as_model(&t, 1 + kit_below(&rnd, last));
	}
	for (uint32_t i = kit_below(&rnd, 5); last && i; i--)
		write_some(&t, 1 + kit_below(&rnd, last), false);
	cr_assert_eq(txn_commit(&t, &k->err), 0, "%s", k->err.text);
	return last;
}

static size_t blocks_of(struct kit *k, uint32_t *singles)
{
	size_t n = 0;
	struct txn_cursor c;
	struct txn t;

	*singles = 0;
	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	txn_cursor_open(&c, &t, DB_DOC);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		n += c.value.p[DOC_AT_VERSION] == BLOCK_VERSION;
		*singles += c.value.p[DOC_AT_VERSION] == DOC_VERSION;
	}
	txn_cursor_close(&c);
	txn_abort(&t);
	return n;
}

Test(docs, what_was_written_last_comes_back, .timeout = 120)
{
	static const uint32_t most[] = { 1, 3, 40, 700 };
	struct kit *k = kit_new();
	uint32_t last = 0, singles;
	struct txn t;

	for (unsigned round = 0; last < IDS; round++) {
		last = one_transaction(k, last, most[round % 4]);
		if (round % 16 == 0)
			all_as_model(k, last);
	}
	all_as_model(k, last);
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	for (uint32_t id = 1; id <= last; id++) /* all of them, as a retag does */
		write_some(&t, id, false);
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	all_as_model(k, last);
	cr_expect_gt(blocks_of(k, &singles), 20);
	cr_expect_lt(singles, 200, "%u documents are not in a block", singles);
	for (uint32_t id = 0; id <= IDS; id++)
		free(model[id].p);
	kit_free(k);
}

/* ---- one block --------------------------------------------------------------------- */

static size_t a_block(uint8_t *out, size_t room, uint32_t first, uint32_t count)
{
	struct block_packer *packer = block_packer_new();
	struct doc_row rows[100];
	size_t n;

	for (uint32_t i = 0; i < count; i++) {
		struct doc_fields f = some_fields();
		size_t fixed = doc_fixed_bytes(&f);
		uint8_t *p = malloc(fixed + 50);
		char sealed[50] = { 0 };

		doc_encode(&f, first + i, (struct sv){ sealed, sizeof(sealed) }, p);
		rows[i] = (struct doc_row){ p, (uint32_t)fixed, sizeof(sealed) };
	}
	n = block_pack(packer, first, rows, count, out, room);
	for (uint32_t i = 0; i < count; i++)
		free((void *)(uintptr_t)rows[i].p);
	block_packer_free(packer);
	return n;
}

Test(docs, every_flipped_bit_and_every_cut_of_a_block_is_seen)
{
	enum { FIRST = 7, COUNT = 40 };
	uint8_t out[20000];
	size_t n = a_block(out, sizeof(out), FIRST, COUNT), sealed;
	struct doc_block b;
	struct doc d;

	cr_assert(n > 0);
	cr_assert_eq(block_view((struct sv){ (char *)out, n }, FIRST, &b, NULL), 0);
	cr_assert(block_sealed_sound(&b));
	sealed = n - (size_t)(b.end - b.sealed);
	for (uint32_t id = FIRST + COUNT; id-- > FIRST;)
		cr_expect_eq(block_read(&b, id, &d, NULL), 0);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		out[bit / 8] = (uint8_t)(out[bit / 8] ^ 1U << bit % 8);
		if (bit / 8 >= sealed) {
			cr_expect(!block_view((struct sv){ (char *)out, n }, FIRST, &b,
					      NULL) &&
					  !block_sealed_sound(&b),
				  "bit %zu", bit);
		} else {
			cr_expect_eq(block_view((struct sv){ (char *)out, n }, FIRST, &b,
						NULL),
				     ERR_INPUT, "bit %zu", bit);
		}
		out[bit / 8] = (uint8_t)(out[bit / 8] ^ 1U << bit % 8);
	}
	for (size_t cut = 0; cut < n; cut++)
		cr_expect_eq(block_view((struct sv){ (char *)out, cut }, FIRST, &b, NULL),
			     ERR_INPUT);
	cr_expect_eq(block_view((struct sv){ (char *)out, n }, FIRST + 1, &b, NULL),
		     ERR_INPUT, "a block at another place");
}
