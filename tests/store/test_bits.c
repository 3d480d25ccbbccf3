/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_bits.c: our bitmaps against those of the roaring library, and the index of
 * dimensions against a plain array of booleans, by chance.
 */
#include <roaring/roaring.h>

#include "store/bitmap_ways.h"
#include "store/bits_inside.h"
#include "store/keys.h"
#include "store/sum_wide.h"
#include "tests/store/half.h"

/* Ids of every shape that a container may take. */
static size_t some_ids(uint16_t *out, unsigned shape)
{
	static const uint32_t density[] = { 2, 40, 3000, 6500, 65536 };
	bool *in = calloc(65536, sizeof(*in));
	size_t n = 0;

	if (shape < 5)
		for (uint32_t i = 0; i < density[shape]; i++)
			in[chance(65536)] = true;
	else
		for (uint32_t i = 0, at = chance(5000); i < 12; i++, at += chance(4000))
			for (uint32_t k = chance(3000); k > 0 && at < 65536; k--)
				in[at++] = true;
	for (uint32_t i = 0; i < 65536; i++)
		if (in[i])
			out[n++] = (uint16_t)i;
	free(in);
	return n;
}

Test(bitmap, ours_have_what_was_put_in_and_are_no_larger_than_the_librarys)
{
	static uint16_t ids[65536], list[65536];
	struct buf b;

	chance_start("bitmap");
	buf_init(&b, 0);
	for (unsigned round = 0; round < 120; round++) {
		size_t n = some_ids(ids, round % 6);
		roaring_bitmap_t *theirs;
		uint64_t words[BITMAP_WORDS] = { 0 };
		uint32_t card = 0;

		buf_clear(&b);
		cr_assert(bitmap_change((struct sv){ NULL, 0 }, ids, n, NULL, 0, &b));
		cr_assert(bitmap_count(buf_sv(&b), &card) && card == n);
		cr_assert_eq(bitmap_list(buf_sv(&b), list), (int)n);
		cr_assert_eq(memcmp(list, ids, n * sizeof(*ids)), 0);
		cr_assert(bitmap_or(buf_sv(&b), words));
		cr_assert_eq(bits_popcount(words), n);
		theirs = roaring_bitmap_create();
		for (size_t i = 0; i < n; i++) {
			cr_assert(words[ids[i] >> 6] >> (ids[i] & 63) & 1);
			roaring_bitmap_add(theirs, ids[i]);
		}
		roaring_bitmap_run_optimize(theirs);
		cr_assert_geq(roaring_bitmap_portable_size_in_bytes(theirs), b.n);
		roaring_bitmap_free(theirs);
	}
	buf_release(&b);
}

/* In steps, each behind the last: the same set, and up to an array the same bytes, as at once. */
static void check_in_steps(const uint16_t *ids, size_t n, struct buf *was,
			   struct buf *now)
{
	static uint16_t list[65536];
	struct buf whole;

	buf_init(&whole, 0);
	buf_clear(was);
	for (size_t at = 0, more; at < n; at += more) {
		more = 1 + chance(n - at < 40 || chance(4) ? (uint32_t)(n - at) : 40);
		more = more > n - at ? n - at : more;
		buf_clear(now);
		cr_assert(bitmap_change(buf_sv(was), ids + at, more, NULL, 0, now));
		cr_assert_eq(bitmap_list(buf_sv(now), list), (int)(at + more));
		cr_assert_eq(memcmp(list, ids, (at + more) * sizeof(*ids)), 0);
		buf_clear(was);
		buf_sv_put(was, buf_sv(now));
		if (at + more > 4096)
			continue;
		buf_clear(&whole);
		cr_assert(bitmap_change((struct sv){ NULL, 0 }, ids, at + more, NULL, 0,
					&whole));
		cr_assert(sv_eq(buf_sv(&whole), buf_sv(now)));
	}
	buf_release(&whole);
}

Test(bitmap, changing_adds_and_takes_away_and_damage_is_refused)
{
	static uint16_t a[65536], r[65536], list[65536];
	struct buf old, new;

	chance_start("bitmap");
	buf_init(&old, 0);
	buf_init(&new, 0);
	for (unsigned round = 0; round < 60; round++) {
		size_t n = some_ids(a, round % 6), m = some_ids(r, (round + 1) % 4);
		bool in[65536] = { false };
		size_t want = 0;
		int got;

		check_in_steps(a, n, &old, &new);
		buf_clear(&old);
		buf_clear(&new);
		cr_assert(bitmap_change((struct sv){ NULL, 0 }, a, n, NULL, 0, &old));
		for (size_t i = 0; i < n; i++)
			in[a[i]] = true;
		for (size_t i = 0; i < m; i++)
			in[r[i]] = false;
		cr_assert(bitmap_change(buf_sv(&old), NULL, 0, r, m, &new));
		got = new.n ? bitmap_list(buf_sv(&new), list) : 0;
		for (uint32_t i = 0; i < 65536; i++)
			if (in[i])
				cr_assert(want < (size_t)got && list[want++] == i);
		cr_assert_eq(want, (size_t)got);
		old.p[chance(3)] ^=
			(char)(1 << chance(8)); /* the header: every bit of it counts */
		buf_clear(&new);
		if (bitmap_change(buf_sv(&old), a, n, NULL, 0, &new))
			cr_assert_geq(bitmap_list(buf_sv(&new), list), (int)n);
	}
	buf_release(&old);
	buf_release(&new);
}

