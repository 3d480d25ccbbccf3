/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contract.h: what adapter.h promises, asked of every adapter for files in one line:
 * ADAPTER_CONTRACT(csv). The test file lends `good_file` and `spoiled_file` (the same with
 * one line put in, SPOILED_LINE, that is no record).
 */
#ifndef OPINIA_TESTS_COLLECTOR_CONTRACT_H
#define OPINIA_TESTS_COLLECTOR_CONTRACT_H

#include "collector/adapter.h"
#include "tests/collector/files.h"

static inline struct source *contract_open(const struct adapter *a, const char *path,
					   const struct import_options *o)
{
	struct input in;
	struct source_config config = { .place = path, .options = o, .input = &in };
	struct source *s = NULL;
	struct err err = ERR_NONE;

	cr_assert_eq(input_open(&in, path, &err), 0, "%s", err.text);
	cr_expect_gt(a->fits(input_window(&in)), 0);
	cr_assert_eq(a->open(&s, &config, &err), 0, "%s", err.text);
	cr_assert(s != NULL && s->adapter == a);
	return s;
}

static inline size_t contract_drain(struct source *s, struct buf *told)
{
	struct batch b;
	struct err err = ERR_NONE;
	size_t all = 0;

	batch_init(&b);
	do {
		batch_reset(&b);
		cr_assert_eq(s->adapter->pull(s, (struct sv){ NULL, 0 }, &b, &err), 0,
			     "%s", err.text);
		for (size_t i = 0; i < b.count; i++) {
			cr_expect_eq(record_check(&b.records[i], &err), 0, "%s",
				     err.text);
			cr_expect(b.records[i].source.n && b.records[i].origin.n);
			tell_record(told, &b.records[i]);
		}
		all += b.count;
	} while (b.count);
	batch_release(&b);
	return all;
}

static inline void contract_a_pull_after_the_end_is_empty(const struct adapter *a,
							  struct sv good)
{
	struct place p = place_of("good", good);
	struct import_options o = { 0 };
	struct source *s = contract_open(a, p.path, &o);
	struct buf told;

	buf_init(&told, 0);
	cr_expect_gt(contract_drain(s, &told), 0u);
	cr_expect_eq(contract_drain(s, &told), 0u);
	cr_expect_eq(contract_drain(s, &told), 0u);
	a->close(s);
	buf_release(&told);
	place_clear(&p);
}

static inline void contract_what_is_broken_is_set_aside_whole(const struct adapter *a,
							      struct sv good,
							      struct sv spoiled,
							      const char *line,
							      unsigned number)
{
	struct place p = place_of("spoiled", spoiled), q = place_of("spoiled", good);
	struct import_options o = { 0 };
	struct source *s = contract_open(a, p.path, &o),
		      *t = contract_open(a, q.path, &o);
	struct buf told, aside;
	char path[128], place[64];
	size_t n;

	buf_init(&told, 0);
	buf_init(&aside, 0);
	n = contract_drain(s, &told);
	cr_expect_eq(n, contract_drain(t, &told), "the rest lands");
	cr_expect_eq(s->progress.rejected, 1u);
	snprintf(path, sizeof(path), "%s.rejected", p.path);
	snprintf(place, sizeof(place), "# line %u: ", number);
	slurp(path, &aside);
	cr_expect_geq(sv_find(buf_sv(&aside), sv_of(line)), 0, "whole: %s", aside.p);
	cr_expect_geq(sv_find(buf_sv(&aside), sv_of(place)), 0, "with its place: %s",
		      aside.p);
	a->close(s);
	a->close(t);
	buf_release(&told);
	buf_release(&aside);
	place_clear(&p);
	place_clear(&q);
}

static inline void contract_closing_after_a_failed_open_is_fine(const struct adapter *a,
								struct sv good)
{
	struct place p = place_of("good", good);
	struct import_options o = { .kind = "nonsense" };
	struct input in;
	struct source_config config = { .place = p.path, .options = &o, .input = &in };
	struct source *s = NULL;
	struct err err = ERR_NONE;

	cr_assert_eq(input_open(&in, p.path, &err), 0);
	cr_expect_eq(a->open(&s, &config, &err), ERR_USAGE);
	cr_expect_null(s);
	a->close(s);
	input_close(&in);
	place_clear(&p);
}

static inline void contract_the_same_twice_gives_the_same(const struct adapter *a,
							  struct sv spoiled)
{
	struct place p = place_of("same", spoiled);
	struct import_options o = { .dry_run = true };
	struct buf once, again;
	struct source *s;

	buf_init(&once, 0);
	buf_init(&again, 0);
	s = contract_open(a, p.path, &o);
	contract_drain(s, &once);
	a->close(s);
	s = contract_open(a, p.path, &o);
	contract_drain(s, &again);
	a->close(s);
	cr_expect(sv_eq(buf_sv(&once), buf_sv(&again)));
	buf_release(&once);
	buf_release(&again);
	place_clear(&p);
}

#define ADAPTER_CONTRACT(name)                                                           \
	Test(name##_adapter, a_pull_after_the_end_is_empty)                              \
	{                                                                                \
		contract_a_pull_after_the_end_is_empty(&adapter_##name, good_file);      \
	}                                                                                \
	Test(name##_adapter, what_is_broken_is_set_aside_whole)                          \
	{                                                                                \
		contract_what_is_broken_is_set_aside_whole(&adapter_##name, good_file,   \
							   spoiled_file, spoiled_line,   \
							   SPOILED_LINE);                \
	}                                                                                \
	Test(name##_adapter, closing_after_a_failed_open_is_fine)                        \
	{                                                                                \
		contract_closing_after_a_failed_open_is_fine(&adapter_##name,            \
							     good_file);                 \
	}                                                                                \
	Test(name##_adapter, the_same_twice_gives_the_same)                              \
	{                                                                                \
		contract_the_same_twice_gives_the_same(&adapter_##name, spoiled_file);   \
	}

#endif