/* What a way of the two makes of a bitmap and of the bits @some, one after the other. */
struct made {
	bool good;
	int n;
	uint32_t ones;
	uint64_t left[2], words[4][BITMAP_WORDS];
	uint16_t list[65536];
};

static void make_all(const struct bitmap_ways *way, const struct view *v,
		     const uint64_t *some, struct made *m)
{
	const char *p = (const char *)some;

	memset(m, 0, sizeof(*m));
	for (unsigned i = 1; i < 4; i++)
		for (unsigned k = 0; k < BITMAP_WORDS; k++)
			m->words[i][k] = k * 0x9e3779b97f4a7c15u * i;
	if (v->shape == SHAPE_SPLIT) {
		m->good = way->or_split(v, m->words[0]);
		m->n = way->list_split(v, m->list);
	}
	if (!m->good) /* how far it came is nobody's concern */
		memset(m->words[0], 0, sizeof(m->words[0]));
	if (m->n < 0)
		memset(m->list, 0, sizeof(m->list));
	way->or_words(p, m->words[1]);
	m->left[0] = way->and_words(p, 0, m->words[2]) != 0;
	m->left[1] = way->and_words(p, ~0ull, m->words[3]) != 0;
	m->ones = way->ones(some);
}

Test(bitmap, both_ways_make_the_same_of_sound_and_damaged_bytes)
{
	static uint16_t ids[65536];
	static struct made plain, wide;
	static uint8_t bytes[2000];
	struct buf b;

	if (!wide_here())
		cr_skip_test("this processor has one way only");
	chance_start("ways");
	buf_init(&b, 0);
	for (unsigned round = 0; round < 400; round++) {
		size_t n = round % 8 < 6 ? some_ids(ids, round % 6) : 16 + chance(6129);
		uint64_t some[BITMAP_WORDS];
		struct view v;

		for (size_t i = 0; round % 8 > 5 && i < n; i++)
			ids[i] =
				(uint16_t)(i * (65536 / n) + chance(65536 / (uint32_t)n));
		for (unsigned i = 0; i < BITMAP_WORDS; i++)
			some[i] = chance(3) ? (uint64_t)chance(UINT32_MAX) << chance(33)
					    : 0;
		buf_clear(&b);
		cr_assert(bitmap_change((struct sv){ NULL, 0 }, ids, n, NULL, 0, &b));
		for (unsigned k = chance(2) ? chance(3) : 0; k; k--)
			b.p[3 + chance((uint32_t)b.n - 3)] ^= (char)(1 << chance(8));
		cr_assert(view_of(buf_sv(&b), &v));
		make_all(&bitmap_plain, &v, some, &plain);
		make_all(&bitmap_wide, &v, some, &wide);
		cr_assert_eq(memcmp(&plain, &wide, sizeof(plain)), 0);
	}
	buf_release(&b);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		bytes[n] = (uint8_t)chance(256);
		cr_assert_eq(sum32_plain(bytes, n, n), sum32_wide(bytes, n, n));
	}
}

/* A small world: 3 segments, 2 dimensions, some values. */
enum { IDS = 3 * 65536, VALUES = 5 };
static bool model[2][VALUES][IDS];
static const enum bits_dim dim_of[2] = { BITS_AGENT, BITS_DAY };

static void no_news(void *self, const char *what)
{
	cr_log_info("%s", what);
	++*(uint64_t *)self;
}

static uint32_t value_of(unsigned dim, unsigned v)
{
	return dim ? dims_day((int32_t)v - 2) : v + 1;
}

static void check_model(struct txn *t)
{
	static struct bits_set set;
	struct bits_reader r;
	struct err err = ERR_NONE;

	bits_reader_open(&r, t);
	for (unsigned d = 0; d < 2; d++)
		for (unsigned v = 0; v < VALUES; v++)
			for (uint32_t seg = 0; seg < 3; seg++) {
				uint32_t n = 0, want = 0;

				memset(&set, 0, sizeof(set));
				cr_assert_eq(bits_or(&r, (uint16_t)seg, dim_of[d],
						     value_of(d, v), &set, &err),
					     0, "%s", err.text);
				cr_assert_eq(bits_count(&r, (uint16_t)seg, dim_of[d],
							value_of(d, v), &n, &err),
					     0);
				for (uint32_t i = 0; i < 65536; i++) {
					bool in = model[d][v][seg << 16 | i];

					want += in;
					cr_assert_eq(set.w[i >> 6] >> (i & 63) & 1, in);
				}
				cr_assert_eq(n, want);
			}
	memset(&set, 0, sizeof(set));
	cr_assert_eq(
		bits_or_range(&r, 1, BITS_DAY, dims_day(-1), dims_day(1), &set, &err), 0);
	for (uint32_t i = 0; i < 65536; i++)
		cr_assert_eq(set.w[i >> 6] >> (i & 63) & 1,
			     model[1][1][65536 + i] | model[1][2][65536 + i] |
				     model[1][3][65536 + i]);
	bits_reader_close(&r);
}

static void verify_model(struct txn *t, uint64_t *wrong)
{
	uint64_t looked = 0, told = 0;
	struct err err = ERR_NONE;

	for (uint32_t seg = 0; seg < 3; seg++) {
		struct bits_delta want;

		bits_delta_init(&want);
		for (unsigned d = 0; d < 2; d++)
			for (unsigned v = 0; v < VALUES; v++)
				for (uint32_t i = 0; i < 65536; i++)
					if (model[d][v][seg << 16 | i])
						bits_note(&want, dim_of[d],
							  value_of(d, v), seg << 16 | i,
							  1);
		cr_assert_eq(bits_verify(t, (uint16_t)seg, &want, no_news, &told, &looked,
					 wrong, &err),
			     0, "%s", err.text);
		bits_delta_release(&want);
	}
	cr_assert_eq(told, *wrong);
}

Test(bits, many_landings_leave_what_a_plain_array_has)
{
	char dir[64];
	struct env *env = half_open(dir);
	struct err err = ERR_NONE;
	struct bits_delta d;
	struct txn t;
	uint64_t wrong = 0;

	chance_start("bits");
	bits_delta_init(&d);
	for (unsigned round = 0; round < 40; round++) {
		uint32_t first = chance(IDS - 3000);

		bits_delta_clear(&d);
		for (uint32_t i = 0; i < 3000; i++) {
			unsigned dim = chance(2), v = chance(VALUES);
			uint32_t id = round % 3 ? first + i : chance(IDS);
			bool *now = &model[dim][v][id];

			/* Changes come in pairs that cancel out, too. */
			for (unsigned k = chance(3); k > 0; k--, *now = !*now)
				bits_note(&d, dim_of[dim], value_of(dim, v), id,
					  *now ? -1 : 1);
		}
		cr_assert_eq(txn_write(&t, env, &err), 0, "%s", err.text);
		cr_assert_eq(bits_apply(&t, &d, &err), 0, "%s", err.text);
		cr_assert_eq(txn_commit(&t, &err), 0, "%s", err.text);
	}
	cr_assert_eq(txn_read(&t, env, &err), 0, "%s", err.text);
	check_model(&t);
	verify_model(&t, &wrong);
	cr_assert_eq(wrong, 0);
	model[0][1][70000] = !model[0][1][70000];
	verify_model(&t, &wrong);
	cr_assert_eq(wrong, 1, "one bit was changed, %llu differences were told",
		     (unsigned long long)wrong);
	txn_abort(&t);
	bits_delta_release(&d);
	half_close(env, dir);
}

Test(bits, a_damaged_bitmap_is_an_error_and_never_an_answer)
{
	char dir[64];
	struct env *env = half_open(dir);
	struct err err = ERR_NONE;
	static struct bits_set set;
	struct bits_reader r;
	struct bits_delta d;
	struct txn_cursor c;
	struct txn t;

	bits_delta_init(&d);
	for (uint32_t i = 0; i < 1000; i++)
		bits_note(&d, BITS_AGENT, 7, i * 3, 1);
	cr_assert_eq(txn_write(&t, env, &err), 0);
	cr_assert_eq(bits_apply(&t, &d, &err), 0);
	txn_cursor_open(&c, &t, DB_BITS);
	for (bool more = txn_first(&c); more; more = txn_next(&c))
		if (c.key.n == 7) {
			char key[7], copy[4096];

			cr_assert_lt(c.value.n, sizeof(copy));
			memcpy(key, c.key.p, 7);
			memcpy(copy, c.value.p, c.value.n);
			copy[c.value.n - 2] ^= 4;
			txn_put(&t, DB_BITS, (struct sv){ key, 7 },
				(struct sv){ copy, c.value.n });
			break;
		}
	txn_cursor_close(&c);
	bits_reader_open(&r, &t);
	cr_expect_eq(bits_or(&r, 0, BITS_AGENT, 7, &set, &err), ERR_INPUT);
	cr_expect_neq(strstr(err.text, "agent 7"), NULL, "%s", err.text);
	bits_reader_close(&r);
	cr_expect_eq(bits_apply(&t, &d, &err), ERR_INPUT);
	txn_abort(&t);
	bits_delta_release(&d);
	half_close(env, dir);
}

Test(dims, a_score_is_packed_with_its_scale_and_comes_out_the_same)
{
	for (int kind = 0; kind < SCORE_KINDS; kind++)
		for (int min = -300; min < 300; min += 7)
			for (int span = 0; span < SCORE_POINTS_MAX; span++)
				for (int at = 0; at <= span; at++) {
					struct indexed_score s = { (uint8_t)kind, at & 1,
								   (int16_t)(min + at),
								   (int16_t)min,
								   (int16_t)(min +
									     span) },
							     got;

					dims_score_of(dims_score(&s, 3), &got);
					cr_assert_eq(memcmp(&s, &got, sizeof(s)), 0);
				}
}
